// Where two policies differ, for people: which addresses change, how, and through which terms.
#pragma once

#include <string>
#include <vector>

#include "mandate/spf/policy_map.h"

namespace mandate::advice {

/// What addresses come to under a policy, and what makes it so.
struct Standing {
  spf::Result result = spf::Result::none;
  bool dynamic = false;  ///< it depends on the sender, or on more of the address: `result` is none
  std::string term;      ///< the deciding term; empty when none decided
  std::string domain;    ///< whose record the term stands in
  std::string problem;   ///< of none, errors and dynamic: why; printable ASCII
  friend auto operator<=>(const Standing&, const Standing&) = default;
};

Standing standing(const spf::PolicyMap& map, const spf::PolicyMap::Outcome& outcome);

/// Addresses that change alike.
struct Shift {
  Standing before;
  Standing after;
  std::vector<dns::AddressRange> ranges;  ///< ascending, IPv4 first; none touches the next
  spf::AddressCount count;
};

struct PolicyShift {
  std::vector<Shift> changes;    ///< the results differ; in the order of their first addresses
  std::vector<Shift> undecided;  ///< dynamic on one side at least, so that nothing can be said
};

/// `spf::difference`, gathered by what changes.
PolicyShift policy_shift(const spf::PolicyMap& before, const spf::PolicyMap& after);

/// How many addresses of the ranges, for people: `16 IPv4 addresses`, `1 IPv4 and about 1.8e+19
/// IPv6 addresses`, `no addresses`.
std::string addresses_text(const spf::AddressCount& count);

/// A range as the address or the prefix that it is, else `FIRST to LAST`.
std::string range_text(const dns::AddressRange& range);

}  // namespace mandate::advice
