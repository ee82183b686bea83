#include "verification/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/alignment_forecast.h"
#include "dns/alias.h"
#include "dns/printable.h"
#include "dns/public_suffix.h"
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

// Whose records a policy is made of where its name is an alias; an apex is none (RFC 1034 section
// 3.6.2), which saves the question.
std::optional<dns::Name> look_for_alias(registry::Evidence& evidence, const dns::Name& name,
                                        resolver::Lookup& lookup, resolver::Deadline deadline) {
  if (name == dns::registrable_domain(name)) return std::nullopt;
  const dns::Question question{name, dns::RecordType::cname};
  if (evidence.facts.find(question) == nullptr) {
    evidence.facts.add(lookup.ask({&question, 1}, deadline).front());
  }
  return dns::alias_target(name, evidence.facts);
}

// What an omen says of the name's record is for the one to mend who has the record.
std::string told_of(std::string message, const dns::Name& name,
                    const std::optional<dns::Name>& target) {
  if (!target) return message;
  return fmt::format("{} {} is an alias (CNAME) of {}, whose record it is.", message, name.text(),
                     dns::printable(target->text(), 80));
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
  const auto alias = look_for_alias(evidence, policy, lookup, deadline);
  Outlook out;
  if (auto warning = unaligned(evidence, lookup, deadline)) {
    out.warnings.push_back(std::move(*warning));
  }
  for (advice::Omen& omen :
       resolver::settle(lookup, evidence.facts, deadline, [&](const dns::Facts&) {
         return advice::forecast(request, registry::current_facts(evidence), last);
       })) {
    if (alias && alias->is_at_or_below(shared)) continue;  // the provider's own record
    out.warnings.push_back({std::move(omen.code), told_of(std::move(omen.message), policy, alias)});
  }
  out.warnings.resize(std::min(out.warnings.size(), advice::kMostOmens));
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
