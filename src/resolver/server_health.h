// What a client learns of a server: that it does not answer, and what it cannot do.
#pragma once

#include <algorithm>
#include <chrono>

#include "resolver/alarm_clock.h"

namespace mandate::resolver {

/// After three tries without a reply a server rests: it is asked only when the others have been.
/// One lookup tries it when its rest is over; another miss makes the next rest twice as long, from
/// one second to thirty. Any reply ends it.
class ServerHealth {
 public:
  void replied() { misses_ = 0; }

  void missed(MonotonicTime now) {
    if (++misses_ < most_misses) return;
    rest_ = misses_ == most_misses ? shortest_rest : std::min(2 * rest_, longest_rest);
    ends_ = now + rest_;
  }

  bool rests(MonotonicTime now) const { return misses_ >= most_misses && now < ends_; }

  /// A query is sent. After a rest the others wait for what comes of it.
  void tried(MonotonicTime now) {
    if (misses_ >= most_misses && now >= ends_) ends_ = now + rest_;
  }

 private:
  static constexpr int most_misses = 3;
  static constexpr std::chrono::milliseconds shortest_rest{1000};
  static constexpr std::chrono::milliseconds longest_rest{30000};

  int misses_ = 0;  // in a row
  std::chrono::milliseconds rest_{0};
  MonotonicTime ends_{};
};

/// What a server cannot do, as was seen. It is believed for an hour, since servers are repaired.
class Shortcoming {
 public:
  void seen(MonotonicTime now) { ends_ = now + std::chrono::hours(1); }
  bool holds(MonotonicTime now) const { return now < ends_; }

 private:
  MonotonicTime ends_ = MonotonicTime::min();
};

}  // namespace mandate::resolver
