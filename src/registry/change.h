// What a change of the registry is called and says: for the audit log, and for those who are told.
//
// The store asks these functions about the very rows that it writes, in the transaction that writes
// them, so that no caller can change something and leave it out, or call it otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registry/account.h"
#include "registry/api_key.h"
#include "registry/breaker.h"
#include "registry/sending_domain.h"

namespace mandate::registry {

/// Who makes a change, and when.
struct Cause {
  std::string actor;  ///< `key:ID` of the API, `person:NAME` at a shell, `system:PART` by itself
  std::chrono::sys_seconds at{};
};

/// One thing that was done, to one subject.
struct Change {
  std::string account_id;       ///< whose it is; empty of the provider's own
  std::string subject;          ///< `KIND:ID`, as `domain:customer.example`
  std::string action;           ///< `KIND.WHAT`, stable
  std::string evidence_id;      ///< what it rests on; empty when it is no check's
  std::string details = "{}";   ///< a small JSON object, in the one form of RFC 8259 without spaces
  std::string event_body = {};  ///< for those who are told; empty when nobody is
  friend bool operator==(const Change&, const Change&) = default;
};

/// `domain:NAME`
std::string domain_subject(const dns::Name& domain);

Change account_added(const Account& account);  // account.added

Change key_created(const ApiKey& key);  // key.created
Change key_revoked(const ApiKey& key);  // key.revoked

Change domain_added(const SendingDomain& domain);    // domain.added
Change domain_removed(const SendingDomain& domain);  // domain.removed

/// Everything that the second row says otherwise than the first, but for times, reasons and
/// evidence: `domain.sender_added`, `domain.sender_removed`, `domain.mode_changed`, a
/// transition by its name, `domain.changed` where a check that made none found the DNS changed,
/// `domain.warning` where it warns of what the last one did not, and `domain.claim_started`,
/// `domain.claim_ended`, `domain.contested`, `domain.contest_ended` (registry/claim.h). All but
/// senders have the event body of Standard Webhooks: `type`, `timestamp`, `data` (the domain at
/// `at`) and `previous_attributes` (what was otherwise before). Empty when a check found nothing
/// new.
std::vector<Change> domain_changes(const SendingDomain& before, const SendingDomain& after,
                                   std::chrono::sys_seconds at);

/// The action of a transition between two states that differ: `domain.` and the new state, but
/// `domain.recovered` of a domain that had been verified before it was lost or at risk, and
/// `domain.enabled` of one that was switched off and begins anew.
std::string_view transition_action(Status from, Status to);

// The provider's own, of the one breaker. All but the last have an event body as transitions do,
// with the breaker's object (registry/breaker.h) as `data`.
Change breaker_tripped(const BreakerState& before, const BreakerState& after);  // breaker.tripped
/// `breaker.` and how the hold ended.
Change breaker_closed(HoldEnd end, const BreakerState& before, const BreakerState& after);
/// `breaker.grace_extended`: at_risk domains whose grace would have ended while it holds.
Change grace_extended(std::int64_t domains, std::chrono::sys_seconds until);

}  // namespace mandate::registry
