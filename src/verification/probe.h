// One verification of one sending domain: look up, assess, keep the evidence, move the state.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "registry/evidence.h"
#include "registry/provider.h"
#include "registry/sending_domain.h"
#include "registry/transition.h"
#include "resolver/lookup.h"
#include "store/store.h"
#include "verification/outlook.h"

namespace mandate::verification {

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
  advice::Drift drift;  ///< against the last evidence; none of a check that could not be made
};

/// Verifies domains of the store. Thread-safe as far as its parts are.
class Probe {
 public:
  Probe(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
        Clock clock, std::function<std::string()> new_id, registry::Patience patience,
        std::chrono::milliseconds timeout);

  /// Gathers evidence for a domain that the account has, and stores evidence and new state
  /// together, for `actor` (as in `registry::Cause`). When another changed the row meanwhile, the
  /// evidence is applied to the row as it now is, and gathered anew when its senders are others;
  /// `conflict` when that happens 16 times. `not_found` when the account has no such domain. What
  /// changed since the last evidence, and what is coming, stands in the row (`look_ahead`), which
  /// may take the timeout once more.
  store::Stored<Checked> verify(std::string_view account_id, const dns::Name& domain,
                                const std::string& actor);

 private:
  store::Stored<Outlook> outlook(const registry::SendingDomain& before,
                                 registry::Evidence& evidence);

  const registry::Provider& provider_;
  resolver::Lookup& lookup_;
  store::Store& store_;
  Clock clock_;
  std::function<std::string()> new_id_;
  registry::Patience patience_;
  std::chrono::milliseconds timeout_;
};

}  // namespace mandate::verification
