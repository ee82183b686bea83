// The watch: checks every sending domain when it is due, all its life.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "registry/sending_domain.h"
#include "store/queue_workers.h"
#include "store/store.h"
#include "verification/probe.h"

namespace mandate::verification {

struct WatchOptions {
  int workers = 8;  ///< checks under way at once
  /// How long a domain is one worker's: longer than the longest check, so that no other takes it up
  /// meanwhile; when a process dies, its domains wait so long.
  std::chrono::seconds lease = std::chrono::minutes{10};
  /// Told, on the worker's thread, of every check that came to an end, with the row before it.
  std::function<void(const registry::SendingDomain& before, const Checked&)> on_checked =
      [](const registry::SendingDomain&, const Checked&) {};
  /// Told, on the thread that meets it, of every fault.
  std::function<void(const std::string& fault)> report = [](const std::string&) {};
};

/// Worker threads over the store's queue of due domains, of which several processes may have some.
/// Each leases one domain, verifies it, and takes the next: what a check costs in memory is that of
/// the domains in hand, however many are due. The lease counts the attempt before the check begins,
/// and the check's end writes everything at once: one that is cut off leaves a domain that is due
/// again when its lease ends. What a person changes meanwhile stands, and the check is applied to
/// it
/// (`Probe::verify`).
class Watch {
 public:
  Watch(store::Store& store, Probe& probe, Clock clock, WatchOptions options);

  /// Begins the work; does nothing when it has begun. `start` and `stop` are for one thread.
  void start() { workers_.start(); }
  /// A domain has come, or is due sooner: look at once. Callable from any thread.
  void wake() { workers_.wake(); }
  /// Ends the checks under way and joins. `start` may follow.
  void stop() { workers_.stop(); }
  /// One round without a thread: verifies what is due now, `limit` at most; how many there were.
  store::Stored<int> run_due(int limit);

 private:
  store::Stored<void> check(const registry::SendingDomain& domain);

  store::Store& store_;
  Probe& probe_;
  Clock clock_;
  WatchOptions options_;
  store::QueueWorkers workers_;
};

}  // namespace mandate::verification
