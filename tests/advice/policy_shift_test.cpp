// Two policies held against each other: how it is said, and that it is so for every address.
#include "advice/policy_shift.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../spf/random_policy.h"
#include "../spf/zone_check.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

spf::PolicyMap map_of(ZoneAnswers& dns, std::string_view domain = "d.test") {
  return dns.settle([&](const dns::Facts& facts) { return spf::compile(domain, facts); });
}

spf::PolicyMap map_of(std::string_view record) {
  ZoneAnswers dns("p.test. 300 TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n");
  dns.publish("d.test", record);
  return map_of(dns);
}

std::string words(const Standing& standing) {
  if (standing.dynamic) return "dynamic";
  return fmt::format("{} by '{}' of {}", spf::text(standing.result), standing.term,
                     standing.domain);
}

std::vector<std::string> words(const std::vector<Shift>& shifts) {
  std::vector<std::string> out;
  for (const Shift& shift : shifts) {
    std::string line = fmt::format("{} -> {}:", words(shift.before), words(shift.after));
    for (const dns::AddressRange& range : shift.ranges) line += " " + range_text(range);
    out.push_back(line + ", " + addresses_text(shift.count));
  }
  return out;
}

TEST(PolicyShift, SaysWhichAddressesChangeAndThroughWhichTerms) {
  const PolicyShift shift = policy_shift(map_of("v=spf1 ip4:198.51.100.0/30 -all"),
                                         map_of("v=spf1 include:p.test ~ip4:198.51.100.2 -all"));
  EXPECT_THAT(shift.undecided, IsEmpty());
  EXPECT_THAT(
      words(shift.changes),
      ElementsAre("fail by '-all' of d.test -> pass by 'ip4:192.0.2.0/28' of p.test: "
                  "192.0.2.0/28, 16 IPv4 addresses",
                  "pass by 'ip4:198.51.100.0/30' of d.test -> fail by '-all' of d.test: "
                  "198.51.100.0/31 198.51.100.3, 3 IPv4 addresses",
                  "pass by 'ip4:198.51.100.0/30' of d.test -> softfail by '~ip4:198.51.100.2' of "
                  "d.test: 198.51.100.2, 1 IPv4 address",
                  "fail by '-all' of d.test -> pass by 'ip6:2001:db8:25::/64' of p.test: "
                  "2001:db8:25::/64, 2^64 IPv6 addresses"));
}

TEST(PolicyShift, AnOrderWithoutEffectIsNoShift) {
  const PolicyShift shift = policy_shift(map_of("v=spf1 ip4:192.0.2.0/28 include:p.test -all"),
                                         map_of("v=spf1 include:p.test ip4:192.0.2.0/28 -all"));
  EXPECT_THAT(shift.changes, IsEmpty());
  EXPECT_THAT(shift.undecided, IsEmpty());
}

TEST(PolicyShift, WhatDependsOnTheSenderOrWasNotLookedUpIsUndecided) {
  const auto plain = map_of("v=spf1 ip4:192.0.2.0/28 -all");
  const PolicyShift dynamic =
      policy_shift(plain, map_of("v=spf1 ip4:192.0.2.0/28 exists:%{i}.x.test -all"));
  EXPECT_THAT(dynamic.changes, IsEmpty());
  ASSERT_EQ(dynamic.undecided.size(), 1U);
  EXPECT_TRUE(dynamic.undecided[0].after.dynamic);
  EXPECT_EQ(dynamic.undecided[0].ranges.front().first, ip("0.0.0.0"));

  ZoneAnswers away("d.test. 300 TXT \"v=spf1 ip4:192.0.2.0/28 include:p.test -all\"\n");
  away.fail({name("p.test"), dns::RecordType::txt});
  const PolicyShift failed = policy_shift(plain, map_of(away));
  EXPECT_THAT(failed.changes, IsEmpty());
  ASSERT_EQ(failed.undecided.size(), 1U);
  EXPECT_EQ(failed.undecided[0].after.result, spf::Result::temperror);
}

TEST(PolicyShift, CountsOfAddressesAreForPeople) {
  struct Row {
    std::vector<std::string> prefixes;
    std::string text;
  };
  const std::vector<Row> rows = {
      {{}, "no addresses"},
      {{"192.0.2.1/32"}, "1 IPv4 address"},
      {{"0.0.0.0/0"}, "all IPv4 addresses"},
      {{"0.0.0.0/1"}, "2147483648 IPv4 addresses"},
      {{"2001:db8::1/128"}, "1 IPv6 address"},
      {{"192.0.2.0/31", "2001:db8::/112"}, "2 IPv4 and 65536 IPv6 addresses"},
      {{"2001:db8::/108"}, "2^20 IPv6 addresses"},
      {{"2001:db8::/32"}, "2^96 IPv6 addresses"},
      {{"2001:db8::/64", "2001:db9::/64", "2001:dba::/64"}, "about 5.5e+19 IPv6 addresses"},
  };
  for (const Row& row : rows) {
    spf::AddressCount count;
    for (const std::string& text : row.prefixes) {
      count.add({prefix(text).network(), prefix(text).last()});
    }
    EXPECT_EQ(addresses_text(count), row.text);
  }
}

TEST(PolicyShift, EveryClientOfBothFamiliesIsAll) {
  const PolicyShift shift = policy_shift(map_of("v=spf1 -all"), map_of("v=spf1 ~all"));
  ASSERT_EQ(shift.changes.size(), 1U);
  EXPECT_EQ(addresses_text(shift.changes[0].count), "all IPv4 and all IPv6 addresses");
  std::vector<std::string> ranges;
  for (const auto& range : joined(shift.changes[0].ranges)) ranges.push_back(range_text(range));
  EXPECT_THAT(ranges, ElementsAre("0.0.0.0/0", "::/0"));
}

TEST(PolicyShift, HasAnEffectOnSenders) {
  using spf::Result;
  const struct {
    Result before;
    Result after;
    std::string_view effect;
  } rows[] = {
      {Result::fail, Result::pass, "gains_pass"},
      {Result::permerror, Result::pass, "gains_pass"},
      {Result::pass, Result::softfail, "loses_pass"},
      {Result::pass, Result::none, "loses_pass"},
      {Result::pass, Result::permerror, "meets_error"},
      {Result::none, Result::permerror, "meets_error"},
      {Result::permerror, Result::fail, "changes"},
      {Result::fail, Result::neutral, "changes"},
  };
  for (const auto& row : rows) {
    const Shift shift{{.result = row.before}, {.result = row.after}, {}, {}};
    EXPECT_EQ(text(effect(shift)), row.effect);
  }
}

/// Both policies of an edit, and check_host over them.
struct Edited {
  ZoneAnswers dns;
  spf::PolicyMap map;
  explicit Edited(const spf::RandomPolicy& policy)
      : dns(policy.zone), map(map_of(dns, spf::RandomPolicies::kDomain)) {}

  spf::Result result(const dns::IpAddress& address) {
    const spf::Request request{.ip = address, .mail_from = "x@n0.p.test", .helo = "h.test"};
    return dns.settle([&](const dns::Facts& facts) { return spf::check_host(request, facts); })
        .result;
  }
};

bool holds(const std::vector<Shift>& shifts, const dns::IpAddress& address) {
  for (const Shift& shift : shifts) {
    for (const dns::AddressRange& range : shift.ranges) {
      if (range.contains(address)) return true;
    }
  }
  return false;
}

TEST(PolicyShiftProperty, EveryAddressOfAShiftChangesJustSoAndNoOtherDoes) {
  spf::RandomPolicies random(7208);
  int changed = 0;
  for (int round = 0; round < 400; ++round) {
    const spf::RandomPolicy policy = random.next();
    const spf::RandomPolicy edit = random.changed(policy);
    Edited before(policy);
    Edited after(edit);
    const PolicyShift shift = policy_shift(before.map, after.map);
    for (const Shift& change : shift.changes) {
      spf::AddressCount count;
      for (const dns::AddressRange& range : change.ranges) {
        count.add(range);
        for (const dns::IpAddress& address : {range.first, range.last}) {
          ASSERT_EQ(before.result(address), change.before.result) << address.text();
          ASSERT_EQ(after.result(address), change.after.result) << address.text();
          ++changed;
        }
      }
      ASSERT_EQ(count, change.count);
      ASSERT_NE(change.before.result, change.after.result);
    }
    for (int draw = 0; draw < 20; ++draw) {
      const dns::IpAddress address = random.any_address().unmapped();
      if (holds(shift.changes, address) || holds(shift.undecided, address)) continue;
      ASSERT_EQ(before.result(address), after.result(address)) << address.text();
    }
  }
  EXPECT_GT(changed, 200);
}

TEST(PolicyShiftProperty, AgainstItselfNothingChanges) {
  spf::RandomPolicies random(4408);
  for (int round = 0; round < 500; ++round) {
    const Edited policy(random.next());
    const PolicyShift shift = policy_shift(policy.map, policy.map);
    ASSERT_THAT(shift.changes, IsEmpty());
    ASSERT_EQ(shift.undecided.empty(), !policy.map.is_dynamic());
  }
}

}  // namespace
}  // namespace mandate::advice
