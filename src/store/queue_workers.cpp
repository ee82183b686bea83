#include "store/queue_workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mandate::store {
namespace {

using std::chrono::seconds;

constexpr seconds kWaitAfterFault{5};
// Between looks at the queue: not at once again when another process is about to take what is due,
// and not long behind a wall clock that was set.
constexpr seconds kShortestWait{1};
constexpr seconds kLongestWait{60};

}  // namespace

QueueWorkers::QueueWorkers(int count, Queue queue) : count_(count), queue_(std::move(queue)) {}

QueueWorkers::~QueueWorkers() {
  stop();
}

void QueueWorkers::start() {
  if (!threads_.empty()) return;
  for (int i = 0; i < count_; ++i) threads_.emplace_back([this] { run(); });
}

void QueueWorkers::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

bool QueueWorkers::stop() {
  if (threads_.empty()) return false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const std::lock_guard lock(mutex_);
  stopping_ = false;
  return true;
}

bool QueueWorkers::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void QueueWorkers::run() {
  while (!is_stopping()) wait(look());
}

// One round; how long to wait for the next.
seconds QueueWorkers::look() const {
  if (const auto done = queue_.round(); !done) {
    queue_.report(fmt::format("the queue stands still, next try in {} s: {}",
                              kWaitAfterFault.count(), done.error().message));
    return kWaitAfterFault;
  }
  const auto due = queue_.next_due();
  if (!due) {
    queue_.report(fmt::format("the queue cannot be read, next try in {} s: {}",
                              kWaitAfterFault.count(), due.error().message));
    return kWaitAfterFault;
  }
  return *due ? std::clamp<seconds>(**due - queue_.clock(), kShortestWait, kLongestWait)
              : kLongestWait;
}

void QueueWorkers::wait(seconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [this] { return woken_ || stopping_; });
  woken_ = false;
}

}  // namespace mandate::store
