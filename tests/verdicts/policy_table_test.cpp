#include "verdicts/policy_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "../resolver/counted_zones.h"
#include "../resolver/test_clock.h"

namespace mandate::verdicts {
namespace {

using namespace std::chrono_literals;
using resolver::testing::CountedZones;
using resolver::testing::TestClock;

Policy policy_of(const std::string& domain, CountedZones& zones) {
  dns::Facts facts;
  const auto map = resolver::settle(
      zones, facts, {}, [&](const dns::Facts& known) { return spf::compile(domain, known); });
  return make_policy(map, std::move(facts));
}

std::string wire(std::string_view domain) {
  return dns::Name::parse(domain).value().wire();
}

const auto kClient = dns::IpAddress::parse("192.0.2.1").value();

TEST(PolicyTable, GivesTheOutcomeWithTheTtlThatIsLeft) {
  TestClock time;
  CountedZones zones("a.test. 300 TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n");
  PolicyTable table(1 << 20, time.clock());
  EXPECT_EQ(table.at(wire("a.test"), kClient), std::nullopt);
  EXPECT_TRUE(table.keep(wire("a.test"), policy_of("a.test", zones), table.now()));
  time.pass(100s);
  const auto outcome = table.at(wire("a.test"), kClient);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->result, spf::Result::pass);
  EXPECT_EQ(outcome->ttl, 200U);
  EXPECT_EQ(table.at(wire("b.test"), kClient), std::nullopt);
  time.pass(200s);
  EXPECT_EQ(table.at(wire("a.test"), kClient), std::nullopt);
}

TEST(PolicyTable, CountsTheTimeFromTheAsking) {
  TestClock time;
  CountedZones zones("a.test. 10 TXT \"v=spf1 -all\"\n");
  PolicyTable table(1 << 20, time.clock());
  const std::uint32_t from = table.now();
  time.pass(9s);
  EXPECT_TRUE(table.keep(wire("a.test"), policy_of("a.test", zones), from));
  EXPECT_EQ(table.at(wire("a.test"), kClient)->ttl, 1U);
  time.pass(1s);
  EXPECT_FALSE(table.keep(wire("a.test"), policy_of("a.test", zones), from));
}

/// Policies of some kinds, each with its share of the heap.
std::string some_policies(int count) {
  std::string zone =
      "_spf.shared.test. 300 TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all\"\n";
  for (int i = 0; i < count; ++i) {
    constexpr std::string_view kinds[] = {
        "ip4:10.0.0.{0} -all", "include:_spf.shared.test ip4:10.1.0.{0} a ~all",
        "exists:%{{i}}.d{0}.test -all", "mx ip4:10.2.{0}.0/24 include:_spf.shared.test ?all"};
    const auto kind = kinds[static_cast<std::size_t>(i) % std::size(kinds)];
    zone += fmt::format("d{0}.test. 300 TXT \"v=spf1 {1}\"\n", i,
                        fmt::format(fmt::runtime(kind), i % 256));
    zone += fmt::format("d{0}.test. 300 MX 10 mx.d{0}.test.\nmx.d{0}.test. 300 A 10.3.0.1\n", i);
    zone += fmt::format("d{0}.test. 300 A 10.4.0.1\nd{0}.test. 300 AAAA 2001:db8:1::1\n", i);
    zone += fmt::format("mx.d{0}.test. 300 AAAA 2001:db8:2::1\n", i);
  }
  return zone;
}

// The allocator of a sanitizer does not tell what is held.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(PolicyTable, CountsTheMemoryThatItHolds) {
  constexpr int domains = 2'000;
  CountedZones zones(some_policies(domains));
  { const PolicyTable first(1 << 20); }  // by which OpenSSL takes what it keeps
  const std::size_t before = mallinfo2().uordblks;
  PolicyTable table(std::size_t{64} << 20);
  for (int i = 0; i < domains; ++i) {
    const std::string domain = fmt::format("d{}.test", i);
    ASSERT_TRUE(table.keep(wire(domain), policy_of(domain, zones), table.now())) << domain;
  }
  const auto held = static_cast<double>(mallinfo2().uordblks - before);
  const auto counted = static_cast<double>(table.bytes());
  EXPECT_NEAR(counted / held, 1.0, 0.1) << counted << " counted, " << held << " held";
}
#endif

TEST(PolicyTable, StaysWithinItsMemory) {
  constexpr int domains = 600;
  constexpr std::size_t bound = 200 << 10;
  CountedZones zones(some_policies(domains));
  PolicyTable table(bound);
  const std::size_t empty = table.bytes();
  for (int i = 0; i < domains; ++i) {
    const std::string domain = fmt::format("d{}.test", i);
    EXPECT_TRUE(table.keep(wire(domain), policy_of(domain, zones), table.now()));
    ASSERT_LE(table.bytes(), bound + empty);
  }
  EXPECT_GT(table.size(), 50U);
  EXPECT_LT(table.size(), 600U);
}

}  // namespace
}  // namespace mandate::verdicts
