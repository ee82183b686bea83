// How a published policy stands to the sending pool: who of it does not pass, and who passes beside
// it.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "advice/policy.h"
#include "advice/policy_shift.h"

namespace mandate::advice {

/// Addresses that come to the same.
struct StandingOf {
  Standing standing;
  std::vector<dns::AddressRange> ranges;  ///< ascending, IPv4 first; none touches the next
  spf::AddressCount count;
};

struct PoolFit {
  std::vector<StandingOf> missing;    ///< addresses of the pool that do not pass
  std::vector<StandingOf> surplus;    ///< addresses that pass, and are not of the pool
  std::vector<StandingOf> undecided;  ///< dynamic, or a lookup failed
  Cost cost;                          ///< of what is published

  bool exact() const { return missing.empty() && surplus.empty() && undecided.empty(); }
  bool differs() const;     ///< for certain, or for all that can ever be told
  bool unanswered() const;  ///< a lookup failed
};

/// Compares the policy maps, so that it does not matter how the policy is written. Or the questions
/// that are lacking. Pure: `resolver::settle` drives it.
std::variant<PoolFit, spf::Questions> pool_fit(const dns::Name& domain,
                                               std::span<const dns::Prefix> pool,
                                               const dns::Facts& facts);

}  // namespace mandate::advice
