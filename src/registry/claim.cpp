#include "registry/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "registry/timestamp.h"

namespace mandate::registry {
namespace {

bool is_held_by_another(const SendingDomain& domain, std::span<const SendingDomain> others,
                        std::chrono::sys_seconds now) {
  return std::ranges::any_of(others, [&](const SendingDomain& other) {
    return other.account_id != domain.account_id && other.may_send(now);
  });
}

// When the first claim of another takes effect; nothing when there is none.
std::optional<std::chrono::sys_seconds> first_maturity(const SendingDomain& domain,
                                                       std::span<const SendingDomain> others) {
  std::optional<std::chrono::sys_seconds> first;
  for (const SendingDomain& other : others) {
    if (other.account_id == domain.account_id || other.status == Status::disabled) continue;
    if (!other.claim_matures_at) continue;
    first = std::min(first.value_or(*other.claim_matures_at), *other.claim_matures_at);
  }
  return first;
}

// One that a worker holds at this moment is checked already.
void make_due(SendingDomain& domain, std::chrono::sys_seconds now) {
  if (domain.attempts == 0 && domain.next_check_at) {
    domain.next_check_at = std::min(*domain.next_check_at, now);
  }
}

}  // namespace

SendingDomain after_claim(const SendingDomain& before, SendingDomain after,
                          std::span<const SendingDomain> others, std::chrono::sys_seconds now,
                          std::chrono::seconds claim_grace) {
  after.claim_matures_at.reset();
  const bool arrives = after.status == Status::verified && !before.may_send(now);
  if (!arrives || after.ownership == Ownership::not_asked) return after;
  if (!is_held_by_another(after, others, now)) return after;
  const auto matures = before.claim_matures_at.value_or(now + claim_grace);
  if (now >= matures) return after;
  after.status = before.status;
  after.status_since = before.status_since;
  after.grace_expires_at = before.grace_expires_at;
  after.last_verified_at = before.last_verified_at;
  after.claim_matures_at = matures;
  after.reason_code = "claimed";
  after.reason = fmt::format(
      "The DNS of {} names this account, and another account sends as it already. It was told; "
      "this "
      "one may send from {} on, or once the other one may not, if the DNS says the same then.",
      after.domain.text(), timestamp(matures));
  return after;
}

SendingDomain after_contest(SendingDomain domain, std::span<const SendingDomain> others,
                            std::chrono::sys_seconds now) {
  domain.contested_until = domain.may_send(now) ? first_maturity(domain, others) : std::nullopt;
  if (!domain.contested_until) {
    domain.contested_at.reset();
  } else if (!domain.contested_at) {
    domain.contested_at = now;
    make_due(domain, now);
  }
  if (domain.claim_matures_at && !is_held_by_another(domain, others, now)) make_due(domain, now);
  return domain;
}

}  // namespace mandate::registry
