// Where two policies differ, for people: which addresses change, how, and through which terms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

  /// Of what is undecided: not for a lookup that failed.
  bool depends_on_sender() const { return before.dynamic || after.dynamic; }
};

/// What a change of results does to senders; the first that fits.
enum class Effect : std::uint8_t { meets_error, loses_pass, gains_pass, changes };
Effect effect(const Shift& shift);
/// `meets_error`, `loses_pass`, `gains_pass`, `changes`.
std::string_view text(Effect effect);

struct PolicyShift {
  std::vector<Shift> changes;  ///< the results differ; in the order of their first addresses
  /// Dynamic, or temperror, on one side at least, so that nothing can be said.
  std::vector<Shift> undecided;
};

/// `spf::difference`, gathered by what changes.
PolicyShift policy_shift(const spf::PolicyMap& before, const spf::PolicyMap& after);

/// How many addresses, for people: `16 IPv4 addresses`, `1 IPv4 and 2^64 IPv6 addresses`, `about
/// 3.7e+19 IPv6 addresses`, `all IPv4 addresses`, `no addresses`.
std::string addresses_text(const spf::AddressCount& count);

/// Ranges as people see them: those on both sides of ::ffff:0:0/96 made one, since clients in there
/// are IPv4 clients (RFC 7208 section 5).
std::vector<dns::AddressRange> joined(const std::vector<dns::AddressRange>& ranges);

/// A range as the address or the prefix that it is, else `FIRST to LAST`.
std::string range_text(const dns::AddressRange& range);

}  // namespace mandate::advice
