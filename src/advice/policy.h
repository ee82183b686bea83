// A domain's policy as receivers hold it to their limits, and what it takes of them.
#pragma once

#include <cstddef>
#include <variant>

#include "mandate/dns/facts.h"
#include "mandate/spf/policy_map.h"

namespace mandate::advice {

/// What a receiver spends on the worst path through a policy.
struct Cost {
  int lookups = 0;
  int voids = 0;
  std::size_t octets = 0;  ///< of the record
  bool fits() const;       ///< lookups and voids are within what RFC 7208 section 4.6.4 allows
  friend bool operator==(const Cost&, const Cost&) = default;
};

struct Policy {
  spf::PolicyMap map;
  Cost cost;
};

/// Or the questions that are lacking. Pure: `resolver::settle` drives it.
std::variant<Policy, spf::Questions> policy_of(const dns::Name& domain, const dns::Facts& facts);

}  // namespace mandate::advice
