#include "store/queue_workers.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mandate::store {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNow{1'000'000s};

/// A queue of nothing but a count of rounds, with the answers of a test's choice.
class QueueWorkersTest : public testing::Test {
 protected:
  Queue queue() {
    return {
        .round = [this]() -> Stored<void> {
          const std::lock_guard lock(mutex_);
          ++rounds_;
          changed_.notify_all();
          if (fails_) {
            return std::unexpected(StoreError{StoreError::Kind::unavailable, "the disk is away"});
          }
          return {};
        },
        .next_due = [this]() -> Stored<std::optional<std::chrono::sys_seconds>> {
          const std::lock_guard lock(mutex_);
          return due_;
        },
        .clock = [] { return kNow; },
        .report =
            [this](const std::string& fault) {
              const std::lock_guard lock(mutex_);
              faults_.push_back(fault);
              changed_.notify_all();
            }};
  }
  template <class Condition>
  bool wait_until(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, condition);
  }

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  int rounds_ = 0;
  bool fails_ = false;
  std::optional<std::chrono::sys_seconds> due_;
  std::vector<std::string> faults_;
};

TEST_F(QueueWorkersTest, EachLooksAtTheStartAndOneMoreForEachWake) {
  QueueWorkers workers(3, queue());
  workers.start();
  workers.start();  // does nothing
  ASSERT_TRUE(wait_until([&] { return rounds_ == 3; }));
  for (int wakes = 1; wakes <= 3; ++wakes) {
    workers.wake();
    ASSERT_TRUE(wait_until([&] { return rounds_ == 3 + wakes; }));
  }
  EXPECT_TRUE(workers.stop());
  EXPECT_FALSE(workers.stop()) << "nothing was begun";
  EXPECT_EQ(rounds_, 6);
}

TEST_F(QueueWorkersTest, AWakeBeforeTheStartIsNotLost) {
  QueueWorkers workers(1, queue());
  workers.wake();
  workers.start();
  EXPECT_TRUE(wait_until([&] { return rounds_ == 2; }));
}

TEST_F(QueueWorkersTest, WhatIsDueIsLookedAtWithoutAWake) {
  due_ = kNow;  // another process is about to take it: a second later
  QueueWorkers workers(1, queue());
  workers.start();
  EXPECT_TRUE(wait_until([&] { return rounds_ >= 2; }));
}

TEST_F(QueueWorkersTest, AFaultIsReportedAndAWakeTriesAgainAtOnce) {
  fails_ = true;
  QueueWorkers workers(1, queue());
  workers.start();
  ASSERT_TRUE(wait_until([&] { return faults_.size() == 1; }));
  EXPECT_EQ(faults_[0], "the queue stands still, next try in 5 s: the disk is away");
  const auto begin = std::chrono::steady_clock::now();
  workers.wake();
  ASSERT_TRUE(wait_until([&] { return faults_.size() == 2; }));
  EXPECT_TRUE(workers.stop());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s) << "less than the wait after a fault";
}

TEST_F(QueueWorkersTest, ARoundKnowsThatItIsToEnd) {
  QueueWorkers* seen = nullptr;
  Queue endless = queue();
  endless.round = [&]() -> Stored<void> {
    {
      const std::lock_guard lock(mutex_);
      ++rounds_;
      changed_.notify_all();
    }
    while (!seen->is_stopping()) std::this_thread::yield();
    return {};
  };
  QueueWorkers workers(1, std::move(endless));
  seen = &workers;
  workers.start();
  ASSERT_TRUE(wait_until([&] { return rounds_ == 1; }));
  EXPECT_TRUE(workers.stop());
  EXPECT_FALSE(workers.is_stopping());
  workers.start();
  ASSERT_TRUE(wait_until([&] { return rounds_ == 2; }));
}

}  // namespace
}  // namespace mandate::store
