// Checks from many threads over one cache: for ThreadSanitizer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "../resolver/counted_zones.h"
#include "../resolver/test_clock.h"
#include "resolver/cached_lookup.h"
#include "verdicts/cached_check.h"

namespace mandate::verdicts {
namespace {

TEST(ThreadSafety, ChecksShareFactsAndPolicies) {
  constexpr int domains = 40;
  std::string zone = "_spf.test. 50 TXT \"v=spf1 ip4:192.0.2.0/25 -all\"\n";
  for (int i = 0; i < domains; ++i) {
    zone += fmt::format("d{}.test. 90 TXT \"v=spf1 include:_spf.test {} -all\"\n", i,
                        i % 2 == 0 ? "ip4:10.0.0.0/8" : "exists:%{i}.list.test");
  }
  resolver::testing::TestClock time;
  resolver::testing::CountedZones zones(zone);
  resolver::CachedLookup cache(zones, {.most_bytes = 32 << 10}, time.clock());
  // Room for some of the policies only.
  CachedCheck checks(cache, {.most_bytes = 32 << 10}, time.clock());
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      for (int round = 0; round < 1'500; ++round) {
        if (round % 50 == 0) time.pass(std::chrono::seconds(1));
        spf::Request request;
        const bool inside = round % 3 != 0;
        request.ip = dns::IpAddress::v4({inside ? std::uint8_t{192} : std::uint8_t{203}, 0,
                                         inside ? std::uint8_t{2} : std::uint8_t{113}, 9});
        request.mail_from = fmt::format("a@d{}.test", (round * 7 + number) % domains);
        const auto deadline = resolver::Deadline(time.now() + std::chrono::seconds(5));
        const spf::Verdict verdict = checks.check(request, deadline);
        EXPECT_EQ(verdict.result, inside ? spf::Result::pass : spf::Result::fail);
        EXPECT_LE(verdict.ttl, 50U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(checks.policies().size(), 0U);
}

}  // namespace
}  // namespace mandate::verdicts
