// Const functions over shared facts, records and maps, from many threads: for ThreadSanitizer.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "mandate/spf/other_readings.h"
#include "mandate/spf/policy_map.h"
#include "zone_check.h"

namespace mandate::spf {
namespace {

TEST(ThreadSafety, FactsRecordsAndMapsAreSharedByManyThreads) {
  const dns::ZoneData data = zones(R"(
example.com. TXT "v=spf1 include:b.example.com mx exists:%{i}.x.test -all"
b.example.com. TXT "v=spf1 ip4:192.0.2.0/25 -all"
example.com. MX 10 mx.example.com.
mx.example.com. A 192.0.2.200
)");
  Request request;
  request.mail_from = "a@example.com";
  request.ip = dns::IpAddress::parse("192.0.2.130").value();
  dns::Facts facts = check(data, request).facts;
  const KnownRecords records(facts);
  std::vector<PolicyMap> maps;
  while (maps.empty()) {
    auto outcome = compile("example.com", facts, {});
    if (auto* map = std::get_if<PolicyMap>(&outcome)) {
      maps.push_back(std::move(*map));
      break;
    }
    for (const auto& question : std::get<Questions>(outcome)) facts.add(answer(data, question));
  }
  const dns::Facts& shared = facts;
  const PolicyMap& map = maps.front();
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&] {
      Verdict verdict;
      Questions lacking;
      for (int round = 0; round < 300; ++round) {
        Request own = request;
        own.ip = dns::IpAddress::v4({192, 0, 2, static_cast<std::uint8_t>(round % 128)});
        const Options options{.range = true, .records = &records};
        ASSERT_TRUE(check_host(own, shared, options, verdict, lacking));
        EXPECT_EQ(verdict.result, Result::pass);
        EXPECT_EQ(map.at(own.ip).result, Result::pass);
        EXPECT_TRUE(map.at(dns::IpAddress::parse("203.0.113.1").value()).dynamic);
        std::ignore = other_readings(own, shared, {}, verdict);
        std::ignore = compile("example.com", shared, {.records = &records});
        std::ignore = difference(map, map);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace mandate::spf
