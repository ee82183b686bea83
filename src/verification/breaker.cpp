#include "verification/breaker.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "verification/canary.h"

namespace mandate::verification {
namespace {

using registry::BreakerState;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

/// How old the canary's last answer may become: while the breaker holds, and otherwise.
constexpr minutes kFresh{1};
constexpr minutes kUsual{5};

/// A canary that takes longer is none to rely on; nor do those who end the program wait longer.
constexpr seconds kLongestCanary{5};

/// Real time between two rounds: well within `kFresh`.
constexpr seconds kRound{20};

/// While it holds, a grace that would end within the first is moved to end after the second.
constexpr minutes kGraceRunsOut{30};
constexpr minutes kGraceIsGiven{60};

std::string news_of(const BreakerState& state) {
  if (!state.holding) return fmt::format("the breaker is closed again, by {}", state.decided_by);
  return fmt::format(
      "the breaker holds every revocation ({}); `mandate breaker status` lists them: {}",
      state.reason_code, state.reason);
}

}  // namespace

struct Breaker::Parts {
  const registry::Provider& provider;
  resolver::Lookup& lookup;
  store::Store& store;
  Clock clock;
  registry::BreakerRule rule;
  std::chrono::milliseconds timeout;
  Report report;

  std::mutex canary_mutex;  ///< one asks, and those who want to know wait for the answer
  std::optional<sys_seconds> asked_at;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool has_looked = false;                ///< at what the store has
  std::optional<sys_seconds> held_since;  ///< while it holds, as far as this program knows
  std::thread thread;

  /// Unless it was asked at that second or later.
  store::Stored<void> ask_canary(sys_seconds since);
  store::Stored<void> act_on(const std::optional<std::string>& fault, sys_seconds now);
  /// This one did.
  void tripped(const BreakerState& state);
  /// Whoever made it so.
  void seen(const BreakerState& state);
  void run(Breaker& breaker);

  registry::Cause cause(sys_seconds now) const { return {.actor = "system:breaker", .at = now}; }
};

store::Stored<void> Breaker::Parts::ask_canary(sys_seconds since) {
  const std::lock_guard lock(canary_mutex);
  const sys_seconds now = clock();
  if (asked_at && *asked_at <= now && *asked_at >= since) return {};
  const auto fault = canary_fault(provider, lookup, now, timeout);
  if (auto acted = act_on(fault, now); !acted) return acted;
  asked_at = now;
  return {};
}

store::Stored<void> Breaker::Parts::act_on(const std::optional<std::string>& fault,
                                           sys_seconds now) {
  if (fault) {
    const auto holding = store.trip_breaker(registry::kHeldByCanary, *fault, cause(now));
    if (!holding) return std::unexpected(holding.error());
    if (*holding) tripped(**holding);
    return {};
  }
  const auto state = store.breaker();
  if (!state) return std::unexpected(state.error());
  if (!state->holding || state->reason_code != registry::kHeldByCanary) return {};
  const auto ended = store.end_hold(registry::HoldEnd::cleared, cause(now));
  if (ended) return {};
  // Where another process was quicker, it is closed as well.
  if (ended.error().kind == store::StoreError::Kind::conflict) return {};
  return std::unexpected(ended.error());
}

void Breaker::Parts::tripped(const BreakerState& state) {
  {
    const std::lock_guard lock(mutex);
    // The first look of another thread may have been quicker.
    if (std::exchange(held_since, state.since) == state.since) return;
  }
  if (report) report(news_of(state));
}

void Breaker::Parts::seen(const BreakerState& state) {
  {
    const std::lock_guard lock(mutex);
    const bool is_first = !std::exchange(has_looked, true);
    const bool was_known = held_since.has_value();
    held_since = state.holding ? std::optional(state.since) : std::nullopt;
    const bool is_news = state.holding ? is_first && !was_known : was_known;
    if (!is_news) return;
  }
  if (report) report(news_of(state));
}

void Breaker::Parts::run(Breaker& breaker) {
  for (std::unique_lock lock(mutex); !stopping;) {
    lock.unlock();
    if (const auto done = breaker.round(); !done && report) {
      report(fmt::format("the breaker cannot look, next try in {} s: {}", kRound.count(),
                         done.error().message));
    }
    lock.lock();
    changed.wait_for(lock, kRound, [this] { return stopping; });
  }
}

Breaker::Breaker(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
                 Clock clock, registry::BreakerRule rule, std::chrono::milliseconds timeout,
                 Report report)
    : parts_(new Parts{.provider = provider,
                       .lookup = lookup,
                       .store = store,
                       .clock = std::move(clock),
                       .rule = rule,
                       .timeout = std::min<std::chrono::milliseconds>(timeout, kLongestCanary),
                       .report = std::move(report)}) {}

Breaker::~Breaker() {
  stop();
}

store::Stored<store::Revoked> Breaker::revoke(const registry::SendingDomain& before,
                                              const registry::SendingDomain& after,
                                              std::string_view evidence_json,
                                              const registry::Cause& cause) {
  if (auto asked = parts_->ask_canary(cause.at); !asked) return std::unexpected(asked.error());
  auto revoked = parts_->store.revoke_domain(before, after, evidence_json, parts_->rule, cause);
  if (revoked && revoked->tripped) parts_->tripped(*revoked->tripped);
  return revoked;
}

store::Stored<void> Breaker::round() {
  const auto before = parts_->store.breaker();
  if (!before) return std::unexpected(before.error());
  parts_->seen(*before);
  const minutes age = before->holding ? kFresh : kUsual;
  if (auto asked = parts_->ask_canary(parts_->clock() - age + seconds{1}); !asked) return asked;
  const auto after = parts_->store.breaker();
  if (!after) return std::unexpected(after.error());
  if (after->holding) {
    const sys_seconds now = parts_->clock();
    auto extended =
        parts_->store.extend_grace(now + kGraceRunsOut, now + kGraceIsGiven, parts_->cause(now));
    if (!extended) return extended;
  }
  parts_->seen(*after);
  return {};
}

void Breaker::start() {
  if (!parts_->thread.joinable()) parts_->thread = std::thread([this] { parts_->run(*this); });
}

void Breaker::stop() {
  if (!parts_->thread.joinable()) return;
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->stopping = true;
    parts_->changed.notify_all();
  }
  parts_->thread.join();
  parts_->stopping = false;
}

}  // namespace mandate::verification
