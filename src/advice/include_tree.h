// A policy as the tree of records that it is made of, with what each part costs and authorizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/policy_map.h"

namespace mandate::advice {

struct TreeNode {
  /// `domain` is the root; the others are terms, `addresses` an ip4 or ip6.
  enum class Kind : std::uint8_t { domain, include, redirect, a, mx, ptr, exists, addresses, all };
  /// The worse one is the greater.
  enum class State : std::uint8_t {
    well,
    empty,    ///< it asks for what is not there, so that it matches nobody
    unknown,  ///< a lookup failed: what it does is not known
    broken,   ///< whoever comes to it ends with an error
  };
  Kind kind = Kind::domain;
  State state = State::well;
  std::string problem;                     ///< what is not well; printable ASCII
  std::string term;                        ///< as written; of the root its name
  spf::Result result = spf::Result::pass;  ///< of a directive: what its match comes to
  /// The name that it asks, in presentation format; empty where the sender or the address makes it.
  std::string domain;
  std::optional<std::string> record;   ///< of a domain, include and redirect: the SPF record there
  std::uint32_t ttl = 0;               ///< seconds, of the answer that the node itself needed
  std::optional<dns::Prefix> network;  ///< of `addresses`
  /// Spent by a sender that no term matches, once it has come to the node (the node's own lookup
  /// included), and once the node with all below is behind it.
  int lookups = 0;
  int lookups_behind = 0;
  int voids_behind = 0;            ///< of the family that has more (RFC 7208 section 4.6.4)
  bool is_void = false;            ///< its lookup finds nothing, for clients of a family at least
  spf::AddressCount authorizes;    ///< addresses that match it; of the root those that pass
  bool dynamic = false;            ///< it depends on the sender: `authorizes` has what does not
  bool cut = false;                ///< it was not counted whole: there may be more
  bool dead = false;               ///< it is never read
  bool taken = false;              ///< see `mark_path`
  std::size_t terms_left_out = 0;  ///< of the record: beyond what the tree takes
  std::size_t stands_for = 1;      ///< terms: see `gathered`
  std::vector<TreeNode> children;

  bool costs_lookup() const;  ///< the term itself does
};

/// `domain`, `include`, `redirect`, `a`, …
std::string_view text(TreeNode::Kind kind);
/// `well`, `empty`, `unknown`, `broken`.
std::string_view text(TreeNode::State state);

/// The tree of a domain's policy, or the questions that are lacking. Records that lead back to
/// where they came from are not entered again; beyond 100 lookups nothing is asked, and beyond
/// 10,000 terms none is kept: `terms_left_out` counts them. Pure: `resolver::settle` drives it.
std::variant<TreeNode, spf::Questions> include_tree(const dns::Name& domain,
                                                    const dns::Facts& facts);

/// The same without the counts of addresses: `authorizes`, `dynamic` and `cut` say nothing.
std::variant<TreeNode, spf::Questions> uncounted_tree(const dns::Name& domain,
                                                      const dns::Facts& facts);

/// What a policy takes of a sender that no term matches: of all of them the most.
struct TreeCost {
  int lookups = 0;
  int voids = 0;
};
std::variant<TreeCost, spf::Questions> tree_cost(const dns::Name& domain, const dns::Facts& facts);

/// Marks the nodes through which a verdict was decided.
void mark_path(TreeNode& root, const spf::DecidingTerm& decided);

/// The worst state in a tree, of what is read.
TreeNode::State worst_state(const TreeNode& root);

}  // namespace mandate::advice
