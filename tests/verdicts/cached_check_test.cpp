#include "verdicts/cached_check.h"

#include <gtest/gtest.h>

#include <string>

#include "../resolver/counted_zones.h"
#include "../resolver/test_clock.h"
#include "resolver/cached_lookup.h"

namespace mandate::verdicts {
namespace {

using namespace std::chrono_literals;
using resolver::testing::CountedZones;
using resolver::testing::TestClock;

constexpr std::string_view kZone = R"(
plain.test. 300 TXT "v=spf1 ip4:192.0.2.0/24 include:other.test -all"
other.test. 100 TXT "v=spf1 ip4:198.51.100.0/24 -all"
dynamic.test. 300 TXT "v=spf1 ip4:192.0.2.0/24 exists:%{i}.list.test -all"
203.0.113.7.list.test. 40 A 127.0.0.2
explained.test. 300 TXT "v=spf1 -all exp=why.test"
why.test. 300 TXT "%{l} may not send"
zero.test. 0 TXT "v=spf1 ip4:192.0.2.0/24 -all"
partly.test. 300 TXT "v=spf1 ip4:192.0.2.0/24 include:a.broken.test -all"
)";

struct World {
  explicit World(const CheckOptions& options = {}) : checks(cache, options, time.clock()) {}

  spf::Verdict check(std::string_view ip, const std::string& mail_from,
                     Explanation explanation = Explanation::leave_out) {
    spf::Request request;
    request.ip = dns::IpAddress::parse(ip).value();
    request.mail_from = mail_from;
    request.helo = "helo.test";
    return checks.check(request, resolver::Deadline(time.now() + 5s), explanation);
  }

  TestClock time;
  CountedZones zones{kZone};
  resolver::CachedLookup cache{zones, {}, time.clock()};
  CachedCheck checks;
};

TEST(CachedCheck, CompilesAPolicyAtTheSecondCheckOfItsDomain) {
  World world;
  EXPECT_EQ(world.check("192.0.2.1", "a@plain.test").result, spf::Result::pass);
  EXPECT_EQ(world.zones.asked(), 1) << "the first term decides: what is included is not asked for";
  EXPECT_EQ(world.checks.policies().size(), 0U);
  world.check("192.0.2.2", "b@plain.test");
  EXPECT_EQ(world.zones.asked(), 1) << "the policy needs what is included";
  EXPECT_EQ(world.checks.policies().size(), 1U);

  const spf::Verdict verdict = world.check("198.51.100.9", "c@Plain.Test.");
  EXPECT_EQ(world.zones.asked(), 0);
  EXPECT_EQ(verdict.result, spf::Result::pass);
  EXPECT_EQ(verdict.domain, "plain.test");
  EXPECT_EQ(verdict.lookups, 1);
  EXPECT_EQ(verdict.ttl, 100U);
  ASSERT_TRUE(verdict.decided_by);
  EXPECT_EQ(verdict.decided_by->term(), "ip4:198.51.100.0/24");
  EXPECT_EQ(verdict.decided_by->path, (std::vector<std::string>{"plain.test", "other.test"}));
}

TEST(CachedCheck, HoldsAPolicyForTheLeastTtlOfItsFacts) {
  World world({.compile_at = 1});
  world.check("198.51.100.9", "a@plain.test");
  world.zones.publish("plain.test. 300 TXT \"v=spf1 ?all\"\n");
  world.time.pass(99s);
  const spf::Verdict last = world.check("198.51.100.9", "a@plain.test");
  EXPECT_EQ(last.result, spf::Result::pass);
  EXPECT_EQ(last.ttl, 1U);
  world.time.pass(1s);
  // The record of plain.test holds for 300 seconds; what it includes is gone.
  EXPECT_EQ(world.check("198.51.100.9", "a@plain.test").result, spf::Result::permerror);
  world.time.pass(200s);
  EXPECT_EQ(world.check("198.51.100.9", "a@plain.test").result, spf::Result::neutral);
}

TEST(CachedCheck, AsksOnlyWhatADynamicPartLacks) {
  World world({.compile_at = 1});
  EXPECT_EQ(world.check("192.0.2.1", "a@dynamic.test").result, spf::Result::pass);
  world.zones.asked();
  EXPECT_EQ(world.check("192.0.2.2", "a@dynamic.test").result, spf::Result::pass);
  EXPECT_EQ(world.zones.asked(), 0);
  world.time.pass(100s);
  const spf::Verdict listed = world.check("203.0.113.7", "a@dynamic.test");
  EXPECT_EQ(world.zones.asked(), 1) << "the address is looked up in the list, and nothing else";
  EXPECT_EQ(listed.result, spf::Result::pass);
  EXPECT_EQ(listed.ttl, 40U);
  EXPECT_EQ(world.check("203.0.113.8", "a@dynamic.test").result, spf::Result::fail);
  EXPECT_EQ(world.zones.asked(), 1);
  world.time.pass(180s);
  EXPECT_EQ(world.check("203.0.113.7", "a@dynamic.test").ttl, 20U) << "what is left of the policy";
}

TEST(CachedCheck, GivesTheExplanationToWhoWantsIt) {
  World world({.compile_at = 1});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.check("192.0.2.1", "joe@explained.test", Explanation::give).explanation,
              "joe may not send");
  }
  const spf::Verdict brief = world.check("192.0.2.1", "joe@explained.test");
  EXPECT_EQ(brief.result, spf::Result::fail);
  EXPECT_EQ(brief.explanation, "");
}

struct UnfitRow {
  const char* rule;
  const char* mail_from;
  spf::Result result;
};
class Unfit : public ::testing::TestWithParam<UnfitRow> {};

TEST_P(Unfit, IsCheckedEachTimeAndCompiledOnceAMinute) {
  World world({.compile_at = 1});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.check("203.0.113.1", GetParam().mail_from).result, GetParam().result);
    EXPECT_EQ(world.checks.policies().size(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    CachedCheck, Unfit,
    ::testing::Values(UnfitRow{"TtlOfZero", "a@zero.test", spf::Result::fail},
                      UnfitRow{"FailedInPart", "a@partly.test", spf::Result::temperror},
                      UnfitRow{"NoHost", "a@[192.0.2.1]", spf::Result::none},
                      UnfitRow{"NoSuchNameWithoutSoa", "a@gone.test", spf::Result::none}),
    [](const auto& row) { return row.param.rule; });

TEST(CachedCheck, LearnsThatADomainIsMendedWithinAMinute) {
  World world({.compile_at = 1});
  world.check("192.0.2.1", "a@partly.test");
  world.zones.publish("partly.test. 300 TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n");
  world.time.pass(300s);
  EXPECT_EQ(world.check("203.0.113.1", "a@partly.test").result, spf::Result::fail);
  EXPECT_EQ(world.checks.policies().size(), 1U);
}

}  // namespace
}  // namespace mandate::verdicts
