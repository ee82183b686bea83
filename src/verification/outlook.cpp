#include "verification/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/alignment_forecast.h"
#include "registry/ownership.h"

namespace mandate::verification {
namespace {

// What the domain's DMARC policy makes of mail from its return path, if that is no good.
std::optional<registry::Warning> unaligned(registry::Evidence& evidence, resolver::Lookup& lookup,
                                           resolver::Deadline deadline) {
  if (evidence.return_path.is_root()) return std::nullopt;
  const auto discovery = resolver::settle(
      lookup, evidence.facts, deadline,
      [&](const dns::Facts& known) { return advice::discover_dmarc(evidence.domain, known); });
  auto message = advice::unaligned_return_path(discovery, evidence.return_path);
  if (!message) return std::nullopt;
  return registry::Warning{std::string(advice::kUnaligned), std::move(*message)};
}

}  // namespace

Outlook look_ahead(registry::Evidence& evidence, const dns::Facts& last, resolver::Lookup& lookup,
                   resolver::Deadline deadline) {
  const dns::Name policy = registry::request_of(evidence).policy_name();
  const dns::Name& shared = evidence.provider.include_name;
  const advice::ForecastRequest request{
      .domain = policy,
      .includes = {shared, registry::own_include_name(evidence.token, shared)},
      .servers = answers_of(evidence.zone.value_or(registry::ZoneAnswers{}),
                            {policy, dns::RecordType::txt})};
  Outlook out;
  if (auto warning = unaligned(evidence, lookup, deadline)) {
    out.warnings.push_back(std::move(*warning));
  }
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
