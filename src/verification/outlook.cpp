#include "verification/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "registry/ownership.h"

namespace mandate::verification {

Outlook look_ahead(registry::Evidence& evidence, const dns::Facts& last, resolver::Lookup& lookup,
                   resolver::Deadline deadline) {
  const dns::Name& shared = evidence.provider.include_name;
  const advice::ForecastRequest request{
      .domain = evidence.domain,
      .includes = {shared, registry::own_include_name(evidence.token, shared)},
      .servers = answers_of(evidence.zone.value_or(registry::ZoneAnswers{}),
                            {evidence.domain, dns::RecordType::txt})};
  Outlook out;
  for (advice::Omen& omen :
       resolver::settle(lookup, evidence.facts, deadline, [&](const dns::Facts&) {
         return advice::forecast(request, registry::current_facts(evidence), last);
       })) {
    out.warnings.push_back({std::move(omen.code), std::move(omen.message)});
  }
  out.drift = advice::drift(request.domain, last, registry::current_facts(evidence),
                            evidence.provider.pool);
  return out;
}

std::vector<advice::ServerAnswer> answers_of(const registry::ZoneAnswers& zone,
                                             const dns::Question& question) {
  std::vector<advice::ServerAnswer> out;
  for (const registry::ServerAnswers& server : zone.servers) {
    const auto said = std::ranges::find(server.facts, question, &dns::Fact::question);
    if (said == server.facts.end()) continue;
    out.push_back({fmt::format("{} ({})", server.name.text(), server.address), *said});
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
