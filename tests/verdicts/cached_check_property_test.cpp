// CachedCheck held against check_host over the same facts and no cache, for random policies.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "../resolver/counted_zones.h"
#include "../resolver/test_clock.h"
#include "../spf/random_policy.h"
#include "resolver/cached_lookup.h"
#include "spf/ascii.h"
#include "verdicts/cached_check.h"

namespace mandate::verdicts {
namespace {

using resolver::testing::CountedZones;
using resolver::testing::TestClock;
using spf::RandomPolicies;
using spf::RandomPolicy;

spf::Verdict plain(resolver::Lookup& lookup, const spf::Request& request,
                   const spf::Limits& limits) {
  dns::Facts facts;
  const spf::Options options{.limits = limits};
  return resolver::settle(lookup, facts, resolver::Deadline::max(), [&](const dns::Facts& known) {
    return spf::check_host(request, known, options);
  });
}

/// In lower case, as a verdict from memory tells the sender's domain.
std::string told(const spf::Verdict& verdict) {
  return spf::lower(fmt::format(
      "{} of {} by `{}` of {}, {} lookups, {} voids, {} s: {} {}", spf::text(verdict.result),
      verdict.domain, verdict.decided_by ? verdict.decided_by->term() : "",
      verdict.decided_by ? fmt::format("{}", fmt::join(verdict.decided_by->path, ">")) : "nobody",
      verdict.lookups, verdict.voids, verdict.ttl, verdict.problem, verdict.explanation));
}

/// Some of the addresses at which the policy may change, those beside them, and any others.
std::vector<dns::IpAddress> addresses_to_try(RandomPolicies& random, const RandomPolicy& policy) {
  std::set<dns::IpAddress> out;
  for (const dns::IpAddress& edge : policy.edges) {
    if (!random.one_in(1 + static_cast<int>(policy.edges.size() / 8))) continue;
    out.insert(edge);
    if (const auto next = edge.next()) out.insert(*next);
    if (const auto previous = edge.previous()) out.insert(*previous);
  }
  for (int i = 0; i < 6; ++i) out.insert(random.any_address());
  return {out.begin(), out.end()};
}

TEST(CachedCheckProperty, EveryCheckComesOutAsWithoutACache) {
  RandomPolicies random(2308);
  std::map<bool, int> from_memory;
  std::map<spf::Result, int> seen;
  int compared = 0;
  for (int policies = 0; policies < 400; ++policies) {
    const RandomPolicy policy = random.next();
    TestClock time;
    CountedZones zones(policy.zone);
    resolver::CachedLookup cache(zones, {}, time.clock());
    CachedCheck checks(cache, {.limits = policy.limits}, time.clock());
    for (const dns::IpAddress& ip : addresses_to_try(random, policy)) {
      if (random.one_in(4)) time.pass(std::chrono::milliseconds(random.roll(1, 400'000)));
      spf::Request request;
      request.ip = ip;
      request.mail_from = random.one_in(3) ? "josé@N0.p.test" : "n1@n0.p.test";
      request.helo = "n2.p.test";
      const auto explanation = random.one_in(4) ? Explanation::give : Explanation::leave_out;

      spf::Verdict expected = plain(zones, request, policy.limits);
      zones.asked();
      spf::Verdict verdict = checks.check(request, resolver::Deadline(time.now()), explanation);
      ++from_memory[zones.asked() == 0];
      ++seen[verdict.result];
      ++compared;

      // A map knows nothing of the facts of `exp`, nor of their TTL.
      if (verdict.result != spf::Result::fail) {
        EXPECT_LE(verdict.ttl, expected.ttl);
      }
      verdict.ttl = expected.ttl;
      if (verdict.explanation.empty() && explanation == Explanation::leave_out) {
        expected.explanation.clear();
      }
      ASSERT_EQ(told(verdict), told(expected)) << "client " << ip.text() << " of\n" << policy.zone;
    }
  }
  EXPECT_GT(from_memory[true], compared / 4);
  EXPECT_GT(from_memory[false], compared / 20);
  for (const auto result :
       {spf::Result::pass, spf::Result::fail, spf::Result::softfail, spf::Result::neutral,
        spf::Result::none, spf::Result::permerror, spf::Result::temperror}) {
    EXPECT_GT(seen[result], compared / 100) << spf::text(result);
  }
}

}  // namespace
}  // namespace mandate::verdicts
