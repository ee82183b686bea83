// The breaker: where so many domains would lose their permission at once that a fault is likelier
// than their will, their revocations are held until a person has looked.
//
// Pure: the store counts its rows and asks here, in the transaction that would revoke.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registry/sending_domain.h"

namespace mandate::registry {

/// How many revocations are let happen. Configurable.
struct BreakerRule {
  int share = 200;             ///< of the domains that may send, in hundredths of a percent
  std::int64_t at_least = 20;  ///< domains, however few may send
  std::chrono::seconds within = std::chrono::hours{1};

  /// A revocation counts while it was made after this.
  std::chrono::sys_seconds counted_after(std::chrono::sys_seconds now) const {
    return now - within;
  }
  /// The revocations that are let happen within the time: the larger of the two, rounded down.
  std::int64_t limit(std::int64_t may_send) const;
};

/// What is counted when one more revocation is about to be made.
struct BreakerCounts {
  std::int64_t may_send = 0;  ///< domains that may send, or could until a revocation counted here
  std::int64_t made = 0;      ///< domains revoked within the time, which no person confirmed
  std::int64_t held = 0;      ///< domains whose revocation is held
  friend bool operator==(const BreakerCounts&, const BreakerCounts&) = default;
};

/// Would one more be over the limit?
bool trips(const BreakerRule& rule, const BreakerCounts& counts);

/// Why it trips, for people: `domain` is the one that would be one too many.
std::string share_reason(const BreakerRule& rule, const BreakerCounts& counts,
                         const dns::Name& domain);

/// Does a domain lose permission, or come nearer to it? From verified to at_risk or suspended, and
/// from at_risk to suspended.
bool is_revocation(Status from, Status to);

/// Does a check end a claim (registry/claim.h) because it is proven no more? Nothing that may send
/// is lost by it, but the time that the claim has waited.
bool ends_claim(const SendingDomain& before, const SendingDomain& after);

/// Does a check take away what earlier ones had proven? It then goes through the breaker.
bool is_loss(const SendingDomain& before, const SendingDomain& after);

/// The row of a loss that is held: as it was, but for the times of its checks. Reason and evidence
/// are those of the last check that was acted on.
SendingDomain held_row(const SendingDomain& before, const SendingDomain& after);

/// A loss that a check asked for and the breaker holds.
struct HeldRevocation {
  std::string account_id;
  dns::Name domain;
  Status to = Status::suspended;  ///< what the domain would have become
  std::string reason_code;
  std::string reason;
  std::string evidence_id;
  std::chrono::sys_seconds checked_at{};
  bool of_claim = false;  ///< what would be lost is a claim, and no permission
  friend bool operator==(const HeldRevocation&, const HeldRevocation&) = default;
};

boost::json::object to_json(const HeldRevocation& revocation);

/// Why the breaker holds.
inline constexpr std::string_view kHeldByShare = "share";
inline constexpr std::string_view kHeldByCanary = "canary";

/// The one breaker, as the store has it.
struct BreakerState {
  bool holding = false;
  std::chrono::sys_seconds since{};  ///< of either
  std::string reason_code;           ///< `share` or `canary`; empty while closed
  std::string reason;                ///< the same for people
  BreakerCounts counts;              ///< when it tripped; `held` is the number at this moment
  std::string decided_by;            ///< who ended the last hold; empty before the first end
  std::optional<std::chrono::sys_seconds> decided_at;
  friend bool operator==(const BreakerState&, const BreakerState&) = default;
};

/// `closed` or `holding`.
std::string_view text_of(const BreakerState& state);

boost::json::object to_json(const BreakerState& state);

/// How a hold ends.
enum class HoldEnd : std::uint8_t {
  confirmed,  ///< a person: the losses are real, and happen at the next check that finds them
  dismissed,  ///< a person: they are not; counted anew, checked again
  cleared,    ///< the canary passes again; checked again
};

/// `confirmed`, `dismissed`, `cleared`.
std::string_view text(HoldEnd end);

/// The reason code of the holds that end so.
std::string_view ends_hold_of(HoldEnd end);

}  // namespace mandate::registry
