// The names that a round asks for, and what it reports: `ANSWERED NANOSECONDS
// PROCESSOR-NANOSECONDS`.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

namespace mandate::bench {

constexpr std::size_t bulk_names = 200'000;

/// The name of the i-th query, in an order that jumps through the zone; each once in bulk_names.
inline std::string bulk_name(std::size_t i) {
  return fmt::format("d{:06}.bulk.test", i * 76'543 % bulk_names);
}

/// The time of a round from its making on.
class Stopwatch {
 public:
  std::string report(std::size_t answered) const {
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    return fmt::format("{} {} {}\n", answered, std::chrono::nanoseconds(elapsed).count(),
                       processor_time() - processor_);
  }

 private:
  static std::int64_t processor_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::int64_t processor_ = processor_time();
};

}  // namespace mandate::bench
