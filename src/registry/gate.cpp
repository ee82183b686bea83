#include "registry/gate.h"

#include <fmt/format.h>

#include <utility>

#include "dns/printable.h"

namespace mandate::registry {
namespace {

Decision refusal(std::string code, std::string message) {
  return {.allowed = false, .code = std::move(code), .message = std::move(message)};
}

// The reason of the last check behind a sentence, if there is one. It alone says what is amiss:
// mail that passes but not for this account is as much without proof as mail that does not pass. Of
// a claim it says all but what to do, since the records are there.
std::string with_reason(std::string sentence, const SendingDomain& listed) {
  if (listed.claim_matures_at) {
    return fmt::format(
        "{} Leave the records of {} as they are; to be quicker, take what names the other account "
        "out of them, if that one is not to send as it.",
        listed.reason, listed.domain.text());
  }
  return listed.reason.empty() ? sentence : fmt::format("{} {}", sentence, listed.reason);
}

Decision refusal_of(const SendingDomain& listed, const std::string& domain) {
  switch (listed.status) {
    case Status::pending:
      return refusal("domain_pending",
                     with_reason(fmt::format("The domain {} is not verified yet: publish its "
                                             "record, then verify it.",
                                             domain),
                                 listed));
    case Status::at_risk:
      return refusal("grace_expired",
                     with_reason(fmt::format("The domain {} lost its proof and its grace time is "
                                             "over: mend what its DNS says, then verify it.",
                                             domain),
                                 listed));
    case Status::suspended:
      return refusal("domain_suspended",
                     with_reason(fmt::format("The domain {} is suspended, since its DNS no longer "
                                             "proves that this account may send as it: mend that, "
                                             "then verify it.",
                                             domain),
                                 listed));
    case Status::failed:
      return refusal("domain_failed",
                     with_reason(fmt::format("The domain {} was not verified in time: publish its "
                                             "record, then verify it.",
                                             domain),
                                 listed));
    case Status::disabled:
      return refusal(
          "domain_disabled",
          fmt::format("The domain {} is switched off: enable it, then verify it.", domain));
    case Status::verified:
      break;
  }
  // A status that no one knows, or one whose own rule said no: closed.
  return refusal("domain_not_listed", fmt::format("The domain {} may not be sent from.", domain));
}

}  // namespace

Decision decide(std::string_view account_id, const Mailbox& from,
                const std::optional<SendingDomain>& listed, std::chrono::sys_seconds now) {
  const std::string domain = from.domain.text();
  if (!listed || listed->account_id != account_id || listed->domain != from.domain) {
    return refusal("domain_not_listed",
                   fmt::format("The domain {} is not on the list of account {}: add it, publish "
                               "its record, then verify it.",
                               domain, dns::printable(account_id, 64)));
  }
  if (!listed->may_send(now)) return refusal_of(*listed, domain);
  return {.allowed = true, .code = "allowed", .message = ""};
}

}  // namespace mandate::registry
