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

/// A policy that lets pass the pool and refuses everyone else; it asks nothing.
spf::PolicyMap policy_of_pool(const dns::Name& domain, std::span<const dns::Prefix> pool) {
  std::string record = "v=spf1";
  for (const dns::Prefix& network : aggregated(pool)) record += " " + network_term(network);
  dns::Facts facts;
  facts.add({.question = {domain, dns::RecordType::txt},
             .status = dns::Fact::Status::found,
             .records = {dns::TxtData{{record + " -all"}}}});
  return std::get<spf::PolicyMap>(spf::compile(domain.text(), facts));
}

}  // namespace

bool PoolFit::differs() const {
  return !missing.empty() || !surplus.empty() ||
         std::ranges::any_of(undecided, [](const Shift& shift) { return shift.after.dynamic; });
}

bool PoolFit::unanswered() const {
  return std::ranges::any_of(undecided, [](const Shift& shift) { return !shift.after.dynamic; });
}

std::variant<PoolFit, spf::Questions> pool_fit(const dns::Name& domain,
                                               std::span<const dns::Prefix> pool,
                                               const dns::Facts& facts) {
  auto published = policy_of(domain, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&published)) return std::move(*lacking);
  const Policy& policy = std::get<Policy>(published);
  const spf::PolicyMap wanted = policy_of_pool(domain, pool);
  PolicyShift shift = policy_shift(wanted, policy.map);
  PoolFit out{.undecided = std::move(shift.undecided), .cost = policy.cost};
  for (Shift& change : shift.changes) {
    if (passes(change.before)) {
      out.missing.push_back(std::move(change));
    } else if (passes(change.after)) {
      out.surplus.push_back(std::move(change));
    }
  }
  return out;
}

}  // namespace mandate::advice
