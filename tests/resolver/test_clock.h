// A clock that a test sets.
#pragma once

#include <atomic>
#include <chrono>

#include "resolver/stopwatch.h"

namespace mandate::resolver::testing {

/// Thread-safe. Must outlive what reads it.
class TestClock {
 public:
  SteadyClock clock() {
    return [this] { return std::chrono::steady_clock::time_point(now()); };
  }
  void pass(std::chrono::milliseconds time) { now_ += time.count(); }
  std::chrono::milliseconds now() const { return std::chrono::milliseconds(now_.load()); }

 private:
  std::atomic<std::int64_t> now_{1'000'000};
};

}  // namespace mandate::resolver::testing
