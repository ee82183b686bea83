#include "resolver/shared_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace mandate::resolver {
namespace {

constexpr std::uint32_t kForever = UINT32_MAX;

using Texts = SharedTable<std::string>;

std::optional<std::string> found(const Texts& table, std::string_view key) {
  std::optional<std::string> out;
  table.find(key, [&](const std::string& value) { out = value; });
  return out;
}

bool put(Texts& table, std::string_view key, const std::string& value,
         std::uint32_t spent_at = kForever, std::uint32_t now = 0) {
  return table.put(key, value, heap_bytes(value), spent_at, now);
}

TEST(SharedTable, GivesWhatWasPutLast) {
  Texts table(1 << 20);
  EXPECT_EQ(found(table, "a"), std::nullopt);
  EXPECT_TRUE(put(table, "a", "first"));
  EXPECT_TRUE(put(table, "b", "another"));
  EXPECT_TRUE(put(table, "a", "second"));
  EXPECT_EQ(found(table, "a"), "second");
  EXPECT_EQ(found(table, "b"), "another");
  EXPECT_EQ(found(table, ""), std::nullopt);
  EXPECT_EQ(table.size(), 2U);
}

TEST(SharedTable, FindsEverythingAfterItGrew) {
  Texts table(std::size_t{64} << 20);
  for (int i = 0; i < 50'000; ++i)
    ASSERT_TRUE(put(table, fmt::format("k{}", i), std::to_string(i)));
  for (int i = 0; i < 50'000; ++i)
    ASSERT_EQ(found(table, fmt::format("k{}", i)), std::to_string(i));
  EXPECT_EQ(table.size(), 50'000U);
  EXPECT_EQ(table.evicted(), 0U);
}

TEST(SharedTable, NeverCountsMoreThanItsBound) {
  constexpr std::size_t bound = 128 << 10;
  Texts table(bound);
  const std::size_t empty = table.bytes();
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(
        put(table, fmt::format("k{}", i), std::string(static_cast<std::size_t>(i % 900), 'x')));
    ASSERT_LE(table.bytes(), bound + empty);
  }
  EXPECT_GT(table.evicted(), 0U);
  EXPECT_GT(table.bytes(), bound * 3 / 4);
}

TEST(SharedTable, EvictsWhatNobodyWantedFirst) {
  Texts table(64 << 10);
  const std::string value(200, 'x');
  ASSERT_TRUE(put(table, "wanted", value));
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(put(table, fmt::format("passing {}", i), value));
    ASSERT_NE(found(table, "wanted"), std::nullopt) << i;
  }
  EXPECT_GT(table.evicted(), 1'000U);
}

TEST(SharedTable, EvictsWhatIsSpentBeforeWhatIsWanted) {
  Texts table(64 << 10);
  const std::string value(200, 'x');
  int spent = 0;
  while (table.evicted() == 0) {
    ASSERT_TRUE(put(table, fmt::format("spent {}", spent), value, 10, 0));
    ASSERT_NE(found(table, fmt::format("spent {}", spent++)), std::nullopt);
  }
  // All were wanted; but after second 10 they make room, down to the last one, for what is wanted.
  std::vector<std::string> lasting;
  for (int i = 0; i < spent / 2; ++i) {
    lasting.push_back(fmt::format("lasting {}", i));
    ASSERT_TRUE(put(table, lasting.back(), value, kForever, 10));
    found(table, lasting.back());
  }
  for (const std::string& key : lasting) EXPECT_NE(found(table, key), std::nullopt) << key;
}

TEST(SharedTable, RefusesWhatWouldTakeMoreThanAnEighth) {
  Texts table(64 << 10);
  ASSERT_TRUE(put(table, "a", "small"));
  EXPECT_FALSE(put(table, "a", std::string(9 << 10, 'x')));
  EXPECT_EQ(found(table, "a"), "small");
  EXPECT_EQ(table.size(), 1U);
}

TEST(SharedTable, KeepsOctetsBesideAValueWhereANumberMayLie) {
  SharedTable<const std::uint64_t*> table(1 << 20);
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const std::string key(i % 23, static_cast<char>('a' + i % 26));
    const auto make = [&](std::byte* room) {
      return new (room) std::uint64_t[2]{i, ~i};  // NOLINT: in the table's own block
    };
    ASSERT_TRUE(table.put_beside(key, 16, make, 0, kForever, 0));
    std::uint64_t first = 0;
    table.find(key, [&](const std::uint64_t* room) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(room) % alignof(std::uint64_t), 0U) << i;
      EXPECT_EQ(room[1], ~i);
      first = room[0];
    });
    EXPECT_EQ(first, i);
  }
}

TEST(SharedTable, CountsTheOctetsBesideAValue) {
  SharedTable<int> table(1 << 20);
  const std::size_t before = table.bytes();
  ASSERT_TRUE(table.put_beside("a", 10'000, [](std::byte*) { return 1; }, 500, kForever, 0));
  EXPECT_NEAR(static_cast<double>(table.bytes() - before), 10'500, 100);
}

/// Tells how many of it are alive.
struct Counted {
  explicit Counted(std::atomic<int>& count) : alive(&count) { ++count; }
  Counted(Counted&& other) noexcept : alive(other.alive) { ++*alive; }
  Counted& operator=(Counted&&) = delete;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive; }
  std::atomic<int>* alive;
};

TEST(SharedTable, FreesNothingThatIsLookedAtAndAllInTheEnd) {
  std::atomic<int> alive{0};
  {
    SharedTable<Counted> table(32 << 10);
    ASSERT_TRUE(table.put("held", Counted(alive), 0, kForever, 0));
    table.find("held", [&](const Counted& held) {
      // With a reader there nothing is freed, so that in the end nothing finds room.
      int kept = 0;
      while (table.put(fmt::format("k{}", kept % 7), Counted(alive), 1'000, kForever, 0)) ++kept;
      EXPECT_GT(kept, 20);
      EXPECT_EQ(alive.load(), kept + 1);
      EXPECT_EQ(held.alive, &alive);
    });
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(table.put("again", Counted(alive), 1'000, kForever, 0)) << i;
    }
    EXPECT_LE(alive.load(), 32);
  }
  EXPECT_EQ(alive.load(), 0);
}

}  // namespace
}  // namespace mandate::resolver
