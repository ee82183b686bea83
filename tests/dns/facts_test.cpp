#include "mandate/dns/facts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mandate::dns {
namespace {

Fact fact(const std::string& name, std::uint32_t ttl) {
  return {.question = {Name::parse(name).value(), RecordType::txt},
          .status = Fact::Status::no_data,
          .ttl = ttl};
}

TEST(Facts, AreFoundByTheirQuestionWhereTheyStay) {
  Facts facts;
  facts.add(fact("d0.test", 0));
  const Fact* const first = facts.find(fact("d0.test", 0).question);
  ASSERT_NE(first, nullptr);
  for (std::uint32_t i = 1; i < 100; ++i) facts.add(fact("d" + std::to_string(i) + ".test", i));
  EXPECT_EQ(facts.find(first->question), first);
  EXPECT_EQ(facts.find(fact("D57.test", 0).question)->ttl, 57U);
  EXPECT_EQ(facts.find({Name::parse("d57.test").value(), RecordType::a}), nullptr);
}

// Few are looked through, many have an index: it makes no difference, least of all where one
// becomes the other.
TEST(Facts, AreFoundHoweverManyThereAre) {
  Facts facts;
  const auto name = [](std::uint32_t number) { return "d" + std::to_string(number) + ".test"; };
  for (std::uint32_t count = 1; count <= 20; ++count) {
    facts.add(fact(name(count), 0));
    facts.add(fact(name(count), count));  // replaces
    EXPECT_EQ(facts.size(), count);
    for (std::uint32_t known = 1; known <= count; ++known) {
      const Fact* const found = facts.find(fact(name(known), 0).question);
      ASSERT_NE(found, nullptr) << known << " of " << count;
      EXPECT_EQ(found->ttl, known);
    }
    EXPECT_EQ(facts.find(fact(name(count + 1), 0).question), nullptr);
    EXPECT_EQ(facts.find({Name::parse(name(count)).value(), RecordType::a}), nullptr);
  }
}

TEST(Facts, HaveTheLastFactOfAQuestion) {
  Facts facts;
  facts.add(fact("a.test", 1));
  facts.add(fact("a.test", 2));
  EXPECT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts.find(fact("a.test", 0).question)->ttl, 2U);
}

TEST(Facts, AreGoneThroughAsPairs) {
  Facts facts;
  std::set<std::string> names;
  for (const char* name : {"a.test", "b.test", "c.test"}) facts.add(fact(name, 1));
  for (const auto& [question, found] : facts) {
    EXPECT_EQ(found.question, question);
    names.insert(question.name.text());
  }
  EXPECT_EQ(names, (std::set<std::string>{"a.test", "b.test", "c.test"}));
}

TEST(Facts, LeaveNothingBehindWhenTheyAreCleared) {
  Facts facts;
  for (const std::uint32_t round : {1U, 2U}) {
    for (int i = 0; i < 40; ++i) facts.add(fact("d" + std::to_string(i) + ".test", round));
    EXPECT_EQ(facts.size(), 40U);
    EXPECT_EQ(facts.find(fact("d7.test", 0).question)->ttl, round);
    facts.clear();
    EXPECT_TRUE(facts.empty());
    EXPECT_EQ(facts, Facts());
    EXPECT_EQ(facts.find(fact("d7.test", 0).question), nullptr);
  }
}

}  // namespace
}  // namespace mandate::dns
