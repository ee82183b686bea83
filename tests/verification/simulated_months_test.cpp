// Hundreds of domains through two months, with everything in place but the network: store, lease,
// probe, evidence and schedule, under a clock that jumps from one due check to the next.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "../registry/customer_story.h"
#include "../registry/lifetime_model.h"
#include "../store/followed_chain.h"
#include "verification/watch.h"
#include "watched_customers.h"

namespace mandate::verification {
namespace {

using namespace std::chrono_literals;
using registry::CustomerNow;
using registry::CustomerStory;
using registry::LifetimeModel;
using registry::SendingDomain;
using std::chrono::sys_seconds;

constexpr int kCustomers = 500;
constexpr std::chrono::seconds kLength = 24h * 60;

class SimulatedMonths : public testing::Test {
 protected:
  struct Customer {
    CustomerStory story;
    LifetimeModel model;
    CustomerNow now = {};
    std::size_t turns_taken = 0;
  };

  void SetUp() override {
    add_account(*store_);
    const auto outages = CustomerStory::outages_of_all(kBegin, 1);
    for (int i = 0; i < kCustomers; ++i) {
      CustomerStory story(kBegin, kLength, static_cast<std::uint64_t>(i), outages);
      add_customer(*store_, i, story.added());
      for (const auto& [at, event] : story.turns()) turns_.emplace(at, i);
      const LifetimeModel model(story.added());
      customers_.push_back({std::move(story), model});
    }
  }

  // The world up to `now_`.
  void take_turns() {
    for (; !turns_.empty() && turns_.begin()->first <= now_; turns_.erase(turns_.begin())) {
      const int number = turns_.begin()->second;
      Customer& customer = customers_.at(static_cast<std::size_t>(number));
      const auto event = customer.story.turns().at(customer.turns_taken++).second;
      customer.now.take(event);
      if (event == CustomerStory::Event::off) {
        customer.model.switch_off();
        change(number, registry::after_disable);
      } else if (event == CustomerStory::Event::on) {
        customer.model.switch_on(now_);
        change(number, registry::after_enable);
      }
    }
  }

  void change(int number, SendingDomain (*event)(SendingDomain, sys_seconds)) {
    const SendingDomain before = row_of(*store_, number);
    ASSERT_TRUE(
        store_->update_domain(before, event(before, now_), {}, {"person:test", now_}).has_value());
  }

  void check_what_is_due() {
    checked_.clear();
    const auto done = watch_.run_due(1'000'000);
    ASSERT_TRUE(done.has_value()) << done.error().message;
    ASSERT_EQ(static_cast<std::size_t>(*done), checked_.size()) << "each once";
    checks_ += *done;
    for (const int number : checked_) {
      Customer& customer = customers_.at(static_cast<std::size_t>(number));
      customer.model.learn(customer.now.finding(), now_);
      expect_as_the_model(number);
    }
  }

  void expect_as_the_model(int number) {
    const SendingDomain row = row_of(*store_, number);
    const LifetimeModel& model = customers_.at(static_cast<std::size_t>(number)).model;
    ASSERT_EQ(row.status, model.status())
        << row.domain.text() << " after " << (now_ - row.created_at).count() << " s";
    ASSERT_EQ(row.may_send(now_), model.may_send(now_)) << row.domain.text();
  }

  sys_seconds now_ = kBegin;
  std::vector<Customer> customers_;
  std::multimap<sys_seconds, int> turns_;
  std::set<int> checked_;
  int checks_ = 0;
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(":memory:").value());
  CustomerDns dns_{[this](const dns::Name& name) {
    const int number = number_of(name);
    checked_.insert(number);
    return customers_.at(static_cast<std::size_t>(number)).now.finding();
  }};
  Probe probe_ = probe_of(dns_, *store_, [this] { return now_; });
  Watch watch_{*store_, probe_, [this] { return now_; }, {}};
};

TEST_F(SimulatedMonths, TheStoreHasWhatTheModelHas) {
  for (;;) {
    const auto due = store_->next_domain_due().value();
    sys_seconds next = kBegin + kLength;
    if (due) next = std::min(next, *due);
    if (!turns_.empty()) next = std::min(next, turns_.begin()->first);
    now_ = std::max(now_, next);
    if (now_ >= kBegin + kLength) break;
    take_turns();
    check_what_is_due();
    if (HasFatalFailure()) return;
  }
  for (int i = 0; i < kCustomers; ++i) expect_as_the_model(i);
  EXPECT_GT(checks_, kCustomers * 20);
  const store::Followed followed = store::follow(*store_);
  EXPECT_FALSE(followed.fault.has_value());
  EXPECT_GT(followed.head.sequence, kCustomers * 2);
}

}  // namespace
}  // namespace mandate::verification
