// The outbox: hands every accepted message to the relay at least once, and records its end.
//
// At least once, not exactly once: when the process dies, or the connection breaks, between the
// relay's taking a message and our recording of it, the message is handed over again. Both copies
// bear the same Message-ID, by which a receiver can tell them apart from two messages (RFC 5321
// section 4.5.4.1 and RFC 1047 on the same gap).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "mail/relay.h"
#include "registry/outgoing_message.h"
#include "store/store.h"

namespace mandate::mail {

/// Pure: the message after a hand-over. Deferred ones are due again after `registry::retry_delay`,
/// and expire when older than `expire_after`.
registry::OutgoingMessage after_hand_over(registry::OutgoingMessage message,
                                          const HandOver& outcome, std::chrono::sys_seconds now,
                                          std::chrono::seconds expire_after);

/// One worker thread over the store's queue. The gate is asked again before each hand-over: a
/// domain that was lost meanwhile ends its messages as `held`.
///
/// Each message is leased for ten minutes, or twice the longest hand-over if that is more, so that
/// another process takes over when this one dies. When the store fails, nothing is handed over
/// until the last outcome is recorded; the worker reports the fault and tries again.
class Outbox {
 public:
  using Clock = std::function<std::chrono::sys_seconds()>;
  using Report = std::function<void(const std::string& fault)>;
  /// `on_error` is told, on the thread that meets it, of every fault of the store; without one they
  /// go to the default logger.
  Outbox(store::Store& store, Relay& relay, Clock clock,
         std::chrono::seconds expire_after = std::chrono::hours{24 * 5}, Report on_error = {});
  ~Outbox();  ///< stops and joins

  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Begins the work; does nothing when it has begun. `start` and `stop` are for one thread.
  void start();
  /// There is new work: look at once. Callable from any thread.
  void wake();
  /// Finishes the hand-over under way, records its outcome and joins. `start` may follow.
  void stop();
  /// One round without a thread, for tests: hands over what is due now; how many were tried.
  int run_once();

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace mandate::mail
