// The way through a policy's tree to the term that decided.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "advice/include_tree.h"
#include "dns/wire_name.h"

namespace mandate::advice {
namespace {

using Kind = TreeNode::Kind;
using Way = std::vector<TreeNode*>;

/// What a directive comes to by its qualifier (RFC 7208 section 4.6.2).
spf::Result result_of(std::string_view term) {
  switch (term.empty() ? '+' : term.front()) {
    case '-':
      return spf::Result::fail;
    case '~':
      return spf::Result::softfail;
    case '?':
      return spf::Result::neutral;
    default:
      return spf::Result::pass;
  }
}

bool leads_to(const TreeNode& node, std::string_view domain) {
  if (node.dead || (node.kind != Kind::include && node.kind != Kind::redirect)) return false;
  const auto asked = dns::Name::parse(node.domain);
  dns::WireName wire;
  return wire.assign(domain) && asked && *asked == wire.name();
}

/// The result of a node's record, and the way from it: the node is the one at `depth` of the path.
/// An include that does not pass was not the way, though it leads to the record of the term: a
/// redirect may lead there too (RFC 7208 section 5.2).
std::optional<std::pair<spf::Result, Way>> way_from(TreeNode& node,
                                                    const spf::DecidingTerm& decided,
                                                    std::size_t depth) {
  if (depth + 1 == decided.path.size()) {
    Way way{&node};
    const auto term = std::ranges::find_if(node.children, [&](const TreeNode& child) {
      return !child.dead && child.term == decided.term();
    });
    if (term != node.children.end()) way.push_back(&*term);
    return std::pair(result_of(decided.term()), std::move(way));
  }
  for (TreeNode& child : node.children) {
    if (!leads_to(child, decided.path[depth + 1])) continue;
    auto below = way_from(child, decided, depth + 1);
    if (!below) continue;
    if (child.kind == Kind::include) {
      if (below->first != spf::Result::pass) continue;
      below->first = child.result;
    }
    below->second.push_back(&node);
    return below;
  }
  return std::nullopt;
}

}  // namespace

void mark_path(TreeNode& root, const spf::DecidingTerm& decided) {
  const auto found = way_from(root, decided, 0);
  if (!found) return;
  for (TreeNode* node : found->second) node->taken = true;
}

}  // namespace mandate::advice
