#include "resolver/cached_lookup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <type_traits>

#include "counted_zones.h"
#include "test_clock.h"

namespace mandate::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Fact;
using dns::Question;
using dns::RecordType;
using testing::CountedZones;
using testing::TestClock;

constexpr std::string_view kZone = R"(
soa.test. 900 SOA ns.soa.test. admin.soa.test. 1 2 3 4 60
short.test. 10 TXT "short"
long.test. 604800 TXT "long"
zero.test. 0 TXT "zero"
some.test. 300 TXT "some"
x.soa.test. 300 TXT "exists"
)";

Question txt(std::string_view name) {
  return {dns::Name::parse(name).value(), RecordType::txt};
}

/// A cache over zones, and the time of both.
struct World {
  explicit World(const CacheOptions& options = {}) : cache(zones, options, time.clock()) {}

  Fact ask(const Question& question, std::chrono::milliseconds left = 5s) {
    return cache.ask(std::span(&question, 1), Deadline(time.now() + left)).front();
  }
  MaybeStale ask_or_stale(const Question& question) {
    return cache.ask_or_stale(std::span(&question, 1), Deadline(time.now() + 5s)).front();
  }

  TestClock time;
  CountedZones zones{kZone};
  CachedLookup cache;
};

struct TtlRow {
  const char* rule;
  const char* name;
  Fact::Status status;
  std::uint32_t ttl;  ///< what the asker is told
  CacheOptions options;
};

class TtlRules : public ::testing::TestWithParam<TtlRow> {};

/// A TTL of zero: not kept. Failures tell zero, and are kept for `failed.least`.
TEST_P(TtlRules, KeepUntilTheSecondAndNoLonger) {
  const TtlRow& row = GetParam();
  World world(row.options);
  const Question question = txt(row.name);

  const Fact fresh = world.ask(question);
  EXPECT_EQ(fresh.status, row.status);
  EXPECT_EQ(fresh.ttl, row.ttl);
  EXPECT_EQ(world.zones.asked(), 1);

  const bool failed = row.status == Fact::Status::failed;
  const std::uint32_t holds = failed ? row.options.failed.least : row.ttl;
  if (holds == 0) {
    world.ask(question);
    EXPECT_EQ(world.zones.asked(), 1);
    EXPECT_EQ(world.cache.size(), 0U);
    return;
  }
  world.time.pass(std::chrono::seconds(holds) - 1ms);
  Fact last = world.ask(question);
  EXPECT_EQ(world.zones.asked(), 0) << "in the last second";
  EXPECT_EQ(last.ttl, failed ? 0U : 1U);
  last.ttl = fresh.ttl;
  EXPECT_EQ(last, fresh) << "but for the TTL that is left, the fact is as it was learned";
  world.time.pass(1ms);
  world.ask(question);
  EXPECT_EQ(world.zones.asked(), 1) << "once its time is over";
}

const TtlRow kTtlRows[] = {
    {"Found", "some.test", Fact::Status::found, 300, {}},
    {"FoundOfTtlZero", "zero.test", Fact::Status::found, 0, {}},
    {"FoundBelowTheLeast", "short.test", Fact::Status::found, 60, {.found = {60, 86'400}}},
    {"FoundOfTtlZeroBelowTheLeast", "zero.test", Fact::Status::found, 5, {.found = {5, 86'400}}},
    {"FoundAboveTheMost", "long.test", Fact::Status::found, 86'400, {}},
    {"FoundAboveAnotherMost", "some.test", Fact::Status::found, 30, {.found = {0, 30}}},
    {"NoSuchNameBySoaMinimum", "gone.soa.test", Fact::Status::no_such_name, 60, {}},
    {"NoDataBySoaMinimum", "soa.test", Fact::Status::no_data, 60, {}},
    {"NegativeAboveTheMost", "soa.test", Fact::Status::no_data, 20, {.negative = {0, 20}}},
    {"NegativeBelowTheLeast", "soa.test", Fact::Status::no_data, 90, {.negative = {90, 10'800}}},
    {"NegativeWithoutSoa", "gone.test", Fact::Status::no_such_name, 0, {}},
    {"NegativeWithoutSoaWhateverTheLeast",
     "gone.test",
     Fact::Status::no_such_name,
     0,
     {.negative = {90, 10'800}}},
    {"Failure", "a.broken.test", Fact::Status::failed, 0, {}},
    {"FailureByOption", "a.broken.test", Fact::Status::failed, 0, {.failed = {30, 60}}},
};

INSTANTIATE_TEST_SUITE_P(CachedLookup, TtlRules, ::testing::ValuesIn(kTtlRows),
                         [](const auto& row) { return row.param.rule; });

TEST(CachedLookup, CountsTheTtlDown) {
  World world;
  for (const std::uint32_t left : {300U, 200U, 100U}) {
    EXPECT_EQ(world.ask(txt("some.test")).ttl, left);
    world.time.pass(100s);
  }
  EXPECT_EQ(world.zones.asked(), 1);
  world.zones.publish("some.test. 50 TXT \"other\"\n");
  EXPECT_EQ(world.ask(txt("some.test")).ttl, 50U);
}

TEST(CachedLookup, AsksOnlyWhatItDoesNotKnowAndAnswersInOrder) {
  World world;
  world.ask(txt("some.test"));
  world.zones.asked();
  const std::vector<Question> questions{txt("short.test"),
                                        txt("some.test"),
                                        txt("gone.test"),
                                        {txt("some.test").name, RecordType::a}};
  const auto facts = world.cache.ask(questions, Deadline(world.time.now() + 5s));
  EXPECT_EQ(world.zones.asked(), 3);
  ASSERT_EQ(facts.size(), questions.size());
  for (std::size_t i = 0; i < facts.size(); ++i) EXPECT_EQ(facts[i].question, questions[i]);
  EXPECT_EQ(facts[1].status, Fact::Status::found);
  EXPECT_EQ(facts[3].status, Fact::Status::no_data);
  EXPECT_TRUE(world.cache.ask({}, Deadline()).empty());
}

/// RFC 9520 section 3.2, RFC 2308 section 7.
TEST(CachedLookup, KeepsEachFailureOfARowForTwiceAsLongUpToFiveMinutes) {
  World world({.failed = {5, 1'000'000}});
  const Question question = txt("a.broken.test");
  for (const auto holds : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    world.ask(question);
    EXPECT_EQ(world.zones.asked(), 1);
    world.time.pass(holds - 1ms);
    EXPECT_EQ(world.ask(question).detail, "SERVFAIL");
    EXPECT_EQ(world.zones.asked(), 0) << holds.count();
    world.time.pass(1ms);
  }
  // A failure after a quiet time is the first of another row.
  world.time.pass(1h);
  world.ask(question);
  world.time.pass(5s);
  world.zones.asked();
  world.ask(question);
  EXPECT_EQ(world.zones.asked(), 1);
}

TEST(CachedLookup, AnAnswerEndsARowOfFailures) {
  World world;
  world.zones.be_down(true);
  world.ask(txt("short.test"));
  world.zones.be_down(false);
  world.time.pass(5s);
  EXPECT_EQ(world.ask(txt("short.test")).status, Fact::Status::found);
  world.zones.be_down(true);
  world.time.pass(10s);
  EXPECT_EQ(world.ask(txt("short.test")).status, Fact::Status::failed);
  world.time.pass(5s);
  world.zones.asked();
  world.ask(txt("short.test"));
  EXPECT_EQ(world.zones.asked(), 1);
}

/// Takes its time: the clock passes while it answers.
class SlowLookup final : public Lookup {
 public:
  SlowLookup(Lookup& source, TestClock& time, std::chrono::milliseconds takes)
      : source_(source), time_(time), takes_(takes) {}
  std::vector<Fact> ask(std::span<const Question> questions, Deadline deadline) override {
    time_.pass(takes_);
    return source_.ask(questions, deadline);
  }

 private:
  Lookup& source_;
  TestClock& time_;
  std::chrono::milliseconds takes_;
};

TEST(CachedLookup, CountsTheTimeToLiveFromTheAsking) {
  TestClock time;
  CountedZones zones(kZone);
  SlowLookup slow(zones, time, 4s);
  CachedLookup cache(slow, {}, time.clock());
  const Question question = txt("short.test");
  cache.ask(std::span(&question, 1), Deadline(time.now() + 5s));
  EXPECT_EQ(cache.ask(std::span(&question, 1), Deadline(time.now() + 5s)).front().ttl, 6U);
}

TEST(CachedLookup, KeepsNoFailureOfACallerInAHurry) {
  TestClock time;
  CountedZones zones(kZone);
  SlowLookup slow(zones, time, 2s);
  CachedLookup cache(slow, {}, time.clock());
  const Question question = txt("a.broken.test");
  const auto asked_again = [&](std::chrono::milliseconds left) {
    cache.ask(std::span(&question, 1), Deadline(time.now() + left));
    zones.asked();
    cache.ask(std::span(&question, 1), Deadline(time.now() + left));
    return zones.asked() == 1;
  };
  EXPECT_TRUE(asked_again(500ms));
  EXPECT_FALSE(asked_again(1500ms));
}

/// RFC 8767. By type, `ask` has no way to give a stale fact: it gives facts, not MaybeStale.
TEST(CachedLookup, GivesStaleAnswersOnlyToWhoAsksForThem) {
  static_assert(!std::is_convertible_v<MaybeStale, Fact>);
  World world({.stale_for = 100});
  world.ask(txt("short.test"));
  world.zones.be_down(true);
  world.time.pass(5s);
  const MaybeStale holds = world.ask_or_stale(txt("short.test"));
  EXPECT_EQ(holds.stale, 0U);
  EXPECT_EQ(holds.fact.ttl, 5U);
  world.time.pass(20s);
  EXPECT_EQ(world.ask(txt("short.test")).status, Fact::Status::failed);
  const MaybeStale old = world.ask_or_stale(txt("short.test"));
  EXPECT_EQ(old.stale, 15U);
  EXPECT_EQ(old.fact.status, Fact::Status::found);
  EXPECT_EQ(old.fact.question, txt("short.test"));
  EXPECT_EQ(old.fact.ttl, 30U) << "RFC 8767 section 4";
  EXPECT_EQ(old.fact.learned_at, CountedZones::learned_at);
  EXPECT_EQ(world.ask(txt("short.test")).status, Fact::Status::failed) << "also after a stale one";

  world.time.pass(84s);
  EXPECT_EQ(world.ask_or_stale(txt("short.test")).stale, 99U) << "behind a row of failures";
  world.time.pass(1s);
  EXPECT_EQ(world.ask_or_stale(txt("short.test")).fact.status, Fact::Status::failed);
}

TEST(CachedLookup, KeepsNothingStaleUnlessTold) {
  World world;
  world.ask(txt("short.test"));
  world.zones.be_down(true);
  world.time.pass(11s);
  EXPECT_EQ(world.ask_or_stale(txt("short.test")).fact.status, Fact::Status::failed);
}

std::string many_names(int count) {
  std::string zone;
  for (int i = 0; i < count; ++i) {
    zone +=
        fmt::format("d{0}.bulk.test. 300 TXT \"v=spf1 ip4:10.0.{1}.{2} {3:x<{4}} -all\" \"tail\"\n",
                    i, i / 256, i % 256, "", 1 + i % 150);
    zone += fmt::format("d{0}.bulk.test. 300 MX 10 a-mail-exchange-of-d{0}.bulk.test.\n", i);
  }
  return zone;
}

/// Both types at each name.
std::vector<Question> many_questions(int count) {
  std::vector<Question> questions;
  for (int i = 0; i < count; ++i) {
    questions.push_back(txt(fmt::format("d{}.bulk.test", i)));
    questions.push_back({questions.back().name, RecordType::mx});
  }
  return questions;
}

// The allocator of a sanitizer does not tell what is held.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(CachedLookup, CountsTheMemoryThatItHolds) {
  constexpr int names = 4'000;
  CountedZones zones(many_names(names));
  const std::vector<Question> questions = many_questions(names);
  { const CachedLookup first(zones); }  // by which OpenSSL takes what it keeps
  const std::size_t before = mallinfo2().uordblks;
  CachedLookup cache(zones);
  for (const Question& question : questions) cache.ask(std::span(&question, 1), Deadline::max());
  const auto held = static_cast<double>(mallinfo2().uordblks - before);
  const auto counted = static_cast<double>(cache.bytes());
  EXPECT_EQ(cache.size(), questions.size());
  EXPECT_NEAR(counted / held, 1.0, 0.05) << counted << " counted, " << held << " held";
}
#endif

TEST(CachedLookup, StaysWithinItsMemoryWhateverIsAsked) {
  constexpr int names = 4'000;
  CountedZones zones(many_names(names));
  constexpr std::size_t bound = 256 << 10;
  CachedLookup cache(zones, {.most_bytes = bound});
  const std::size_t empty = cache.bytes();
  for (const Question& question : many_questions(names)) {
    EXPECT_EQ(cache.ask(std::span(&question, 1), Deadline::max()).front().status,
              Fact::Status::found);
    ASSERT_LE(cache.bytes(), bound + empty);
  }
  EXPECT_GT(cache.size(), 200U);
}

}  // namespace
}  // namespace mandate::resolver
