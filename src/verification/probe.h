// One verification of one sending domain: look up, assess, keep the evidence, move the state.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "registry/evidence.h"
#include "registry/provider.h"
#include "registry/return_path.h"
#include "registry/sending_domain.h"
#include "registry/transition.h"
#include "resolver/authority_client.h"
#include "resolver/lookup.h"
#include "store/store.h"
#include "verification/outlook.h"

namespace mandate::verification {

class Breaker;

/// The current time; a test injects its own.
using Clock = std::function<std::chrono::sys_seconds()>;

/// A random number, by which checks are spread (registry/check_schedule.h).
using Lot = std::function<std::uint64_t()>;

/// How checks are made.
struct CheckOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds{20};  ///< of one whole check
  registry::OwnershipRule ownership = {};
  /// How the servers of a domain's zone are asked; nothing: the resolver's word alone.
  std::optional<resolver::AuthorityOptions> authority = {};
  /// Without one, checks keep to their whole intervals.
  Lot lot = [] { return std::uint64_t{0}; };
};

/// Asks the servers of the zone, looks up what the assessment needs besides, and judges. `token` is
/// that of the row's account.
registry::Evidence gather(const registry::Provider& provider, const registry::SendingDomain& domain,
                          const std::string& token, resolver::Lookup& lookup,
                          std::string evidence_id, std::chrono::sys_seconds now,
                          const CheckOptions& options);

/// What a verification left behind.
struct Checked {
  registry::SendingDomain domain;
  registry::Evidence evidence;
  advice::Drift drift;  ///< against the last evidence; none of a check that could not be made
  bool held = false;    ///< the finding is a loss, and the breaker keeps the domain as it was
};

/// Verifies domains of the store; losses go through the breaker where there is one.
/// Thread-safe as far as its parts are.
class Probe {
 public:
  Probe(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
        Clock clock, std::function<std::string()> new_id, registry::Patience patience,
        CheckOptions options, Breaker* breaker = nullptr);

  /// Gathers evidence for a domain that the account has, and stores evidence, new state, the time
  /// of the next check and what they mean to other accounts that list the domain
  /// (registry/claim.h) together, for `actor` (as in `registry::Cause`). A loss that the breaker
  /// holds changes nothing but the times of the checks, and no other account's row. When another
  /// changed the row meanwhile, the evidence is applied to the row as it now is, and gathered anew
  /// when its senders or return path are others or another check came to its end; `conflict` when
  /// that happens 16 times. `not_found` when the account has no such domain. What changed since the
  /// last evidence, and what is coming, stands in the row (`look_ahead`), which may take the
  /// timeout once more.
  store::Stored<Checked> verify(std::string_view account_id, const dns::Name& domain,
                                const std::string& actor);

  /// The same of a row that is to send otherwise: it is checked as it would be then. A row that may
  /// send stays as it is until the other way is proven, so that no permission is lost and nothing
  /// unproven sent; any other changes at once. Whether it did is to be seen at the row.
  store::Stored<Checked> change_mode(std::string_view account_id, const dns::Name& domain,
                                     const registry::Envelope& wanted, const std::string& actor);

  /// Checks that came to a finding and were stored, since the program began.
  std::uint64_t checks(registry::CheckFinding::Kind finding) const;

 private:
  store::Stored<Checked> check(std::string_view account_id, const dns::Name& domain,
                               const std::optional<registry::Envelope>& wanted,
                               const std::string& actor);
  /// Looks ahead and stores; takes the evidence when it did. `asked` is the row as it was checked.
  store::Stored<Checked> conclude(const registry::SendingDomain& before,
                                  const registry::SendingDomain& asked,
                                  registry::Evidence& evidence, const std::string& actor);
  /// Stores what a check of the row means, with its evidence.
  store::Stored<store::Revoked> keep(const registry::SendingDomain& before,
                                     const registry::SendingDomain& asked,
                                     const registry::Evidence& evidence, const Outlook& ahead,
                                     const std::string& actor);
  store::Stored<store::Revoked> write(const registry::SendingDomain& before,
                                      const registry::SendingDomain& after,
                                      std::string_view evidence_json, const registry::Cause& cause);
  store::Stored<Outlook> outlook(const registry::SendingDomain& before,
                                 registry::Evidence& evidence);

  const registry::Provider& provider_;
  resolver::Lookup& lookup_;
  store::Store& store_;
  Clock clock_;
  std::function<std::string()> new_id_;
  registry::Patience patience_;
  CheckOptions options_;
  Breaker* breaker_;
  std::array<std::atomic<std::uint64_t>, 4> checks_{};  // by finding
};

}  // namespace mandate::verification
