#include "advice/slow_lookup.h"

#include <gtest/gtest.h>

namespace mandate::advice {
namespace {

using namespace std::chrono_literals;

TEST(SlowLookup, IsToldFromHalfOfTheLimitOn) {
  const struct {
    std::chrono::milliseconds took;
    std::chrono::milliseconds limit;
    bool slow;
  } rows[] = {
      {0ms, 20s, false}, {9999ms, 20s, false}, {10s, 20s, true},
      {25s, 20s, true},  {49ms, 100ms, false}, {50ms, 100ms, true},
  };
  for (const auto& row : rows) {
    const auto found = slow_lookups("v=spf1 mx", row.took, row.limit);
    EXPECT_EQ(found.has_value(), row.slow) << row.took.count();
    if (!found) continue;
    EXPECT_EQ(found->rule->id, "slow");
    EXPECT_EQ(found->span, (spf::Span{0, 9}));
  }
  EXPECT_TRUE(
      slow_lookups("v=spf1 mx", 12'340ms, 20s)->message.contains("12.3 of the 20.0 seconds"));
}

}  // namespace
}  // namespace mandate::advice
