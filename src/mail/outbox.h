// The outbox: hands every accepted message to the relay at least once, and records its end.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "mail/relay.h"
#include "registry/outgoing_message.h"
#include "store/store.h"

namespace mandate::mail {

/// Pure: when to try again after the given number of attempts (1 or more): 30 s doubling to at
/// most an hour.
std::chrono::seconds retry_delay(int attempts);

/// Pure: the message after a hand-over. Deferred ones are due again after `retry_delay`, and expire
/// when older than `expire_after`.
registry::OutgoingMessage after_hand_over(registry::OutgoingMessage message,
                                          const HandOver& outcome, std::chrono::sys_seconds now,
                                          std::chrono::seconds expire_after);

/// One worker thread over the store's queue. The gate is asked again before each hand-over: a
/// domain that was lost meanwhile ends its messages as `held`.
class Outbox {
 public:
  using Clock = std::function<std::chrono::sys_seconds()>;
  Outbox(store::Store& store, Relay& relay, Clock clock,
         std::chrono::seconds expire_after = std::chrono::hours{24 * 5});
  ~Outbox();  ///< stops and joins

  void start();
  /// There is new work: look at once. Callable from any thread.
  void wake();
  /// Finishes the hand-over under way and joins.
  void stop();
  /// One round without a thread, for tests: hands over what is due now; how many were tried.
  int run_once();

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace mandate::mail
