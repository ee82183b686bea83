#include "web/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <future>

namespace mandate::web {
namespace {

TEST(WorkerPool, HasFinishedEveryJobWhenItHasStopped) {
  std::atomic<int> done = 0;
  WorkerPool pool(3);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(pool.submit([&] { ++done; }));
  }
  pool.stop();
  EXPECT_EQ(done, 1000);
}

TEST(WorkerPool, TakesNoJobOnceItHasStopped) {
  WorkerPool pool(2);
  pool.stop();
  bool has_run = false;
  EXPECT_FALSE(pool.submit([&] { has_run = true; }));
  pool.stop();
  EXPECT_FALSE(has_run);
}

TEST(WorkerPool, RunsAsManyJobsAtOnceAsItHasThreads) {
  std::barrier meeting(4);  // passed only by four that are there together
  std::atomic<int> met = 0;
  std::promise<void> all_met;
  WorkerPool pool(4);
  for (int i = 0; i < 4; ++i) {
    pool.submit([&] {
      meeting.arrive_and_wait();
      if (++met == 4) all_met.set_value();
    });
  }
  EXPECT_EQ(all_met.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

TEST(WorkerPool, OfNoThreadsHasOne) {
  std::promise<void> ran;
  WorkerPool pool(0);
  pool.submit([&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

}  // namespace
}  // namespace mandate::web
