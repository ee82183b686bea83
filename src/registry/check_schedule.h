// When a sending domain is checked next: a pure function of its row, with the time and the lot as
// arguments.
//
//   state     | checked
//   ----------+-----------------------------------------------------------------------------------
//   pending   | at once; then after half of the time that it has been pending, at least 10 s and
//             | at most until caches have turned (1 min to 1 h), for 72 h; then every 6 h
//   verified  | every 24 h; 1 h after a check at which something had changed
//   at_risk   | every hour
//   suspended | every 6 h
//   failed    | every 24 h for 30 days, then no more
//   disabled  | not at all
//
// Each interval is shortened by up to a tenth, by lot, but not below the 10 s: what was added
// together drifts apart, over the whole day in the end. A moment at which the row itself changes
// its meaning (its grace ends, a claim takes effect) is not slept through. A check that could not
// be made is made again sooner
// (`retry_delay`), never later than its state has it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "registry/sending_domain.h"

namespace mandate::registry {

/// What the check that was just made says of the next one.
struct CheckTiming {
  /// How long caches may hold what they have: the TTL of the answer, or of its absence (RFC 2308).
  /// Nothing when the check could not be made.
  std::optional<std::chrono::seconds> turned_within;
  bool changed = false;  ///< it found something otherwise than the one before
};

/// The intervals of the table above.
struct CheckPace {
  std::chrono::seconds pending_at_least = std::chrono::seconds{10};
  std::chrono::seconds turned_at_least = std::chrono::minutes{1};
  std::chrono::seconds turned_at_most = std::chrono::hours{1};
  std::chrono::seconds eager_for = std::chrono::hours{72};
  std::chrono::seconds pending_slowly = std::chrono::hours{6};
  std::chrono::seconds verified = std::chrono::hours{24};
  std::chrono::seconds changed = std::chrono::hours{1};
  std::chrono::seconds at_risk = std::chrono::hours{1};
  std::chrono::seconds suspended = std::chrono::hours{6};
  std::chrono::seconds failed = std::chrono::hours{24};
  /// A customer who comes late is still served without a call, and one who never comes costs
  /// nothing for ever.
  std::chrono::seconds failed_for = std::chrono::hours{24 * 30};
};

/// When to check the domain again, which is as `after_check` left it at `now`; later than `now`.
/// Nothing: only when a person asks. `lot` is a random number.
std::optional<std::chrono::sys_seconds> next_check(const SendingDomain& after,
                                                   const CheckTiming& timing,
                                                   std::chrono::sys_seconds now, std::uint64_t lot,
                                                   const CheckPace& pace = {});

}  // namespace mandate::registry
