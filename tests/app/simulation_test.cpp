// What a new record of the provider's changes in facts that were learned before.
#include "app/commands/simulation.h"

#include <gtest/gtest.h>

#include "mandate/dns/zone_file.h"

namespace mandate::app {
namespace {

using Status = dns::Fact::Status;

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

dns::Question txt(std::string_view owner) {
  return {name(owner), dns::RecordType::txt};
}

/// The answers to those questions of a zone.
dns::Facts facts_of(std::string_view zone, const std::vector<std::string_view>& asked) {
  dns::ZoneData data;
  EXPECT_TRUE(data.add_file(zone, "test.zone"));
  dns::Facts out;
  for (const std::string_view owner : asked) out.add(data.lookup(txt(owner), {}));
  return out;
}

std::string text_at(const dns::Facts& facts, std::string_view owner) {
  const dns::Fact* fact = facts.find(txt(owner));
  if (fact == nullptr) return "not asked";
  if (fact->status == Status::failed) return fact->detail;
  std::string out;
  for (const dns::RecordData& data : fact->records) {
    out += (out.empty() ? "" : " | ") + std::get<dns::TxtData>(data).joined();
  }
  return out;
}

constexpr std::string_view kZone = R"(
p.test.      TXT "v=spf1 ip4:192.0.2.1 include:eu.p.test -all"
p.test.      TXT "hello"
*.p.test.    TXT "v=spf1 ip4:192.0.2.1 include:eu.p.test -all"
eu.p.test.   TXT "v=spf1 ip4:192.0.2.2 -all"
c.test.      TXT "v=spf1 include:p.test -all"
)";
const std::string kNew = "v=spf1 ip4:198.51.100.1 include:eu.p.test -all";

TEST(WithPublished, ChangesTheIncludeNameAndWhatItsWildcardAnswers) {
  const dns::Facts facts =
      facts_of(kZone, {"p.test", "*.p.test", "token.p.test", "eu.p.test", "c.test"});
  const auto outcome = with_published(facts, name("p.test"), {kNew, {}}, name("p.test"));
  const auto* changed = std::get_if<dns::Facts>(&outcome);
  ASSERT_NE(changed, nullptr);
  const std::pair<const char*, std::string> rows[] = {{"p.test", "hello | " + kNew},
                                                      {"token.p.test", kNew},
                                                      {"eu.p.test", "v=spf1 ip4:192.0.2.2 -all"},
                                                      {"c.test", "v=spf1 include:p.test -all"}};
  for (const auto& [owner, text] : rows) EXPECT_EQ(text_at(*changed, owner), text);
}

TEST(WithPublished, GivesANumberedNameItsOwnRecordWhateverStandsThere) {
  const PublishedRecords records{
      kNew,
      {{name("_1.p.test"), "v=spf1 ip4:198.51.100.2 -all"}, {name("eu.p.test"), "v=spf1 -all"}}};
  const dns::Facts facts =
      facts_of(kZone, {"_1.p.test", "eu.p.test"});  // of the first the wildcard's
  const auto outcome = with_published(facts, name("p.test"), records, name("p.test"));
  const auto* changed = std::get_if<dns::Facts>(&outcome);
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(text_at(*changed, "_1.p.test"), "v=spf1 ip4:198.51.100.2 -all");
  EXPECT_EQ(text_at(*changed, "eu.p.test"), "v=spf1 -all");
}

TEST(WithPublished, AsksForTheWildcardOnlyWhereItMayAnswer) {
  const struct {
    std::vector<std::string_view> asked;
    bool asks;
  } rows[] = {{{"p.test", "c.test"}, false},
              {{"c.test"}, false},
              {{"token.p.test"}, true},
              {{"eu.p.test"}, true},
              {{"eu.p.test", "*.p.test"}, false}};
  for (const auto& row : rows) {
    const auto outcome =
        with_published(facts_of(kZone, row.asked), name("p.test"), {kNew, {}}, name("p.test"));
    const auto* lacking = std::get_if<spf::Questions>(&outcome);
    EXPECT_EQ(lacking == nullptr ? spf::Questions() : *lacking,
              row.asks ? spf::Questions{txt("*.p.test")} : spf::Questions());
  }
}

TEST(WithPublished, KnowsAnAccountsOwnNameWithoutTheWildcard) {
  const auto outcome = with_published(facts_of(kZone, {"token.p.test"}), name("p.test"), {kNew, {}},
                                      name("token.p.test"));
  ASSERT_TRUE(std::holds_alternative<dns::Facts>(outcome));
  EXPECT_EQ(text_at(std::get<dns::Facts>(outcome), "token.p.test"), kNew);
}

TEST(WithPublished, KnowsNothingOfANameWhereTheWildcardFailed) {
  dns::Facts facts = facts_of(kZone, {"token.p.test"});
  facts.add({.question = txt("*.p.test"), .detail = "no answer"});
  const auto outcome = with_published(facts, name("p.test"), {kNew, {}}, name("p.test"));
  ASSERT_TRUE(std::holds_alternative<dns::Facts>(outcome));
  EXPECT_EQ(text_at(std::get<dns::Facts>(outcome), "token.p.test"),
            "whether *.p.test TXT answers for it is not known");
}

}  // namespace
}  // namespace mandate::app
