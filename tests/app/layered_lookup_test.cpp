// What stands in front of the DNS answers, and what is asked behind it.
#include "app/layered_lookup.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mandate::app {
namespace {

using dns::RecordType;

dns::ZoneData zone_of(std::string_view text) {
  dns::ZoneData zone;
  const auto added = zone.add_file(text, "test.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  return zone;
}

dns::Question question(std::string_view text, RecordType type = RecordType::txt) {
  return {dns::Name::parse(text).value(), type};
}

/// A DNS that counts what it is asked.
class CountedLookup final : public resolver::Lookup {
 public:
  explicit CountedLookup(std::string_view text) : zone_(zone_of(text)) {}
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override {
    asked += questions.size();
    return zone_.ask(questions, deadline);
  }
  std::size_t asked = 0;

 private:
  resolver::ZoneLookup zone_;
};

const char* const world = R"($TTL 300
c.test.        TXT "live"
gone.c.test.   TXT "live"
sub.c.test.    TXT "delegated"
p.test.        TXT "provider"
)";

struct Row {
  const char* name;
  const char* answer;  // the text, or the status
  bool asks_behind;
};

std::string answer_of(const dns::Fact& fact) {
  if (fact.records.empty()) return std::string(dns::text(fact.status));
  return std::get<dns::TxtData>(fact.records.front()).joined();
}

void expect_rows(std::string_view zone, const std::vector<Row>& rows) {
  CountedLookup behind(world);
  ZoneInFront lookup(zone_of(zone), behind);
  for (const Row& row : rows) {
    const std::size_t before = behind.asked;
    const std::vector<dns::Question> asked{question(row.name), question("p.test")};
    const auto facts = lookup.ask(asked, resolver::Deadline::max());
    ASSERT_EQ(facts.size(), 2U);
    EXPECT_EQ(facts[0].question, asked[0]) << row.name;
    EXPECT_EQ(answer_of(facts[0]), row.answer) << row.name;
    EXPECT_EQ(answer_of(facts[1]), "provider");
    EXPECT_EQ(behind.asked - before, row.asks_behind ? 2U : 1U) << row.name;
  }
}

TEST(ZoneInFront, WithAnSoaAnswersForAllBelowItDownToItsDelegations) {
  expect_rows(R"($ORIGIN c.test.
$TTL 300
@      SOA ns hostmaster 1 3600 600 86400 300
@      NS ns
@      TXT "edited"
sub    NS ns.elsewhere.test.
out    CNAME p.test.
in     CNAME c.test.
*.w    TXT "wild"
p.test. TXT "not its own"
)",
              {{"c.test", "edited", false},
               {"C.TEST", "edited", false},
               {"gone.c.test", "no_such_name", false},
               {"x.w.c.test", "wild", false},
               {"in.c.test", "edited", false},
               {"out.c.test", "provider", true},
               {"sub.c.test", "delegated", true},
               {"nowhere.test", "no_such_name", true}});
}

TEST(ZoneInFront, WithoutAnSoaAnswersForTheNamesThatItHas) {
  expect_rows("c.test. 300 TXT \"edited\"\nmail.c.test. 300 A 192.0.2.1\n",
              {{"c.test", "edited", false},
               {"mail.c.test", "no_data", false},
               {"gone.c.test", "live", true}});
}

TEST(AbsentName, AndAllBelowItDoNotExistWhateverTheDnsHas) {
  CountedLookup behind(world);
  AbsentName lookup(dns::Name::parse("c.test").value(), behind);
  const std::vector<dns::Question> asked{question("C.test"), question("p.test"),
                                         question("gone.c.test", RecordType::mx),
                                         question("xc.test")};
  const auto facts = lookup.ask(asked, resolver::Deadline::max());
  ASSERT_EQ(facts.size(), 4U);
  const char* const answers[] = {"no_such_name", "provider", "no_such_name", "no_such_name"};
  for (std::size_t at = 0; at < facts.size(); ++at) {
    EXPECT_EQ(facts[at].question, asked[at]);
    EXPECT_EQ(answer_of(facts[at]), answers[at]);
  }
  EXPECT_EQ(behind.asked, 2U);
}

TEST(RememberingLookup, AsksEachQuestionOnce) {
  CountedLookup behind(world);
  RememberingLookup lookup(behind);
  const std::vector<dns::Question> asked{question("p.test"), question("c.test")};
  const auto first = lookup.ask(asked, resolver::Deadline::max());
  EXPECT_EQ(lookup.ask(asked, resolver::Deadline::max()), first);
  EXPECT_EQ(behind.asked, 2U);
}

}  // namespace
}  // namespace mandate::app
