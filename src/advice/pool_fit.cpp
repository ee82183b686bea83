#include "advice/pool_fit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "advice/networks.h"

namespace mandate::advice {
namespace {

using spf::Result;

bool passes(const Standing& standing) {
  return !standing.dynamic && standing.result == Result::pass;
}

/// Puts those that come to the same together, in the order in which they are met first.
std::vector<StandingOf> gathered(const std::vector<Shift>& shifts) {
  std::vector<StandingOf> out;
  for (const Shift& shift : shifts) {
    auto alike = std::ranges::find(out, shift.after, &StandingOf::standing);
    if (alike == out.end()) alike = out.insert(out.end(), {shift.after, {}, {}});
    for (const dns::AddressRange& range : shift.ranges) {
      alike->ranges.push_back(range);
      alike->count.add(range);
    }
  }
  for (StandingOf& part : out) part.ranges = united(std::move(part.ranges));
  return out;
}

/// A policy that lets pass the pool and refuses everyone else; it asks nothing.
spf::PolicyMap policy_of_pool(const dns::Name& domain, std::span<const dns::Prefix> pool) {
  std::string record = "v=spf1";
  for (const dns::Prefix& network : aggregated(pool)) record += " " + network_term(network);
  dns::Facts facts;
  dns::Fact fact;
  fact.question = {domain, dns::RecordType::txt};
  fact.status = dns::Fact::Status::found;
  fact.records.emplace_back(dns::TxtData{{record + " -all"}});
  facts.add(std::move(fact));
  return std::get<spf::PolicyMap>(spf::compile(domain.text(), facts));
}

}  // namespace

bool PoolFit::differs() const {
  return !missing.empty() || !surplus.empty() ||
         std::ranges::any_of(undecided,
                             [](const StandingOf& part) { return part.standing.dynamic; });
}

bool PoolFit::unanswered() const {
  return std::ranges::any_of(undecided,
                             [](const StandingOf& part) { return !part.standing.dynamic; });
}

std::variant<PoolFit, spf::Questions> pool_fit(const dns::Name& domain,
                                               std::span<const dns::Prefix> pool,
                                               const dns::Facts& facts) {
  auto published = policy_of(domain, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&published)) return std::move(*lacking);
  const Policy& policy = std::get<Policy>(published);
  const spf::PolicyMap wanted = policy_of_pool(domain, pool);
  const PolicyShift shift = policy_shift(wanted, policy.map);
  std::vector<Shift> missing;
  std::vector<Shift> surplus;
  for (const Shift& change : shift.changes) {
    if (passes(change.before)) {
      missing.push_back(change);
    } else if (passes(change.after)) {
      surplus.push_back(change);
    }
  }
  return PoolFit{gathered(missing), gathered(surplus), gathered(shift.undecided), policy.cost};
}

}  // namespace mandate::advice
