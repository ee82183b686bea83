#include "app/identifier.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace mandate::app {
namespace {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Random = std::array<std::uint8_t, 10>;

TEST(Identifier, IsTheNumberInBase32HexWithTwoZeroBitsInFront) {
  EXPECT_EQ(identifier(Time{}, Random{}), "00000000000000000000000000");
  Random ones;
  ones.fill(0xff);
  EXPECT_EQ(identifier(Time{std::chrono::milliseconds{(std::int64_t{1} << 48) - 1}}, ones),
            "7vvvvvvvvvvvvvvvvvvvvvvvvv");
  Random last{};
  last[9] = 0x21;
  EXPECT_EQ(identifier(Time{}, last), "00000000000000000000000011");
}

TEST(Identifier, SortsByTimeWhateverTheRandomOctets) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto earlier = static_cast<std::int64_t>(random() % ((std::uint64_t{1} << 48) - 1));
    Random low{};
    Random high;
    high.fill(0xff);
    EXPECT_LT(identifier(Time{std::chrono::milliseconds{earlier}}, high),
              identifier(Time{std::chrono::milliseconds{earlier + 1}}, low));
  }
}

TEST(NewId, IsUniqueAscendingByMillisecondAndOfTheAlphabet) {
  std::set<std::string> seen;
  std::string previous_time;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = new_id();
    ASSERT_EQ(id.size(), 26U);
    ASSERT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuv"), std::string::npos) << id;
    ASSERT_TRUE(seen.insert(id).second) << id;
    ASSERT_LE(previous_time, id.substr(0, 10));
    previous_time = id.substr(0, 10);
  }
}

}  // namespace
}  // namespace mandate::app
