// What the cache promises of threads: for ThreadSanitizer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bulk_errands.h"
#include "counted_zones.h"
#include "resolver/cached_lookup.h"
#include "resolver/shared_table.h"
#include "test_clock.h"

namespace mandate::resolver {
namespace {

TEST(ThreadSafety, SharedTableIsReadWhileOthersWrite) {
  SharedTable<std::string> table(96 << 10);
  std::atomic<bool> done{false};
  std::atomic<int> hits{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      for (int i = 0; !done; i = (i + 1) % 400) {
        const std::string key = fmt::format("k{}", i);
        table.find(key, [&](const std::string& value) {
          ++hits;
          // Every value tells its key: a torn or freed one would not.
          EXPECT_TRUE(value.starts_with(key + " ")) << value;
        });
      }
    });
  }
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] {
      // Until there was all that may go wrong.
      for (int round = 0; round < 20'000 || hits < 1'000 || table.evicted() == 0; ++round) {
        const std::string key = fmt::format("k{}", (round * 7 + writer) % 400);
        std::string value = key + " " + std::string(static_cast<std::size_t>(round % 500), 'x');
        const std::size_t held = heap_bytes(value);
        table.put(key, std::move(value), held, UINT32_MAX, 0);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LE(table.size(), 400U);
}

TEST(ThreadSafety, CachedLookupIsSharedByThreads) {
  constexpr int names = 60;
  testing::TestClock time;
  std::string zone;
  for (int i = 0; i < names; ++i) {
    zone += fmt::format("d{0}.bulk.test. 300 TXT \"v=spf1 ip4:10.0.0.{0} -all\"\n", i);
    zone += fmt::format("d{0}.bulk.test. 300 MX 10 a-mail-exchange-of-d{0}.bulk.test.\n", i);
  }
  testing::CountedZones zones(zone);
  CachedLookup cache(zones, {.most_bytes = 48 << 10, .stale_for = 1'000}, time.clock());
  std::vector<dns::Question> questions;
  for (int i = 0; i < names; ++i) {
    const auto name = dns::Name::parse(fmt::format("d{}.bulk.test", i)).value();
    questions.push_back({name, dns::RecordType::txt});
    questions.push_back({name, dns::RecordType::mx});
  }
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      for (std::size_t round = 0; round < 3'000; ++round) {
        const dns::Question& question = questions[(round * 7 + number) % questions.size()];
        if (round % 100 == 0) time.pass(std::chrono::seconds(1));
        if (number == 0 && round % 500 == 0) zones.be_down(round % 1'000 == 0);
        const Deadline deadline(time.now() + std::chrono::seconds(5));
        const auto fact = cache.ask_or_stale(std::span(&question, 1), deadline).front().fact;
        EXPECT_EQ(fact.question, question);
        if (fact.status != dns::Fact::Status::found) continue;
        EXPECT_EQ(fact.records.size(), 1U);
        EXPECT_LE(fact.ttl, 300U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(cache.size(), 0U);
}

TEST(ThreadSafety, BulkSharesItsCacheBetweenWorkers) {
  const testing::ScriptedServer server(testing::echoes_names());
  testing::Collected collected;
  Bulk bulk({.servers = {server.server()}, .in_flight = 60, .queries_per_port = 100},
            {.threads = 3, .window = 60, .cache = {.most_bytes = 64 << 10}}, collected.taker());
  for (int i = 0; i < 600; ++i) {
    bulk.add(testing::walk({fmt::format("d{}.example", i), fmt::format("s{}.example", i % 7)}));
  }
  bulk.finish();
  EXPECT_EQ(collected.right(), 600);
}

}  // namespace
}  // namespace mandate::resolver
