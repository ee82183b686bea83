// One question to one server, whose whole reply is wanted: nothing is asked of another one.
//
//   UDP with EDNS ── silence ──► once more ── silence ──► UDP without EDNS ── silence ──► silent
//    │   │ FORMERR, NOTIMP, BADVERS ──────────────────────────▲
//    │   │ the name in other letters ──► again, in lower case
//    │   ▼ TC
//    │  TCP ── refused, silent, broken ──► no_tcp
//    ▼
//   answered, with whatever code
#pragma once

#include <cstddef>
#include <functional>

#include "resolver/alarm_clock.h"
#include "resolver/exchange.h"
#include "resolver/lookup.h"
#include "resolver/server_reply.h"
#include "resolver/upstream.h"

namespace mandate::resolver {

/// Belongs to the io_context of its upstream.
class ServerQuery final : public Exchange, public Sleeper {
 public:
  using Done = std::function<void(Reply)>;

  struct Scope {  // what the queries of one client share; it outlives them
    AlarmClock& alarms;
    RandomNumbers& random;
    std::chrono::milliseconds timeout;  ///< of one try
    Deadline deadline;
  };

  /// `done` is called once, after `start`, perhaps from it.
  ServerQuery(const Scope& scope, Upstream& upstream, dns::Question question, Done done);

  void start();

 private:
  void send();
  void ended(const Outcome& outcome) override;
  void wake(MonotonicTime now) override;
  void go_over_tcp();
  void fail(Reply::Kind kind, std::string reason);
  void finish(Reply reply);

  const Scope& scope_;
  Upstream& upstream_;
  const dns::Question question_;
  Done done_;
  bool edns_ = true;
  bool mix_case_ = true;
  bool over_tcp_ = false;
  int silences_ = 0;
  int connections_ = 0;
  MonotonicTime sent_{};
};

}  // namespace mandate::resolver
