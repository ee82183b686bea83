// SIGINT and SIGTERM, for commands that end in order.
#pragma once

#include <functional>
#include <thread>

namespace mandate::app {

/// Takes the two signals as long as it lives: the first is noted here, and the second ends the
/// program as if this were not there. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Of any thread; one load.
  bool has_come() const;
  /// Readable from then on.
  int descriptor() const;
};

/// Calls a function, on a thread of its own, when the interruption comes while it lives.
class InterruptionWatch {
 public:
  InterruptionWatch(const Interruption& interruption, std::function<void()> then);
  /// Waits for the function, if it is called.
  ~InterruptionWatch();
  InterruptionWatch(const InterruptionWatch&) = delete;
  InterruptionWatch& operator=(const InterruptionWatch&) = delete;

 private:
  int over_;  // readable when it is no longer waited for
  std::thread thread_;
};

}  // namespace mandate::app
