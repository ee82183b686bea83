// One verification of one sending domain: look up, assess, keep the evidence, move the state.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "registry/evidence.h"
#include "registry/provider.h"
#include "registry/sending_domain.h"
#include "registry/transition.h"
#include "resolver/lookup.h"
#include "store/store.h"

namespace mandate::verification {

class Breaker;

/// The current time; a test injects its own.
using Clock = std::function<std::chrono::sys_seconds()>;

/// Looks up what the assessment needs and assesses. `timeout` bounds the whole.
registry::Evidence gather(const registry::Provider& provider, const registry::SendingDomain& domain,
                          resolver::Lookup& lookup, std::string evidence_id,
                          std::chrono::sys_seconds now, std::chrono::milliseconds timeout);

/// What a verification left behind.
struct Checked {
  registry::SendingDomain domain;
  registry::Evidence evidence;
  bool held = false;  ///< the finding would revoke, and the breaker keeps the domain as it was
};

/// Verifies domains of the store; revocations go through the breaker where there is one.
/// Thread-safe as far as its parts are.
class Probe {
 public:
  Probe(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
        Clock clock, std::function<std::string()> new_id, registry::Patience patience,
        std::chrono::milliseconds timeout, Breaker* breaker = nullptr);

  /// Gathers evidence for a domain that the account has, and stores evidence and new state
  /// together, for `actor` (as in `registry::Cause`). When another changed the row meanwhile, the
  /// evidence is applied to the row as it now is, and gathered anew when its senders are others;
  /// `conflict` when that happens 16 times. `not_found` when the account has no such domain.
  store::Stored<Checked> verify(std::string_view account_id, const dns::Name& domain,
                                const std::string& actor);

  /// Checks that came to a finding and were stored, since the program began.
  std::uint64_t checks(registry::CheckFinding::Kind finding) const;

 private:
  store::Stored<store::Revoked> write(const registry::SendingDomain& before,
                                      const registry::SendingDomain& after,
                                      std::string_view evidence_json, const registry::Cause& cause);

  const registry::Provider& provider_;
  resolver::Lookup& lookup_;
  store::Store& store_;
  Clock clock_;
  std::function<std::string()> new_id_;
  registry::Patience patience_;
  std::chrono::milliseconds timeout_;
  Breaker* breaker_;
  std::array<std::atomic<std::uint64_t>, 4> checks_{};  // by finding
};

}  // namespace mandate::verification
