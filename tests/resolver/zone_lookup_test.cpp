#include <gtest/gtest.h>

#include <optional>
#include <variant>

#include "resolver/lookup.h"

namespace mandate::resolver {
namespace {

using dns::Fact;
using dns::Question;
using dns::RecordType;

Question question(std::string_view name, RecordType type) {
  return {dns::Name::parse(name).value(), type};
}

ZoneLookup example() {
  dns::ZoneData zones;
  const auto added = zones.add_file("example.com. 300 IN TXT \"v=spf1 -all\"\n", "customer.zone");
  EXPECT_TRUE(added) << added.error().text();
  return ZoneLookup(std::move(zones));
}

Deadline long_past() {
  return Deadline{};
}

TEST(ZoneLookup, AnswersEachQuestionInItsPlaceAlsoAfterTheDeadline) {
  ZoneLookup lookup = example();
  const std::vector<Question> questions{
      question("absent.example", RecordType::txt), question("example.com", RecordType::txt),
      question("example.com", RecordType::mx), question("example.com", RecordType::txt)};
  const Fact::Status statuses[] = {Fact::Status::no_such_name, Fact::Status::found,
                                   Fact::Status::no_data, Fact::Status::found};

  const std::vector<Fact> facts = lookup.ask(questions, long_past());

  ASSERT_EQ(facts.size(), questions.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    EXPECT_EQ(facts[i].question, questions[i]);
    EXPECT_EQ(facts[i].status, statuses[i]) << dns::text(questions[i]);
  }
  EXPECT_EQ(facts[1], facts[3]);
  EXPECT_NE(facts[1].source.find("customer.zone"), std::string::npos) << facts[1].source;
  EXPECT_GT(facts[1].learned_at, std::chrono::sys_seconds{});
}

TEST(ZoneLookup, AnswersNoQuestionWithNoFact) {
  EXPECT_TRUE(example().ask({}, long_past()).empty());
}

TEST(Settle, AsksWhatAStepLacksUntilItHasItsResult) {
  ZoneLookup lookup = example();
  const Question first = question("example.com", RecordType::txt);
  const Question second = question("example.com", RecordType::mx);
  using Step = std::variant<int, std::vector<Question>>;
  int rounds = 0;
  dns::Facts facts;

  const int result = settle(lookup, facts, long_past(), [&](const dns::Facts& known) -> Step {
    ++rounds;
    if (known.find(first) == nullptr) return std::vector{first};
    if (known.find(second) == nullptr) return std::vector{second};
    return 42;
  });

  EXPECT_EQ(result, 42);
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(facts.size(), 2U);
}

}  // namespace
}  // namespace mandate::resolver
