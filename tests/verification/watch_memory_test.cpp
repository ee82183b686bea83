// What a queue costs in memory: the domains in hand, however many are due.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>

#include "../store/folder.h"
#include "verification/watch.h"
#include "watched_customers.h"

namespace mandate::verification {
namespace {

using Kind = registry::CheckFinding::Kind;

constexpr int kMany = 100'000;

std::size_t octets_in_use() {
  const auto used = mallinfo2();
  return used.uordblks + used.hblkhd;  // large pieces are mapped each for itself
}

/// The most that is in use during a hundred checks beyond what was before them.
std::size_t cost_of_checks(const std::string& path) {
  const auto store = std::move(*store::open_sqlite(path));
  const std::size_t before = octets_in_use();
  std::size_t most = before;
  CustomerDns dns([&](const dns::Name&) {
    most = std::max(most, octets_in_use());
    return Kind::proven;
  });
  const auto clock = [] { return kBegin; };
  Probe probe = probe_of(dns, *store, clock);
  Watch watch(*store, probe, clock, {});
  EXPECT_EQ(watch.run_due(100).value(), 100);
  return most - before;
}

TEST(WatchMemory, AHundredThousandDueDomainsCostNoMoreThanAHundred) {
  const store::Folder folder;
  add_customers(folder.file("few.db"), 100);
  add_customers(folder.file("many.db"), kMany);
  const auto store = std::move(*store::open_sqlite(folder.file("many.db")));
  ASSERT_EQ(row_of(*store, kMany - 1).next_check_at, kBegin) << "they are there, and due";
  const std::size_t few = cost_of_checks(folder.file("few.db"));
  const std::size_t many = cost_of_checks(folder.file("many.db"));
  // SQLite keeps up to 2 MB of pages of a file; rows of a hundred thousand would be 30 MB.
  EXPECT_LT(many, few + (std::size_t{4} << 20));
}

}  // namespace
}  // namespace mandate::verification
