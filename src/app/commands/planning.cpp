#include "app/commands/planning.h"

#include <fmt/core.h>

#include <utility>

#include "app/config.h"
#include "app/configured_dns.h"
#include "app/exit_code.h"

namespace mandate::app {
namespace {

using Verdict = advice::Publication::Verdict;

Attempt<Provider> configured_provider(const PlanOptions& options) {
  if (options.config.empty()) {
    return fail(exit_code::usage,
                "plan: whose mail is to pass is missing: give --include NAME, the provider's "
                "include name, or the provider's --config FILE");
  }
  const auto config = load_config(options.config);
  if (!config) return std::unexpected(config.error());
  return Provider{config->provider.include_name, config->provider.pool, std::nullopt};
}

}  // namespace

advice::TxtChange Planned::change() const {
  const std::uint32_t ttl = plan.texts.empty() ? kAdvisedTtl : plan.ttl;
  const std::vector<dns::TxtData> own = plan.by_wildcard ? std::vector<dns::TxtData>() : plan.texts;
  return advice::txt_change(zone.name, domain, ttl, own, plan.value);
}

int Planned::exit_code() const {
  if (plan.verdict == Verdict::nothing_to_do) return exit_code::done;
  if (plan.unanswered) return exit_code::unknown;
  return plan.proven() ? exit_code::refused : exit_code::unproven;
}

Attempt<Provider> provider_of(const PlanOptions& options) {
  Provider out;
  if (options.include.empty()) {
    auto configured = configured_provider(options);
    if (!configured) return configured;
    out = std::move(*configured);
  } else {
    const auto name = domain_argument("plan: --include", options.include);
    if (!name) return std::unexpected(name.error());
    out.include_name = *name;
  }
  if (!options.pool.empty()) out.pool.clear();
  for (const std::string& text : options.pool) {
    const auto prefix = prefix_argument("plan: --pool", text);
    if (!prefix) return std::unexpected(prefix.error());
    out.pool.push_back(*prefix);
  }
  if (options.shared.empty()) return out;
  const auto shared = domain_argument("plan: --shared", options.shared);
  if (!shared) return std::unexpected(shared.error());
  out.shared_name = *shared;
  return out;
}

Attempt<DnsOptions> dns_of(const PlanOptions& options, const DnsOptions& given) {
  if (options.config.empty()) return given;
  const auto config = load_config(options.config);
  if (!config) return std::unexpected(config.error());
  return configured_dns(*config, given);
}

std::variant<std::string, spf::Questions> domain_connect_host(const dns::Name& zone,
                                                              const dns::Facts& facts) {
  const auto name = dns::Name::parse("_domainconnect." + zone.text());
  if (!name) return "";
  const dns::Question question{*name, dns::RecordType::txt};
  const dns::Fact* const fact = facts.find(question);
  if (fact == nullptr) return spf::Questions{question};
  for (const dns::RecordData& data : fact->records) {
    const auto* text = std::get_if<dns::TxtData>(&data);
    if (text == nullptr) continue;
    if (const auto host = dns::Name::parse(text->joined())) return host->text();
  }
  return "";
}

PlanStep::PlanStep(dns::Name domain, Provider provider)
    : planned_{std::move(domain), std::move(provider), {}, {}} {}

std::variant<Planned, spf::Questions> PlanStep::operator()(const dns::Facts& facts) {
  if (!has_plan_) {
    auto plan = advice::plan({planned_.domain, planned_.provider.include_name,
                              planned_.provider.pool, planned_.provider.shared_name},
                             facts);
    if (auto* lacking = std::get_if<spf::Questions>(&plan)) return std::move(*lacking);
    planned_.plan = std::get<0>(std::move(plan));
    has_plan_ = true;
  }
  if (planned_.plan.value.empty() || planned_.plan.verdict == Verdict::nothing_to_do) {
    return std::move(planned_);
  }
  auto zone = advice::zone_apex(planned_.domain, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&zone)) return std::move(*lacking);
  planned_.zone = std::get<0>(std::move(zone));
  return std::move(planned_);
}

Attempt<Planned> plan_domain(const std::string& domain, const Provider& provider,
                             resolver::Lookup& lookup, std::chrono::milliseconds timeout) {
  const auto name = domain_argument("plan", domain);
  if (!name) return std::unexpected(name.error());
  dns::Facts facts;
  return resolver::settle(lookup, facts, std::chrono::steady_clock::now() + timeout,
                          PlanStep(*name, provider));
}

}  // namespace mandate::app
