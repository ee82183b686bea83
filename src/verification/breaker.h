// The breaker over the store: what asks the canary, holds revocations, and lets them go.
//
// A loss is believed only while the canary passes, and its count is decided by the store in
// the transaction that makes it (registry/breaker.h). Whoever ends a hold does so in the store,
// from any process; this program sees it at its next revocation or round.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "registry/breaker.h"
#include "registry/change.h"
#include "registry/provider.h"
#include "registry/sending_domain.h"
#include "resolver/lookup.h"
#include "store/store.h"

namespace mandate::verification {

/// `revoke` and `round` are thread-safe as far as the parts given are; `start` and `stop` are for
/// one thread.
class Breaker {
 public:
  using Clock = std::function<std::chrono::sys_seconds()>;
  /// A sentence for the log, on any thread: that the breaker tripped, told at once and by the one
  /// that tripped it, of all threads and programs at the store; that it holds, told by one that
  /// finds it so when it begins; that it is closed again, told by each that sees it; and faults of
  /// the store.
  using Report = std::function<void(const std::string& news)>;

  Breaker(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
          Clock clock, registry::BreakerRule rule, std::chrono::milliseconds timeout,
          Report report);
  ~Breaker();  ///< stops and joins

  Breaker(const Breaker&) = delete;
  Breaker& operator=(const Breaker&) = delete;

  /// Writes what a check came to that is a loss (`registry::is_loss`), or holds it. Asks the canary
  /// first, where that was not done since the check began (`cause.at`): an older pass says nothing
  /// of the DNS that the check met.
  store::Stored<store::Revoked> revoke(const registry::SendingDomain& before,
                                       const registry::SendingDomain& after,
                                       std::string_view evidence_json,
                                       const registry::Cause& cause);

  /// Asks the canary where that was not done within five minutes, or one while the breaker holds;
  /// keeps the grace of domains at risk from running out while it holds; reports what changed.
  store::Stored<void> round();

  /// Begins the rounds, on a thread of its own.
  void start();
  /// Ends them, after the round under way.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mandate::verification
