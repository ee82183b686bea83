// Planning the edit of one domain: asked of the DNS, with all that a person needs to publish it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "advice/plan.h"
#include "advice/txt_change.h"
#include "advice/zone_apex.h"
#include "app/commands/plan.h"
#include "app/failure.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// Seconds: soon enough corrected, long enough cached.
inline constexpr std::uint32_t kAdvisedTtl = 3600;

/// Whose mail is to pass.
struct Provider {
  dns::Name include_name;
  std::vector<dns::Prefix> pool;
  std::optional<dns::Name> shared_name;
};

struct Planned {
  dns::Name domain;
  Provider provider;
  advice::Plan plan;
  advice::ZoneApex zone;  ///< where there is an edit

  /// The edit; only of a plan that has a value to publish.
  advice::TxtChange change() const;
  int exit_code() const;
};

/// Where the DNS host of a zone offers Domain Connect: the host of its settings, a TXT at
/// `_domainconnect` of the zone; else empty. Pure: `resolver::settle` drives it.
std::variant<std::string, spf::Questions> domain_connect_host(const dns::Name& zone,
                                                              const dns::Facts& facts);

/// By the options, else by the configuration that they name. The failure is one of usage, or the
/// configuration's.
Attempt<Provider> provider_of(const PlanOptions& options);

/// The DNS that is asked: as given on the command line, else that of the configuration.
Attempt<DnsOptions> dns_of(const PlanOptions& options, const DnsOptions& given);

/// `plan_domain` as a step of `resolver::settle` or of an errand: goes on as far as the facts
/// reach.
class PlanStep {
 public:
  PlanStep(dns::Name domain, Provider provider);
  std::variant<Planned, spf::Questions> operator()(const dns::Facts& facts);

 private:
  Planned planned_;
  bool has_plan_ = false;
};

Attempt<Planned> plan_domain(const std::string& domain, const Provider& provider,
                             resolver::Lookup& lookup, std::chrono::milliseconds timeout);

}  // namespace mandate::app
