// A policy as the tree of records that it is made of, with what each part costs and authorizes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/policy_map.h"

namespace mandate::advice {

struct TreeNode {
  /// `domain` is the root; the others are terms, `addresses` an ip4 or ip6.
  enum class Kind : std::uint8_t { domain, include, redirect, a, mx, ptr, exists, addresses, all };
  Kind kind = Kind::domain;
  std::string term;                   ///< as written; of the root its name
  std::string domain;                 ///< the name that it asks; empty where macros make it
  std::optional<std::string> record;  ///< of a domain, include and redirect: the SPF record there
  std::uint32_t ttl = 0;              ///< seconds, of the answer that the node itself needed
  /// Spent by a sender that no term matches, when the node with all below it is behind it.
  int lookups = 0;
  int voids = 0;                 ///< of the family that has more (RFC 7208 section 4.6.4)
  spf::AddressCount authorizes;  ///< addresses that match it
  bool dynamic = false;          ///< it depends on the sender: `authorizes` has only what does not
  bool dead = false;             ///< it is never read
  bool taken = false;            ///< see `mark_path`
  std::string problem;  ///< why nobody passes by it; printable ASCII, empty when all is well
  std::vector<TreeNode> children;
};

/// `domain`, `include`, `redirect`, `a`, …
std::string_view text(TreeNode::Kind kind);

/// The tree of a domain's policy, or the questions that are lacking. Records that lead back to
/// where they came from are not entered again; beyond 100 lookups nothing is. Pure:
/// `resolver::settle` drives it.
std::variant<TreeNode, spf::Questions> include_tree(const dns::Name& domain,
                                                    const dns::Facts& facts);

/// What a policy takes of a sender that no term matches: of all of them the most.
struct TreeCost {
  int lookups = 0;
  int voids = 0;
};
std::variant<TreeCost, spf::Questions> tree_cost(const dns::Name& domain, const dns::Facts& facts);

/// Marks the nodes through which a verdict was decided.
void mark_path(TreeNode& root, const spf::DecidingTerm& decided);

}  // namespace mandate::advice
