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

/// Whose the envelope is, and so which name's SPF record is checked.
enum class Mode : std::uint8_t {
  apex_include,  ///< MAIL FROM is the sender address; the domain's own record has the include
  return_path,   ///< MAIL FROM is at a subdomain of the domain, whose records are the provider's
};

std::string_view text(Mode mode);
std::optional<Mode> parse_mode(std::string_view text);

/// What shows that the domain is this account's to send as, and not merely the provider's.
enum class Ownership : std::uint8_t {
  unknown,      ///< nothing does, or no check was made
  own_include,  ///< its record includes the account's own include name
  token,        ///< a TXT at `_mandate.<domain>` names the account
  not_asked,    ///< the provider's configuration asks for none
};

std::string_view text(Ownership ownership);
std::optional<Ownership> parse_ownership(std::string_view text);

/// Something that does no harm yet, and will.
struct Warning {
  std::string code;     ///< stable; of `a-z`, `0-9` and `_`
  std::string message;  ///< what, where, and how to mend it; printable, on one line
  friend bool operator==(const Warning&, const Warning&) = default;
};

/// A domain that an account wants to send as, as the store has it: one row an account and domain.
struct SendingDomain {
  std::string account_id;
  dns::Name domain;
  std::vector<std::string> senders;  ///< sender addresses registered for it, normalised
  Status status = Status::pending;
  std::string reason_code;  ///< stable, of the last check; empty when all is well, or disabled
  std::string reason;       ///< the same for people
  std::chrono::sys_seconds created_at{};
  std::chrono::sys_seconds status_since{};
  std::optional<std::chrono::sys_seconds> last_checked_at;  ///< a check that could be made
  std::optional<std::chrono::sys_seconds> last_attempt_at;  ///< any check
  std::optional<std::chrono::sys_seconds> last_verified_at;
  std::optional<std::chrono::sys_seconds> grace_expires_at;  ///< only while at_risk
  std::string evidence_id;  ///< of the last check; empty before the first

  Mode mode = Mode::apex_include;
  dns::Name return_path;  ///< of that mode: the subdomain of MAIL FROM; else the root
  Ownership ownership = Ownership::unknown;  ///< what the last check found
  /// When no cache can have what stood there before the change that proved it; nothing when that
  /// is not known, or nothing was to turn.
  std::optional<std::chrono::sys_seconds> visible_by;
  /// Proven while another account holds the domain: when this claim takes effect.
  std::optional<std::chrono::sys_seconds> claim_matures_at;
  /// Held, and since then claimed by another account with a proof of its own.
  std::optional<std::chrono::sys_seconds> contested_at;
  /// While contested: when the first of these claims takes effect, if it is still proven then.
  std::optional<std::chrono::sys_seconds> contested_until;
  std::vector<Warning> warnings;  ///< of the last check
  /// What the last check that found the DNS changed says of it: sentences, printable, of one line.
  std::vector<std::string> changes;
  std::optional<std::chrono::sys_seconds> changed_at;     ///< when it was made
  std::optional<std::chrono::sys_seconds> next_check_at;  ///< when it is due; nothing: never
  /// While a worker has it in hand: no other takes it up before this.
  std::optional<std::chrono::sys_seconds> leased_until;
  /// Checks begun since the last one that came to an end and could be made.
  int attempts = 0;

  /// May mail leave under the name? Verified, and at_risk while its grace lasts.
  bool may_send(std::chrono::sys_seconds now) const;
  friend bool operator==(const SendingDomain&, const SendingDomain&) = default;
};

}  // namespace mandate::registry
