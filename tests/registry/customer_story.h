// What becomes of a customer's domain over a year: what it publishes, when it is switched off and
// on, and when its DNS is away. Drawn by lot, the same for the same seed.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "registry/transition.h"

namespace mandate::registry {

class CustomerStory {
 public:
  using Time = std::chrono::sys_seconds;
  using Kind = CheckFinding::Kind;
  /// From then on.
  enum class Event : std::uint8_t { proven, not_proven, refused, outage, outage_ends, off, on };
  using Turn = std::pair<Time, Event>;

  /// The times at which the DNS of everybody is away, of one year.
  static std::vector<std::pair<Time, Time>> outages_of_all(Time start, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::pair<Time, Time>> out;
    for (int month = 0; month < 12; ++month) {
      const Time from = start + std::chrono::hours(month * 730 + static_cast<int>(random() % 600));
      out.emplace_back(from, from + spread(random, 60, 100'000));
    }
    return out;
  }

  /// A domain that is added at `added()`, in the first month after `start`.
  CustomerStory(Time start, std::chrono::seconds length, std::uint64_t seed,
                const std::vector<std::pair<Time, Time>>& outages_of_all)
      : random_(seed) {
    added_ = start + std::chrono::seconds(random_() % (30 * 86'400));
    const Time end = start + length;
    publish_until(end);
    for (const auto& [from, to] : outages_of_all) add_outage(from, to);
    for (int own = static_cast<int>(random_() % 4); own > 0; --own) {
      const Time from =
          added_ +
          std::chrono::seconds(random_() % static_cast<std::uint64_t>((end - added_).count()));
      add_outage(from, from + spread(random_, 60, 500'000));
    }
    if (random_() % 20 == 0) {
      const Time off = added_ + spread(random_, 60, 20'000'000);
      turns_.emplace_back(off, Event::off);
      turns_.emplace_back(off + spread(random_, 60, 5'000'000), Event::on);
    }
    std::ranges::stable_sort(turns_, {}, &Turn::first);
    std::erase_if(turns_, [&](const Turn& turn) { return turn.first >= end; });
  }

  Time added() const { return added_; }
  /// In the order of time.
  const std::vector<Turn>& turns() const { return turns_; }
  /// A random number of the domain's own.
  std::uint64_t lot() { return random_(); }

 private:
  // Most are short, a few very long.
  static std::chrono::seconds spread(std::mt19937_64& random, double least, double most) {
    const double share = static_cast<double>(random() >> 11U) / static_cast<double>(1ULL << 53U);
    return std::chrono::seconds(std::llround(least * std::pow(most / least, share)));
  }

  void publish_until(Time end) {
    turns_.emplace_back(Time{}, random_() % 8 == 0 ? Event::refused : Event::not_proven);
    const bool is_restless = random_() % 5 == 0;
    for (Time at = added_ + spread(random_, 20, 8'000'000); at < end;) {
      const auto lot = random_() % 10;
      turns_.emplace_back(at, lot < 6   ? Event::proven
                              : lot < 9 ? Event::not_proven
                                        : Event::refused);
      // The restless go on; the others publish once, and one in five of them changes it once more.
      if (!is_restless && (turns_.size() > 2 || random_() % 5 != 0)) break;
      at += spread(random_, 60, 10'000'000);
    }
  }

  void add_outage(Time from, Time to) {
    turns_.emplace_back(from, Event::outage);
    turns_.emplace_back(to, Event::outage_ends);
  }

  std::mt19937_64 random_;
  Time added_{};
  std::vector<Turn> turns_;
};

/// Where a story has come to.
class CustomerNow {
 public:
  void take(CustomerStory::Event event) {
    using enum CustomerStory::Event;
    switch (event) {
      case proven:
        kind_ = CheckFinding::Kind::proven;
        break;
      case not_proven:
        kind_ = CheckFinding::Kind::not_proven;
        break;
      case refused:
        kind_ = CheckFinding::Kind::refused;
        break;
      case outage:
        ++outages_;
        break;
      case outage_ends:
        --outages_;
        break;
      case off:
      case on:
        break;
    }
  }
  /// What a check comes to.
  CheckFinding::Kind finding() const {
    return outages_ > 0 ? CheckFinding::Kind::unavailable : kind_;
  }

 private:
  CheckFinding::Kind kind_ = CheckFinding::Kind::not_proven;
  int outages_ = 0;  // several at once: the last one's end is the end
};

}  // namespace mandate::registry
