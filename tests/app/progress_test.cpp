#include "app/progress.h"

#include <gtest/gtest.h>

namespace mandate::app {
namespace {

TEST(Progress, ShowsABarOnlyWhereTheEndIsKnown) {
  const struct {
    std::uint64_t done;
    std::uint64_t read;
    std::uint64_t total;
    double seconds;
    const char* line;
  } rows[] = {
      {1200, 0, 0, 3, "lint  1200 done  400/s"},
      {0, 0, 100, 0, "lint [>                       ]   0 %  0 done  0/s  0 s left"},
      {1200, 50, 100, 3, "lint [============>           ]  50 %  1200 done  400/s  3 s left"},
      {10, 100, 100, 1, "lint [========================] 100 %  10 done  10/s  0 s left"},
      // A file that grew while it was read.
      {10, 120, 100, 1, "lint [========================] 100 %  10 done  10/s  0 s left"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(progress_line("lint", row.done, row.read, row.total,
                            std::chrono::duration<double>(row.seconds)),
              row.line);
  }
}

}  // namespace
}  // namespace mandate::app
