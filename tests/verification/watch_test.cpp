// The watch over a real store: what is due is checked, by itself, once, all its life.
#include "verification/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "../store/folder.h"
#include "store/sqlite_statement.h"
#include "watched_customers.h"

namespace mandate::verification {
namespace {

using namespace std::chrono_literals;
using registry::Status;
using testing::Each;
using testing::HasSubstr;
using Kind = registry::CheckFinding::Kind;

class WatchTest : public testing::Test {
 protected:
  void SetUp() override { add_account(*store_); }

  WatchOptions options(int workers = 2) {
    return {.workers = workers, .report = [this](const std::string& fault) {
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
  std::chrono::sys_seconds now_ = kBegin;
  Kind kind_ = Kind::not_proven;
  std::vector<int> asked_;
  std::vector<std::string> faults_;

  const store::Folder folder_;
  const std::string path_ = folder_.file("m.db");
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(path_).value());
  CustomerDns dns_{[this](const dns::Name& name) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(number_of(name));
    changed_.notify_all();
    return kind_;
  }};
  Clock clock_ = [this] {
    const std::lock_guard lock(mutex_);
    return now_;
  };
  Probe probe_ = probe_of(dns_, *store_, clock_);
  Watch watch_{*store_, probe_, clock_, options()};
};

TEST_F(WatchTest, ChecksWhatIsDueAndNothingElse) {
  add_customer(*store_, 1);
  add_customer(*store_, 2, kBegin + 1s);
  EXPECT_EQ(watch_.run_due(10).value(), 1);
  EXPECT_EQ(watch_.run_due(10).value(), 0);
  now_ += 1s;
  EXPECT_EQ(watch_.run_due(10).value(), 1);
  EXPECT_EQ(asked_, (std::vector{1, 2}));
  EXPECT_EQ(row_of(*store_, 1).attempts, 0);
  const auto entries = store_->audit_entries({}, {}).value();
  EXPECT_EQ(entries.back().action, "domain.added") << "a check that changes nothing is no entry";
}

TEST_F(WatchTest, DoesNoMoreThanItIsAskedTo) {
  for (int i = 0; i < 5; ++i) add_customer(*store_, i);
  EXPECT_EQ(watch_.run_due(2).value(), 2);
  EXPECT_EQ(watch_.run_due(9).value(), 3);
}

TEST_F(WatchTest, ADomainThatIsAddedTurnsVerifiedByItself) {
  kind_ = Kind::proven;
  watch_.start();
  add_customer(*store_, 1);
  watch_.wake();
  ASSERT_TRUE(wait_until([&] { return !asked_.empty(); }));
  watch_.stop();
  EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
  EXPECT_EQ(store_->audit_entries({}, {}).value().back().actor, "system:watch");
}

TEST_F(WatchTest, OneThatPublishesLateIsSeenWithinHalfOfItsWait) {
  add_customer(*store_, 1);
  const auto published = kBegin + 20min;
  while (row_of(*store_, 1).status == Status::pending && now_ < kBegin + 1h) {
    ASSERT_EQ(watch_.run_due(10).value(), 1);
    now_ = *store_->next_domain_due().value();
    if (now_ >= published) kind_ = Kind::proven;
  }
  EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
  EXPECT_LE(row_of(*store_, 1).last_verified_at.value(), published + 5min) << "the TTL";
}

TEST_F(WatchTest, AVerifiedDomainIsCheckedEveryDayForMonths) {
  kind_ = Kind::proven;
  add_customer(*store_, 1);
  int checks = 0;
  while (now_ < kBegin + 24h * 180) {
    checks += watch_.run_due(10).value();
    now_ = *store_->next_domain_due().value();
  }
  EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
  EXPECT_GE(checks, 180);
  EXPECT_LE(checks, 210);
}

TEST_F(WatchTest, AnOutageIsTriedAgainSoonerAndCostsNothing) {
  kind_ = Kind::proven;
  add_customer(*store_, 1);
  ASSERT_EQ(watch_.run_due(10).value(), 1);
  now_ = *row_of(*store_, 1).next_check_at;
  kind_ = Kind::unavailable;
  std::vector<std::chrono::sys_seconds> tries;
  while (now_ < kBegin + 72h) {
    ASSERT_EQ(watch_.run_due(10).value(), 1);
    tries.push_back(now_);
    EXPECT_EQ(row_of(*store_, 1).attempts, static_cast<int>(tries.size()));
    EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
    now_ = *row_of(*store_, 1).next_check_at;
    EXPECT_LE(now_ - tries.back(), 1h);
  }
  EXPECT_LE(tries.at(1) - tries.at(0), 30s);
  kind_ = Kind::proven;
  ASSERT_EQ(watch_.run_due(10).value(), 1);
  EXPECT_EQ(row_of(*store_, 1).attempts, 0);
  EXPECT_EQ(row_of(*store_, 1).last_verified_at, now_);
}

TEST_F(WatchTest, ADisabledDomainIsLeftAlone) {
  add_customer(*store_, 1);
  const auto row = row_of(*store_, 1);
  ASSERT_TRUE(store_->update_domain(row, registry::after_disable(row, now_), {}, {"p", now_}));
  now_ += 24h * 365;
  EXPECT_EQ(watch_.run_due(10).value(), 0);
  EXPECT_EQ(store_->next_domain_due().value(), std::nullopt);
}

TEST_F(WatchTest, AWorkerThatDiesGivesItsDomainBackWhenTheLeaseEnds) {
  kind_ = Kind::proven;
  add_customer(*store_, 1);
  // Another process took it, and is no more.
  ASSERT_EQ(store_->lease_due_domains(now_, now_ + 10min, 1).value().size(), 1U);
  now_ += 10min - 1s;
  EXPECT_EQ(watch_.run_due(10).value(), 0);
  now_ += 1s;
  EXPECT_EQ(watch_.run_due(10).value(), 1);
  EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
  EXPECT_EQ(row_of(*store_, 1).attempts, 0);
}

TEST_F(WatchTest, AFaultOfTheStoreIsReportedAndTheWorkGoesOn) {
  kind_ = Kind::proven;
  add_customer(*store_, 1);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
  sqlite3_busy_timeout(handle, 30'000);
  store::Connection behind(std::unique_ptr<sqlite3, store::CloseConnection>(handle), path_);
  ASSERT_TRUE(behind.run("ALTER TABLE domain RENAME TO away").has_value());
  watch_.start();
  ASSERT_TRUE(wait_until([&] { return faults_.size() >= 2; })) << "each worker's";
  EXPECT_THAT(faults_, Each(HasSubstr("no such table")));
  ASSERT_TRUE(behind.run("ALTER TABLE away RENAME TO domain").has_value());
  const auto begin = std::chrono::steady_clock::now();
  watch_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s) << "less than the wait after a fault";
  EXPECT_TRUE(watch_.run_due(10).has_value());
  EXPECT_EQ(row_of(*store_, 1).status, Status::verified);
}

TEST_F(WatchTest, CanBeStartedAgain) {
  watch_.start();
  watch_.stop();
  add_customer(*store_, 1);
  watch_.start();
  ASSERT_TRUE(wait_until([&] { return !asked_.empty(); }));
  watch_.stop();
  EXPECT_TRUE(row_of(*store_, 1).last_checked_at.has_value());
}

// A DNS that answers nobody until so many ask at once.
class Rendezvous final : public resolver::Lookup {
 public:
  Rendezvous(resolver::Lookup& real, int together) : real_(real), together_(together) {}
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override {
    {
      std::unique_lock lock(mutex_);
      ++asking_;
      changed_.notify_all();
      met_ = changed_.wait_for(lock, 30s, [&] { return asking_ >= together_; }) && met_;
    }
    return real_.ask(questions, deadline);
  }
  bool met() const { return met_; }

 private:
  resolver::Lookup& real_;
  int together_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int asking_ = 0;
  bool met_ = true;
};

TEST_F(WatchTest, OneWakeIsEnoughForAllWorkers) {
  constexpr int kWorkers = 4;
  Rendezvous together(dns_, kWorkers);
  Probe probe = probe_of(together, *store_, clock_, "f");
  Watch watch(*store_, probe, clock_, options(kWorkers));
  watch.start();
  for (int i = 0; i < kWorkers; ++i) add_customer(*store_, i);
  watch.wake();
  ASSERT_TRUE(wait_until([&] { return asked_.size() >= kWorkers; }));
  watch.stop();
  EXPECT_TRUE(together.met());
  EXPECT_EQ(std::set<int>(asked_.begin(), asked_.end()).size(), asked_.size());
}

}  // namespace
}  // namespace mandate::verification
