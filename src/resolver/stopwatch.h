// Time as a cache counts it: whole seconds since it was made.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace mandate::resolver {

/// A clock that never goes back; a test injects its own.
using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Thread-safe when its clock is.
class Stopwatch {
 public:
  explicit Stopwatch(SteadyClock clock) : clock_(std::move(clock)), start_(clock_()) {}

  std::chrono::steady_clock::time_point now() const { return clock_(); }
  /// Seconds begun are not counted. What is kept at second 3 with a TTL of 5 ends to hold at second
  /// 8: thereby it is kept for up to a second less than its TTL, and never for longer.
  std::uint32_t seconds() const { return seconds(clock_()); }
  /// Likewise, at a time that is not before it was made.
  std::uint32_t seconds(std::chrono::steady_clock::time_point time) const {
    return static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::seconds>(time - start_).count());
  }

 private:
  SteadyClock clock_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace mandate::resolver
