#include "verification/canary.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/assessment.h"

namespace mandate::verification {

std::optional<std::string> canary_fault(const registry::Provider& provider,
                                        resolver::Lookup& lookup, std::chrono::sys_seconds now,
                                        std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  dns::Facts facts;
  const registry::Assessment assessment =
      resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
        return registry::assess(provider, provider.include_name, {}, known, now);
      });
  if (assessment.kind == registry::CheckFinding::Kind::proven) return std::nullopt;
  const auto failed = std::ranges::find_if(assessment.checks, [](const registry::PoolCheck& check) {
    return check.result != spf::Result::pass;
  });
  // The reasons of an assessment are for a customer's admin; this is for the provider's.
  if (failed == assessment.checks.end()) return assessment.reason;
  return fmt::format(
      "the provider's own record at {} does not let {} pass as {}, but comes to {}: {}",
      provider.include_name.text(), failed->ip.text(), failed->helo, spf::text(failed->result),
      failed->problem);
}

}  // namespace mandate::verification
