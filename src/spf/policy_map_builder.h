// Builds a policy map piece by piece, in ascending order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mandate/spf/policy_map.h"
#include "spf/policy_parts.h"

namespace mandate::spf {

class PolicyMapBuilder {
 public:
  explicit PolicyMapBuilder(std::string_view domain) { parts_.domain = domain; }

  /// The piece that begins at an address and goes on up to the next one of its family. One whose
  /// outcome is that of the piece before is joined to it.
  void add(const dns::IpAddress& first, const Verdict& verdict);
  void add_dynamic(const dns::IpAddress& first, std::string_view why);
  /// Notes that the map is cut short.
  void cut() { parts_.cut = true; }
  /// Pieces of the family so far.
  std::size_t size(dns::Family family) const {
    return family == dns::Family::v4 ? parts_.starts4.size() : parts_.starts6.size();
  }
  PolicyMap take() const { return parts_.join(); }

 private:
  void add(const dns::IpAddress& first, const PolicyView::Outcome& outcome);
  std::int32_t source_of(const DecidingTerm& term);
  std::uint32_t problem_of(std::string_view text);

  PolicyParts parts_;
  std::map<PolicyView::Outcome, std::uint32_t> outcomes_;
  std::map<std::string, std::uint32_t, std::less<>> problems_;
};

}  // namespace mandate::spf
