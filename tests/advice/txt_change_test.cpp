// The change of a name's TXT records, in the forms that tools take.
#include "advice/txt_change.h"

#include <gtest/gtest.h>

#include "advice/character_strings.h"
#include "mandate/dns/zone_file.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

dns::TxtData txt(std::string text) {
  return {{std::move(text)}};
}

TxtChange change_of(std::string_view at, const std::vector<dns::TxtData>& today,
                    const std::string& record) {
  return txt_change(name("d.test"), name(at), 300, today, record);
}

TEST(CharacterStrings, AreCutBehindASpaceThatStaysInside) {
  const std::string words = std::string(250, 'a') + " bcd efg";  // a space at 250 and at 254
  const struct {
    std::string record;
    std::vector<std::string> strings;
  } rows[] = {
      {"v=spf1 -all", {"v=spf1 -all"}},
      {std::string(255, 'a'), {std::string(255, 'a')}},
      {words, {std::string(250, 'a') + " bcd ", "efg"}},
      {std::string(254, 'a') + " b", {std::string(254, 'a') + " ", "b"}},
      {std::string(255, 'a') + " b", {std::string(255, 'a'), " b"}},
      {std::string(600, 'a'), {std::string(255, 'a'), std::string(255, 'a'), std::string(90, 'a')}},
      {"", {""}},
  };
  for (const auto& row : rows) EXPECT_EQ(character_strings(row.record), row.strings);
}

TEST(CharacterStrings, JoinToTheRecordAgain) {
  std::string record = "v=spf1";
  for (int i = 0; i < 200; ++i) {
    record += (i % 7 == 0 ? "  ip4:192.0.2." : " ip4:192.0.2.") + std::to_string(i);
    const dns::TxtData data{character_strings(record)};
    EXPECT_EQ(data.joined(), record);
    for (const std::string& string : data.strings) EXPECT_LE(string.size(), 255U);
  }
}

TEST(TxtChange, TakesAwayEveryRecordAndNearMissAndLeavesTheRest) {
  const TxtChange change = change_of(
      "d.test", {txt("v=spf1 -all"), txt("hello"), txt("1v=spf1 a -all"), txt("v=spf1 mx")},
      "v=spf1 include:p.test -all");
  EXPECT_EQ(change.kept, (std::vector{txt("hello")}));
  EXPECT_EQ(change.removed,
            (std::vector{txt("v=spf1 -all"), txt("1v=spf1 a -all"), txt("v=spf1 mx")}));
  EXPECT_EQ(change.added, txt("v=spf1 include:p.test -all"));
}

/// Text that has a meaning in some form: quotes, backslashes, templates, macros, semicolons.
const char* const hostile = R"(v=spf1 x=";\${a}%{i}'%%{ y=\n -all)";

TEST(TxtChange, AsZoneLinesIsReadAgainAsTheRecord) {
  const TxtChange change = change_of("d.test", {txt("v=spf1 \x1b -all")}, hostile);
  dns::ZoneData zone;
  const std::string lines = as_zone_lines(change);
  EXPECT_TRUE(lines.starts_with("; remove  d.test. 300 IN TXT \"v=spf1 \\027 -all\"\n")) << lines;
  ASSERT_TRUE(zone.add_file(lines, "lines").has_value()) << lines;
  const dns::Fact fact = zone.lookup({name("d.test"), dns::RecordType::txt}, {});
  ASSERT_EQ(fact.records.size(), 1U);
  EXPECT_EQ(std::get<dns::TxtData>(fact.records[0]).joined(), hostile);
}

TEST(TxtChange, AsNsupdateHoldsOnlyWhereNothingHasChanged) {
  EXPECT_EQ(as_nsupdate(change_of("d.test", {txt("v=spf1 -all"), txt("hello")}, "v=spf1 mx -all")),
            "zone d.test.\n"
            "prereq yxrrset d.test. IN TXT \"v=spf1 -all\"\n"
            "prereq yxrrset d.test. IN TXT \"hello\"\n"
            "update delete d.test. IN TXT \"v=spf1 -all\"\n"
            "update add d.test. 300 IN TXT \"v=spf1 mx -all\"\n"
            "send\n");
  EXPECT_EQ(as_nsupdate(change_of("sub.d.test", {}, "v=spf1 mx -all")),
            "zone d.test.\n"
            "prereq nxrrset sub.d.test. IN TXT\n"
            "update add sub.d.test. 300 IN TXT \"v=spf1 mx -all\"\n"
            "send\n");
}

TEST(TxtChange, AsTerraformHoldsAllTextsOfTheName) {
  EXPECT_EQ(as_terraform(change_of("d.test", {txt("v=spf1 -all"), txt("hello")}, hostile)),
            R"(resource "dns_txt_record_set" "spf_d_test" {
  zone = "d.test."
  ttl  = 300
  txt = [
    "hello",
    "v=spf1 x=\\\";\\\\$${a}%%{i}'%%%{ y=\\\\n -all",
  ]
}
)");
  EXPECT_EQ(as_terraform(change_of("a.sub.d.test", {}, "v=spf1 -all")),
            R"(resource "dns_txt_record_set" "spf_a_sub_d_test" {
  zone = "d.test."
  name = "a.sub"
  ttl  = 300
  txt = [
    "v=spf1 -all",
  ]
}
)");
}

TEST(TxtChange, AsOctodnsHoldsAllTextsOfTheName) {
  EXPECT_EQ(as_octodns(change_of("d.test", {txt("v=spf1 -all"), txt("a;b'c")}, "v=spf1 mx -all")),
            "'':\n  type: TXT\n  ttl: 300\n  values:\n  - 'a\\;b''c'\n  - 'v=spf1 mx -all'\n");
  EXPECT_EQ(as_octodns(change_of("sub.d.test", {}, "v=spf1 mx -all")),
            "'sub':\n  type: TXT\n  ttl: 300\n  values:\n  - 'v=spf1 mx -all'\n");
}

TEST(TxtChange, AsDnscontrolIsAStringOfJavascript) {
  EXPECT_EQ(as_dnscontrol(change_of("sub.d.test", {txt("v=spf1 \"\n -all")}, hostile)),
            R"(// remove  TXT("sub", "v=spf1 \"\x0a -all")
D_EXTEND("d.test",
  TXT("sub", "v=spf1 x=\";\\${a}%{i}'%%{ y=\\n -all", TTL(300))
);
)");
}

}  // namespace
}  // namespace mandate::advice
