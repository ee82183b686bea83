// One verification of one sending domain: look up, assess, keep the evidence, move the state.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "registry/evidence.h"
#include "registry/provider.h"
#include "registry/return_path.h"
#include "registry/sending_domain.h"
#include "registry/transition.h"
#include "resolver/lookup.h"
#include "store/store.h"

namespace mandate::verification {

/// The current time; a test injects its own.
using Clock = std::function<std::chrono::sys_seconds()>;

/// A random number, by which checks are spread (registry/check_schedule.h).
using Lot = std::function<std::uint64_t()>;

/// Looks up what the assessment needs and assesses. `timeout` bounds the whole.
registry::Evidence gather(const registry::Provider& provider, const registry::SendingDomain& domain,
                          resolver::Lookup& lookup, std::string evidence_id,
                          std::chrono::sys_seconds now, std::chrono::milliseconds timeout);

/// What a verification left behind.
struct Checked {
  registry::SendingDomain domain;
  registry::Evidence evidence;
};

/// Verifies domains of the store. Thread-safe as far as its parts are.
class Probe {
 public:
  /// Without a lot, checks keep to their whole intervals.
  Probe(
      const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
      Clock clock, std::function<std::string()> new_id, registry::Patience patience,
      std::chrono::milliseconds timeout, Lot lot = [] { return std::uint64_t{0}; });

  /// Gathers evidence for a domain that the account has, and stores evidence, new state and the
  /// time of the next check together, for `actor` (as in `registry::Cause`). When another changed
  /// the row meanwhile, the evidence is applied to the row as it now is, and gathered anew when its
  /// senders are others or another check came to its end; `conflict` when that happens 16 times.
  /// `not_found` when the account has no such domain.
  store::Stored<Checked> verify(std::string_view account_id, const dns::Name& domain,
                                const std::string& actor);

  /// The same of a row that is to send otherwise: it is checked as it would be then. A row that may
  /// send stays as it is until the other way is proven, so that no permission is lost and nothing
  /// unproven sent; any other changes at once. Whether it did is to be seen at the row.
  store::Stored<Checked> change_mode(std::string_view account_id, const dns::Name& domain,
                                     const registry::Envelope& wanted, const std::string& actor);

 private:
  store::Stored<Checked> check(std::string_view account_id, const dns::Name& domain,
                               const std::optional<registry::Envelope>& wanted,
                               const std::string& actor);

  const registry::Provider& provider_;
  resolver::Lookup& lookup_;
  store::Store& store_;
  Clock clock_;
  std::function<std::string()> new_id_;
  registry::Patience patience_;
  std::chrono::milliseconds timeout_;
  Lot lot_;
};

}  // namespace mandate::verification
