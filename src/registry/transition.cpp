// The states of a sending domain and what moves it between them. A dash: nothing changes but the
// times of the check (and, where it could be made, its reason and evidence).
//
//   from \ event | proven    not_proven              refused      unavailable  disable   enable
//   -------------+------------------------------------------------------------------------------
//   pending      | verified  failed once `pending_for` is over    -            disabled  -
//   verified     | -         at_risk (no grace:      suspended    -            disabled  -
//                |           suspended)
//   at_risk      | verified  suspended once the      suspended    -            disabled  -
//                |           grace is over
//   suspended    | verified  -                       -            -            disabled  -
//   failed       | verified  -                       -            -            disabled  -
//   disabled     | -         -                       -            -            -         pending
#include "registry/transition.h"

#include <array>

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;

constexpr std::array kKinds = {Kind::proven, Kind::not_proven, Kind::refused, Kind::unavailable};

Status next_status(const SendingDomain& domain, Kind kind, std::chrono::sys_seconds now,
                   const Patience& patience) {
  if (domain.status == Status::disabled) return Status::disabled;
  if (kind == Kind::proven) return Status::verified;
  switch (domain.status) {
    case Status::pending:
      return now - domain.status_since >= patience.pending_for ? Status::failed : Status::pending;
    case Status::verified:
      if (kind == Kind::refused) return Status::suspended;
      return patience.grace > std::chrono::seconds{0} ? Status::at_risk : Status::suspended;
    case Status::at_risk:
      if (kind == Kind::refused) return Status::suspended;
      // A row without the end of its grace cannot be at risk for ever.
      return domain.grace_expires_at && now < *domain.grace_expires_at ? Status::at_risk
                                                                       : Status::suspended;
    case Status::suspended:
    case Status::failed:
    case Status::disabled:
      break;
  }
  return domain.status;
}

void enter(SendingDomain& domain, Status status, std::chrono::sys_seconds now) {
  if (domain.status == status) return;
  domain.status = status;
  domain.status_since = now;
  domain.grace_expires_at.reset();
}

}  // namespace

std::string_view text(CheckFinding::Kind kind) {
  switch (kind) {
    case Kind::proven:
      return "proven";
    case Kind::not_proven:
      return "not_proven";
    case Kind::refused:
      return "refused";
    case Kind::unavailable:
      return "unavailable";
  }
  return "unknown";
}

std::optional<CheckFinding::Kind> parse_finding_kind(std::string_view name) {
  for (const Kind kind : kKinds) {
    if (text(kind) == name) return kind;
  }
  return std::nullopt;
}

SendingDomain after_check(SendingDomain domain, const CheckFinding& finding,
                          std::chrono::sys_seconds now, const Patience& patience) {
  domain.last_attempt_at = now;
  domain.leased_until.reset();
  if (finding.kind == Kind::unavailable) return domain;
  domain.last_checked_at = now;
  domain.attempts = 0;
  domain.evidence_id = finding.evidence_id;
  const bool proven = finding.kind == Kind::proven;
  // What keeps a disabled domain from sending is the person who switched it off, and no finding.
  const bool is_why = !proven && domain.status != Status::disabled;
  domain.reason_code = is_why ? finding.reason_code : std::string();
  domain.reason = is_why ? finding.reason : std::string();
  if (proven) domain.last_verified_at = now;
  const Status before = domain.status;
  enter(domain, next_status(domain, finding.kind, now, patience), now);
  if (domain.status == Status::at_risk && before != Status::at_risk) {
    domain.grace_expires_at = now + patience.grace;
  }
  return domain;
}

SendingDomain after_disable(SendingDomain domain, std::chrono::sys_seconds now) {
  enter(domain, Status::disabled, now);
  domain.reason_code.clear();
  domain.reason.clear();
  domain.next_check_at.reset();
  domain.leased_until.reset();
  domain.claim_matures_at.reset();
  domain.contested_at.reset();
  domain.contested_until.reset();
  return domain;
}

SendingDomain after_enable(SendingDomain domain, std::chrono::sys_seconds now) {
  if (domain.status != Status::disabled) return domain;
  enter(domain, Status::pending, now);
  domain.next_check_at = now;
  return domain;
}

}  // namespace mandate::registry
