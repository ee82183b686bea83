// What an event does to a sending domain: pure functions with the time as argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registry/sending_domain.h"

namespace mandate::registry {

/// What a check of the DNS found.
struct CheckFinding {
  enum class Kind : std::uint8_t {
    proven,       ///< every pool address passes for every sender and HELO name
    not_proven,   ///< some address gets another result than pass
    refused,      ///< some address gets an explicit fail: the domain says no
    unavailable,  ///< the DNS could not be asked; nothing is known
  };
  Kind kind = Kind::unavailable;
  std::string reason_code;
  std::string reason;
  std::string evidence_id;
};

/// `proven`, `not_proven`, `refused`, `unavailable`.
std::string_view text(CheckFinding::Kind kind);
std::optional<CheckFinding::Kind> parse_finding_kind(std::string_view text);

/// How long things may last. Configurable.
struct Patience {
  std::chrono::seconds grace = std::chrono::hours{24};             ///< at_risk before suspended
  std::chrono::seconds pending_for = std::chrono::hours{24 * 30};  ///< pending before failed
  /// Proven before it takes effect, while another account holds the domain.
  std::chrono::seconds claim_grace = std::chrono::hours{24};
};

/// The domain after a check. Permission is quick to arrive (any proof makes it verified) and slow
/// to leave: an unavailable check changes nothing but `last_attempt_at`; a verified domain that is
/// not proven becomes at_risk for the grace time and then suspended, at once when refused. A
/// disabled domain stays disabled, and has no reason but that.
SendingDomain after_check(SendingDomain domain, const CheckFinding& finding,
                          std::chrono::sys_seconds now, const Patience& patience = {});

/// Switched off by a person, from any state; checked no more.
SendingDomain after_disable(SendingDomain domain, std::chrono::sys_seconds now);

/// Switched on again: a disabled domain begins as pending, to be checked at once; others stay as
/// they are.
SendingDomain after_enable(SendingDomain domain, std::chrono::sys_seconds now);

}  // namespace mandate::registry
