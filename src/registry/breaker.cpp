#include "registry/breaker.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/json_value.h"

namespace mandate::registry {
namespace {

constexpr std::int64_t kWhole = 100 * 100;  // hundredths of a percent

}  // namespace

std::int64_t BreakerRule::limit(std::int64_t may_send) const {
  return std::max(at_least, may_send * share / kWhole);
}

bool trips(const BreakerRule& rule, const BreakerCounts& counts) {
  return counts.made + counts.held + 1 > rule.limit(counts.may_send);
}

std::string share_reason(const BreakerRule& rule, const BreakerCounts& counts,
                         const dns::Name& domain) {
  return fmt::format(
      "{} would be domain {} to lose its permission within {} s, of {} that may send: that is over "
      "the limit of {}, so a person looks first.",
      domain.text(), counts.made + counts.held + 1, rule.within.count(), counts.may_send,
      rule.limit(counts.may_send));
}

bool is_revocation(Status from, Status to) {
  if (to == Status::suspended) return from == Status::verified || from == Status::at_risk;
  return from == Status::verified && to == Status::at_risk;
}

bool ends_claim(const SendingDomain& before, const SendingDomain& after) {
  const bool takes_effect = after.status == Status::verified;
  return before.claim_matures_at && !after.claim_matures_at && !takes_effect;
}

bool is_loss(const SendingDomain& before, const SendingDomain& after) {
  return is_revocation(before.status, after.status) || ends_claim(before, after);
}

SendingDomain held_row(const SendingDomain& before, const SendingDomain& after) {
  SendingDomain held = before;
  held.last_attempt_at = after.last_attempt_at;
  held.next_check_at = after.next_check_at;
  held.leased_until = after.leased_until;
  held.attempts = after.attempts;
  return held;
}

boost::json::object to_json(const HeldRevocation& revocation) {
  return {{"object", "held_revocation"},
          {"account", json_string(revocation.account_id)},
          {"domain", revocation.domain.text()},
          {"to", text(revocation.to)},
          {"loses", revocation.of_claim ? "claim" : "permission"},
          {"reason_code", json_string(revocation.reason_code)},
          {"reason", json_string(revocation.reason)},
          {"evidence_id", json_string(revocation.evidence_id)},
          {"checked_at", json_time(revocation.checked_at)}};
}

std::string_view text_of(const BreakerState& state) {
  return state.holding ? "holding" : "closed";
}

boost::json::object to_json(const BreakerState& state) {
  return {{"object", "breaker"},
          {"state", text_of(state)},
          {"since", json_time(state.since)},
          {"reason_code", json_string(state.reason_code)},
          {"reason", json_string(state.reason)},
          {"held", state.counts.held},
          {"may_send", state.counts.may_send},
          {"made", state.counts.made},
          {"decided_by", json_string_or_null(state.decided_by)},
          {"decided_at", json_time(state.decided_at)}};
}

std::string_view text(HoldEnd end) {
  switch (end) {
    case HoldEnd::confirmed:
      return "confirmed";
    case HoldEnd::dismissed:
      return "dismissed";
    case HoldEnd::cleared:
      return "cleared";
  }
  return "unknown";
}

std::string_view ends_hold_of(HoldEnd end) {
  return end == HoldEnd::cleared ? kHeldByCanary : kHeldByShare;
}

}  // namespace mandate::registry
