#include "verification/outlook.h"

#include <fmt/format.h>

#include <utility>

namespace mandate::verification {

Outlook look_ahead(registry::Evidence& evidence, const dns::Facts& last,
                   std::vector<advice::ServerAnswer> servers, resolver::Lookup& lookup,
                   resolver::Deadline deadline) {
  const advice::ForecastRequest request{.domain = evidence.domain,
                                        .includes = {evidence.provider.include_name},
                                        .servers = std::move(servers)};
  Outlook out;
  for (advice::Omen& omen : resolver::settle(
           lookup, evidence.facts, deadline,
           [&](const dns::Facts& facts) { return advice::forecast(request, facts, last); })) {
    out.warnings.push_back({std::move(omen.code), std::move(omen.message)});
  }
  out.drift = advice::drift(request.domain, last, evidence.facts, evidence.provider.pool);
  return out;
}

std::vector<advice::ServerAnswer> answers_of(const resolver::AuthorityView& view) {
  std::vector<advice::ServerAnswer> out;
  for (const resolver::ServerView& server : view.servers) {
    if (!server.is_answering() || server.answers.empty()) continue;
    out.push_back({server.address
                       ? fmt::format("{} ({})", server.name.text(), server.address->text())
                       : server.name.text(),
                   server.answers.front().fact});
  }
  return out;
}

void tell(registry::SendingDomain& domain, const Outlook& outlook, std::chrono::sys_seconds at) {
  domain.warnings = outlook.warnings;
  if (!outlook.drift.any()) return;
  domain.changes = outlook.drift.sentences;
  domain.changed_at = at;
}

}  // namespace mandate::verification
