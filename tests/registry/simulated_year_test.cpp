// A hundred thousand domains through a year, each checked when `next_check` says: the states are
// those of a model that knows the rules otherwise, and what is promised of times is kept.
//
// MANDATE_SIMULATED_DOMAINS makes another number of them.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "customer_story.h"
#include "lifetime_model.h"
#include "registry/check_schedule.h"

namespace mandate::registry {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using Event = CustomerStory::Event;
using Kind = CheckFinding::Kind;

constexpr sys_seconds kStart = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr seconds kYear = 365 * 24h;
constexpr std::uint64_t kSeed = 0x7208;

int domain_count() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr int kDomains = 5'000;  // which are looked at the harder
#else
  constexpr int kDomains = 100'000;
#endif
  const char* text = std::getenv("MANDATE_SIMULATED_DOMAINS");
  return text == nullptr ? kDomains : std::atoi(text);
}

/// What the simulation met, so that it is known to have met it.
struct Tally {
  std::atomic<long> checks = 0;
  std::atomic<long> transitions[6][6] = {};
  std::atomic<long> promises_held = 0;
};

/// One domain with its model beside it.
class Lifetime {
 public:
  Lifetime(CustomerStory story, Tally& tally)
      : story_(std::move(story)), tally_(tally), model_(story_.added()) {
    row_.created_at = row_.status_since = story_.added();
    row_.next_check_at = row_.created_at;
    steady_since_ = row_.created_at;
  }

  /// The first thing that is wrong, or nothing.
  std::string run(sys_seconds end) {
    for (const auto& [at, event] : story_.turns()) {
      check_until(at);
      if (!fault_.empty()) return fault_;
      turn(at, event);
    }
    check_until(end);
    return fault_;
  }

 private:
  void check_until(sys_seconds end) {
    while (row_.next_check_at && *row_.next_check_at < end && fault_.empty()) {
      check(*row_.next_check_at);
    }
  }

  void check(sys_seconds now) {
    const Status before = row_.status;
    ++row_.attempts;  // as the lease does
    const Kind kind = now_.finding();
    row_ = after_check(std::move(row_), {.kind = kind}, now);
    CheckTiming timing{.turned_within = {}, .changed = row_.status != before};
    if (kind != Kind::unavailable) timing.turned_within = 300s;
    row_.next_check_at = next_check(row_, timing, now, story_.lot());
    model_.learn(kind, now);
    ++tally_.checks;
    compare(before, now);
    if (row_.next_check_at && *row_.next_check_at <= now) fail("is due again at once", now);
    if (kind != Kind::unavailable && row_.attempts != 0) fail("has attempts left", now);
  }

  void turn(sys_seconds now, Event event) {
    expect_promises(now);
    const Status before = row_.status;
    if (event == Event::off) {
      row_ = after_disable(std::move(row_), now);
      model_.switch_off();
    } else if (event == Event::on) {
      row_ = after_enable(std::move(row_), now);
      model_.switch_on(now);
    }
    compare(before, now);
    now_.take(event);
    steady_since_ = std::max(now, story_.added());
  }

  void compare(Status before, sys_seconds now) {
    ++tally_.transitions[static_cast<int>(before)][static_cast<int>(row_.status)];
    if (row_.status != model_.status()) {
      fail("is not what the model has, " + std::string(text(model_.status())), now);
    }
    for (const seconds later : {0s, seconds{24h} - 1s, seconds{24h}, seconds{48h}}) {
      if (row_.may_send(now + later) != model_.may_send(now + later)) {
        fail("and the model disagree whether it may send", now);
      }
    }
  }

  // What a customer and a receiver can count on, whenever the checks were: of a time in which
  // nothing changed and the DNS answered.
  void expect_promises(sys_seconds now) {
    const seconds steady = now - steady_since_;
    if (now_.finding() == Kind::unavailable || steady <= 26h) return;
    const bool is_given_up = row_.status == Status::failed && !row_.next_check_at;
    if (row_.status == Status::disabled || is_given_up) return;
    ++tally_.promises_held;
    switch (now_.finding()) {
      case Kind::proven:  // a day after its publication it is verified
        if (row_.status != Status::verified) fail("is not verified, though proven so long", now);
        break;
      case Kind::refused:  // a day after a refusal nobody sends
        if (row_.may_send(now)) fail("may send, though refused so long", now);
        break;
      case Kind::not_proven:  // a day, and the grace, after a loss
        if (steady > 50h && row_.may_send(now)) fail("may send, though lost so long", now);
        break;
      case Kind::unavailable:
        break;
    }
  }

  void fail(const std::string& what, sys_seconds now) {
    if (!fault_.empty()) return;
    fault_ = std::string(text(row_.status)) + " " + what + ", " +
             std::to_string((now - story_.added()).count()) + " s after it was added";
  }

  CustomerStory story_;
  Tally& tally_;
  SendingDomain row_;
  LifetimeModel model_;
  CustomerNow now_;
  sys_seconds steady_since_;
  std::string fault_;
};

void run_share(int first, int step, Tally& tally, std::vector<std::string>& faults) {
  const auto outages = CustomerStory::outages_of_all(kStart, kSeed);
  for (int i = first; i < domain_count() && faults.size() < 10; i += step) {
    const auto seed = kSeed + static_cast<std::uint64_t>(i);
    const std::string fault =
        Lifetime(CustomerStory(kStart, kYear, seed, outages), tally).run(kStart + kYear);
    if (!fault.empty()) faults.push_back("domain " + std::to_string(i) + ": " + fault);
  }
}

TEST(SimulatedYear, EveryStateIsTheModelsAndEveryPromiseIsKept) {
  constexpr int kThreads = 2;
  Tally tally;
  std::vector<std::string> faults[kThreads];
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] { run_share(i, kThreads, tally, faults[i]); });
    }
  }
  for (const auto& share : faults) EXPECT_EQ(share, std::vector<std::string>{});
  // It was no idle year.
  const int domains = domain_count();
  EXPECT_GT(tally.checks, 200L * domains);
  EXPECT_LT(tally.checks, 3'000L * domains) << "checks that cost more than they tell";
  EXPECT_GT(tally.promises_held, domains);
  const std::pair<Status, Status> met[] = {
      {Status::pending, Status::verified},   {Status::pending, Status::failed},
      {Status::verified, Status::at_risk},   {Status::verified, Status::suspended},
      {Status::at_risk, Status::verified},   {Status::at_risk, Status::suspended},
      {Status::suspended, Status::verified}, {Status::failed, Status::verified},
      {Status::verified, Status::disabled},  {Status::disabled, Status::pending}};
  for (const auto& [from, to] : met) {
    EXPECT_GT(tally.transitions[static_cast<int>(from)][static_cast<int>(to)], domains / 2000)
        << text(from) << " to " << text(to);
  }
  RecordProperty("checks", std::to_string(tally.checks));
}

}  // namespace
}  // namespace mandate::registry
