// So many a second, and no more.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mandate::resolver {

/// What is spent delays what comes next: over any time no more is begun than the rate allows, but
/// for what is spent at once. A wait that ends late, as waits do, is made up for within 10 ms.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Zero: without a limit.
  explicit Pace(double per_second) : per_second_(per_second) {}

  void spend(std::uint64_t count, Time now) {
    if (per_second_ <= 0 || count == 0) return;
    const std::chrono::duration<double> takes(static_cast<double>(count) / per_second_);
    next_ = std::max(next_, now - slack) + std::chrono::ceil<std::chrono::nanoseconds>(takes);
  }

  /// From when on more may be spent.
  Time next() const { return next_; }

 private:
  static constexpr std::chrono::milliseconds slack{10};

  double per_second_;
  Time next_{};
};

}  // namespace mandate::resolver
