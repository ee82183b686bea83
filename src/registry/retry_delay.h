// How long to wait before what could not be done is tried again.
#pragma once

#include <algorithm>
#include <chrono>

namespace mandate::registry {

/// Pure: after the given number of attempts (1 or more), 30 s doubling to at most an hour.
constexpr std::chrono::seconds retry_delay(int attempts) {
  constexpr std::chrono::seconds kFirst{30};
  constexpr std::chrono::seconds kLongest = std::chrono::hours{1};
  const int doublings = std::clamp(attempts - 1, 0, 7);
  return std::min(kFirst * (1 << doublings), kLongest);
}

}  // namespace mandate::registry
