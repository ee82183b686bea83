// Threads that handle calls, so that one that waits holds up no connection but its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mandate::web {

/// Thread-safe but for construction and destruction.
class WorkerPool {
 public:
  /// A job must not throw.
  using Job = std::function<void()>;

  explicit WorkerPool(unsigned threads);
  /// As `stop`.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the pool has stopped: the job will not run.
  bool submit(Job job);

  /// Takes no more jobs, finishes those it has and joins its threads. Called by one thread.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mandate::web
