// Back-off from a server that does not answer.
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

}  // namespace mandate::resolver
