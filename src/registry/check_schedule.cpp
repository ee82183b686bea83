#include "registry/check_schedule.h"

#include <algorithm>

#include "registry/retry_delay.h"

namespace mandate::registry {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

seconds pending_interval(seconds elapsed, const CheckTiming& timing, const CheckPace& pace) {
  if (elapsed >= pace.eager_for) return pace.pending_slowly;
  const seconds turned = std::clamp(timing.turned_within.value_or(pace.turned_at_most),
                                    pace.turned_at_least, pace.turned_at_most);
  return std::clamp(elapsed / 2, pace.pending_at_least, turned);
}

std::optional<seconds> interval(const SendingDomain& domain, const CheckTiming& timing,
                                sys_seconds now, const CheckPace& pace) {
  const seconds elapsed = now - domain.status_since;
  switch (domain.status) {
    case Status::pending:
      return pending_interval(elapsed, timing, pace);
    case Status::verified:
      return timing.changed ? pace.changed : pace.verified;
    case Status::at_risk:
      return pace.at_risk;
    case Status::suspended:
      return pace.suspended;
    case Status::failed:
      return elapsed < pace.failed_for ? std::optional(pace.failed) : std::nullopt;
    case Status::disabled:
      break;
  }
  return std::nullopt;
}

// The last check was begun by a worker, or asked for by a person, and no answer came of it.
bool could_not_be_made(const SendingDomain& domain) {
  return domain.attempts > 0 || domain.last_attempt_at != domain.last_checked_at;
}

}  // namespace

std::optional<sys_seconds> next_check(const SendingDomain& after, const CheckTiming& timing,
                                      sys_seconds now, std::uint64_t lot, const CheckPace& pace) {
  auto wait = interval(after, timing, now, pace);
  if (!wait) return std::nullopt;
  if (could_not_be_made(after)) wait = std::min(*wait, retry_delay(after.attempts));
  const auto tenth = static_cast<std::uint64_t>(wait->count() / 10);
  const seconds drawn = *wait - seconds(static_cast<std::int64_t>(lot % (tenth + 1)));
  sys_seconds next = now + std::max(drawn, std::min(*wait, pace.pending_at_least));
  for (const auto& moment : {after.grace_expires_at, after.claim_matures_at}) {
    if (moment && *moment > now) next = std::min(next, *moment);
  }
  return next;
}

}  // namespace mandate::registry
