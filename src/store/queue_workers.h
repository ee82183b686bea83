// Threads over a queue of the store: each does what is due, then waits for new work, or for the
// time at which the next is due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/store.h"

namespace mandate::store {

/// What is done, and when. All of it is called on the workers' threads.
struct Queue {
  /// Does what is due, until nothing is or the workers are stopping. A fault is reported, and the
  /// round begun again after five seconds.
  std::function<Stored<void>()> round;
  /// When the next is due; nothing when there is none.
  std::function<Stored<std::optional<std::chrono::sys_seconds>>()> next_due;
  std::function<std::chrono::sys_seconds()> clock;
  std::function<void(const std::string& fault)> report;
};

/// `start` and `stop` are for one thread, `wake` and `is_stopping` for any.
class QueueWorkers {
 public:
  QueueWorkers(int count, Queue queue);
  ~QueueWorkers();  ///< stops and joins

  QueueWorkers(const QueueWorkers&) = delete;
  QueueWorkers& operator=(const QueueWorkers&) = delete;

  /// Begins the work; does nothing when it has begun.
  void start();
  /// There is new work: one that waits looks at once, or the first that will. Who finds more than
  /// it can do wakes the next.
  void wake();
  /// Lets the rounds under way end, and joins; false when nothing had begun. `start` may follow.
  bool stop();
  /// A round asks it before each piece of work.
  bool is_stopping() const;

 private:
  void run();
  std::chrono::seconds look() const;
  void wait(std::chrono::seconds limit);

  int count_;
  Queue queue_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // of the thread that starts and stops
};

}  // namespace mandate::store
