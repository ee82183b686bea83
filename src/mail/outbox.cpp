#include "mail/outbox.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "registry/gate.h"
#include "registry/mailbox.h"
#include "registry/retry_delay.h"
#include "registry/return_path.h"
#include "store/queue_workers.h"

namespace mandate::mail {
namespace {

using registry::MessageState;
using registry::OutgoingMessage;
using std::chrono::seconds;

constexpr seconds kShortestLease = std::chrono::minutes{10};

OutgoingMessage ended(OutgoingMessage message, MessageState state, std::chrono::sys_seconds now) {
  message.state = state;
  message.ended_at = now;
  message.next_attempt_at = {};
  return message;
}

// What the gate advises mends the domain only: a held message is not taken up again.
OutgoingMessage held(OutgoingMessage message, const registry::Decision& decision,
                     std::chrono::sys_seconds now) {
  message = ended(std::move(message), MessageState::held, now);
  message.last_code = 0;
  message.last_reply = fmt::format(
      "{}: {} This message stays held for good: send it again once the domain may send.",
      decision.code, decision.message);
  return message;
}

void log_error(const std::string& fault) {
  spdlog::error("outbox: {}", fault);
}

}  // namespace

OutgoingMessage after_hand_over(OutgoingMessage message, const HandOver& outcome,
                                std::chrono::sys_seconds now, seconds expire_after) {
  ++message.attempts;
  message.last_code = outcome.code;
  message.last_reply = outcome.reply;
  switch (outcome.kind) {
    case HandOver::Kind::accepted:
      return ended(std::move(message), MessageState::delivered, now);
    case HandOver::Kind::refused:
      return ended(std::move(message), MessageState::bounced, now);
    case HandOver::Kind::deferred:
      break;
  }
  if (now - message.created_at > expire_after) {
    return ended(std::move(message), MessageState::expired, now);
  }
  message.next_attempt_at = now + registry::retry_delay(message.attempts);
  return message;
}

struct Outbox::Worker {
  // A message in hand, and until when it is ours.
  struct Leased {
    OutgoingMessage message;
    std::chrono::sys_seconds until;
  };

  store::Store& store;
  Relay& relay;
  Clock clock;
  seconds expire_after;
  Report report;

  // The state of the rounds. What is set outlives a fault of the store: a message whose gate could
  // not be asked, and an outcome that could not be recorded.
  std::mutex round_mutex;
  std::optional<Leased> leased;
  std::optional<OutgoingMessage> unrecorded;

  store::QueueWorkers thread;

  Worker(store::Store& the_store, Relay& the_relay, Clock the_clock, seconds expiry, Report fault)
      : store(the_store),
        relay(the_relay),
        clock(std::move(the_clock)),
        expire_after(expiry),
        report(std::move(fault)),
        thread(1, {.round =
                       [this] {
                         int tried = 0;
                         return round(tried);
                       },
                   .next_due = [this] { return store.next_message_due(); },
                   .clock = clock,
                   .report = report}) {}

  store::Stored<void> round(int& tried);
  store::Stored<void> record();
  store::Stored<void> lease();
  store::Stored<registry::Decision> ask_gate(OutgoingMessage& message);
  void hand_over(const registry::Decision& decision, int& tried);
  void finish();
};

// What is due now, one by one. One message is leased at a time, so that a lease has to last for
// one hand-over only.
store::Stored<void> Outbox::Worker::round(int& tried) {
  const std::lock_guard lock(round_mutex);
  for (;;) {
    if (auto recorded = record(); !recorded) return recorded;
    if (thread.is_stopping()) return {};
    if (auto done = lease(); !done) return done;
    if (!leased) return {};
    auto decision = ask_gate(leased->message);
    if (!decision) return std::unexpected(std::move(decision.error()));
    hand_over(*decision, tried);
  }
}

// Nothing else is handed over before the last outcome is durable.
store::Stored<void> Outbox::Worker::record() {
  if (!unrecorded) return {};
  if (auto updated = store.update_message(*unrecorded); !updated) {
    using Kind = store::StoreError::Kind;
    const bool is_gone =
        updated.error().kind == Kind::not_found || updated.error().kind == Kind::conflict;
    if (!is_gone) return updated;
    report(
        fmt::format("message {} ended as {}, which is not recorded, since the store no longer "
                    "has it so: {}",
                    unrecorded->id, registry::text(unrecorded->state), updated.error().message));
  }
  unrecorded.reset();
  return {};
}

store::Stored<void> Outbox::Worker::lease() {
  const auto now = clock();
  if (leased && now < leased->until) return {};
  leased.reset();  // another process may have it by now
  const auto until = now + std::max(kShortestLease, 2 * relay.longest_hand_over());
  auto due = store.lease_due_messages(now, until, 1);
  if (!due) return std::unexpected(std::move(due.error()));
  if (!due->empty()) leased = Leased{std::move(due->front()), until};
  return {};
}

// Of the row that the gate decides by comes the envelope too: a mode that was changed since the
// message was accepted is not proven any more.
store::Stored<registry::Decision> Outbox::Worker::ask_gate(OutgoingMessage& message) {
  const auto from = registry::parse_mailbox(message.from);
  if (!from) return registry::Decision{false, from.error().code, from.error().message};
  auto listed = store.domain(message.account_id, from->domain);
  if (!listed) return std::unexpected(std::move(listed.error()));
  auto decision = registry::decide(message.account_id, *from, *listed, clock());
  if (decision.allowed) {
    message.mail_from = registry::envelope_sender(**listed, from->text(), message.id);
  }
  return decision;
}

void Outbox::Worker::hand_over(const registry::Decision& decision, int& tried) {
  OutgoingMessage message = std::move(leased->message);
  leased.reset();
  if (!decision.allowed) {
    unrecorded = held(std::move(message), decision, clock());
    return;
  }
  ++tried;
  const HandOver outcome = relay.hand_over(message.mail_from, message.to, message.content);
  unrecorded = after_hand_over(std::move(message), outcome, clock(), expire_after);
}

void Outbox::Worker::finish() {
  const std::lock_guard lock(round_mutex);
  if (const auto recorded = record(); !recorded) {
    report(
        fmt::format("message {} ended as {}, which could not be recorded: it may be handed over "
                    "again: {}",
                    unrecorded->id, registry::text(unrecorded->state), recorded.error().message));
  }
}

Outbox::Outbox(store::Store& store, Relay& relay, Clock clock, seconds expire_after,
               Report on_error)
    : worker_(std::make_unique<Worker>(store, relay, std::move(clock), expire_after,
                                       on_error ? std::move(on_error) : Report(log_error))) {}

Outbox::~Outbox() {
  stop();
}

void Outbox::start() {
  worker_->thread.start();
}

void Outbox::wake() {
  worker_->thread.wake();
}

void Outbox::stop() {
  if (worker_->thread.stop()) worker_->finish();
}

int Outbox::run_once() {
  int tried = 0;
  if (const auto done = worker_->round(tried); !done) worker_->report(done.error().message);
  return tried;
}

}  // namespace mandate::mail
