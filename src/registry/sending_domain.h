// A sending domain of an account, and the states it goes through (platforms: pending, verified,
// at_risk, suspended, failed, disabled).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/name.h"

namespace mandate::registry {

enum class Status : std::uint8_t {
  pending,    ///< added, not yet proven
  verified,   ///< the last check that could be made proved it
  at_risk,    ///< was verified; the last check did not prove it; allowed until the grace ends
  suspended,  ///< was verified; lost
  failed,     ///< never proven within the time given
  disabled,   ///< switched off by a person
};

std::string_view text(Status status);
std::optional<Status> parse_status(std::string_view text);

/// May mail leave under the name? Verified, and at_risk while its grace lasts.
struct SendingDomain {
  std::string account_id;
  dns::Name domain;
  std::vector<std::string> senders;  ///< sender addresses registered for it, normalised
  Status status = Status::pending;
  std::string reason_code;  ///< stable, of the last check; empty when all is well
  std::string reason;       ///< the same for people
  std::chrono::sys_seconds created_at{};
  std::chrono::sys_seconds status_since{};
  std::optional<std::chrono::sys_seconds> last_checked_at;  ///< a check that could be made
  std::optional<std::chrono::sys_seconds> last_attempt_at;  ///< any check
  std::optional<std::chrono::sys_seconds> last_verified_at;
  std::optional<std::chrono::sys_seconds> grace_expires_at;  ///< only while at_risk
  std::string evidence_id;  ///< of the last check; empty before the first

  bool may_send(std::chrono::sys_seconds now) const;
  friend bool operator==(const SendingDomain&, const SendingDomain&) = default;
};

}  // namespace mandate::registry
