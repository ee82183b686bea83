#include "app/reloadable_zones.h"

#include <gtest/gtest.h>

#include "program.h"

namespace mandate::app {
namespace {

dns::Fact txt_at(ReloadableZones& zones, const char* name) {
  const dns::Question question{*dns::Name::parse(name), dns::RecordType::txt};
  return zones.ask({&question, 1}, std::chrono::steady_clock::now() + std::chrono::seconds{1})[0];
}

TEST(ReloadableZones, AnswerFromTheFilesAsLastRead) {
  const testing::TemporaryFolder folder;
  const std::string file = folder.write("a.zone", "a.example. 60 IN TXT \"v=spf1 -all\"\n");
  const auto zones = ReloadableZones::open({file});
  ASSERT_TRUE(zones) << zones.error().message;
  EXPECT_EQ(txt_at(**zones, "a.example").status, dns::Fact::Status::found);
  EXPECT_EQ(txt_at(**zones, "b.example").status, dns::Fact::Status::no_such_name);
  folder.write("a.zone", "b.example. 60 IN TXT \"v=spf1 -all\"\n");
  EXPECT_EQ(txt_at(**zones, "b.example").status, dns::Fact::Status::no_such_name);
  ASSERT_TRUE((*zones)->reload({file}));
  EXPECT_EQ(txt_at(**zones, "a.example").status, dns::Fact::Status::no_such_name);
  EXPECT_EQ(txt_at(**zones, "b.example").status, dns::Fact::Status::found);
}

TEST(ReloadableZones, KeepTheOldDataWhenTheNewIsWrong) {
  const testing::TemporaryFolder folder;
  const std::string file = folder.write("a.zone", "a.example. 60 IN TXT \"v=spf1 -all\"\n");
  const auto zones = ReloadableZones::open({file});
  ASSERT_TRUE(zones) << zones.error().message;
  folder.write("a.zone", "c.example. 60 IN TXT \"ok\"\na.example. 60 IN A 300.1.1.1\n");
  const auto reloaded = (*zones)->reload({file});
  ASSERT_FALSE(reloaded);
  EXPECT_EQ(reloaded.error().exit_code, 65);
  EXPECT_NE(reloaded.error().message.find(file + ":2: "), std::string::npos)
      << reloaded.error().message;
  EXPECT_EQ(txt_at(**zones, "a.example").status, dns::Fact::Status::found);
  EXPECT_EQ(txt_at(**zones, "c.example").status, dns::Fact::Status::no_such_name);
}

TEST(ReloadableZones, AnswerFromOtherFilesOnceTheyAreNamed) {
  const testing::TemporaryFolder folder;
  const std::string a = folder.write("a.zone", "a.example. 60 IN TXT \"v=spf1 -all\"\n");
  const std::string b = folder.write("b.zone", "b.example. 60 IN TXT \"v=spf1 -all\"\n");
  const auto zones = ReloadableZones::open({a});
  ASSERT_TRUE(zones) << zones.error().message;
  ASSERT_TRUE((*zones)->reload({a, b}));
  EXPECT_EQ(txt_at(**zones, "a.example").status, dns::Fact::Status::found);
  EXPECT_EQ(txt_at(**zones, "b.example").status, dns::Fact::Status::found);
  ASSERT_TRUE((*zones)->reload({b}));
  EXPECT_NE(txt_at(**zones, "a.example").status, dns::Fact::Status::found);
}

TEST(ReloadableZones, DoNotOpenWithoutTheirFiles) {
  const auto zones = ReloadableZones::open({"/nonexistent/a.zone"});
  ASSERT_FALSE(zones);
  EXPECT_EQ(zones.error().exit_code, 66);
  EXPECT_NE(zones.error().message.find("/nonexistent/a.zone"), std::string::npos);
}

}  // namespace
}  // namespace mandate::app
