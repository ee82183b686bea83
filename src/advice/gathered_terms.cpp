#include "advice/gathered_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

#include "advice/policy_shift.h"

namespace mandate::advice {
namespace {

using Kind = TreeNode::Kind;
using State = TreeNode::State;
using Nodes = std::vector<TreeNode>;

constexpr std::ptrdiff_t kLeastRun = 4;
constexpr spf::Limits kLimits;

bool goes_with(const TreeNode& first, const TreeNode& next) {
  if (first.dead || next.dead) return first.dead && next.dead;
  const auto is_plain = [](const TreeNode& node) {
    return node.network && !node.taken && node.state == State::well;
  };
  return is_plain(first) && is_plain(next) && first.result == next.result;
}

/// An address that several of the networks hold counts once.
spf::AddressCount count_of(std::span<const TreeNode> run) {
  std::set<dns::Prefix> networks;
  for (const TreeNode& node : run) {
    if (node.network && !node.authorizes.none()) networks.insert(*node.network);
  }
  spf::AddressCount count;
  const dns::Prefix* counted = nullptr;
  for (const dns::Prefix& network : networks) {
    if (counted != nullptr && counted->contains(network.network())) continue;
    counted = &network;
    count.add({network.network(), network.last()});
  }
  return count;
}

Nodes gathered_children(Nodes children) {
  Nodes out;
  for (auto at = children.begin(); at != children.end();) {
    const auto end = std::find_if_not(std::next(at), children.end(),
                                      [&](const TreeNode& next) { return goes_with(*at, next); });
    if (end - at < kLeastRun) {
      std::transform(at, end, std::back_inserter(out),
                     [](TreeNode& node) { return gathered(std::move(node)); });
    } else {
      out.push_back(*at);
      out.back().stands_for = static_cast<std::size_t>(end - at);
      if (!at->dead) out.back().authorizes = count_of({at, end});
    }
    at = end;
  }
  return out;
}

std::string counted_text(const TreeNode& node) {
  return fmt::format("{}{}{}", node.cut ? "at least " : "", addresses_text(node.authorizes),
                     node.dynamic ? ", more depend on the sender" : "");
}

}  // namespace

TreeNode gathered(TreeNode tree) {
  tree.children = gathered_children(std::move(tree.children));
  return tree;
}

std::string lookups_text(const TreeNode& node) {
  if (!node.costs_lookup()) return "";
  const std::string more =
      node.lookups_behind > node.lookups ? fmt::format("-{}", node.lookups_behind) : "";
  const std::string voids =
      node.is_void ? fmt::format(", voids {}/{}", node.voids_behind, kLimits.voids) : "";
  return fmt::format("lookups {}{}/{}{}", node.lookups, more, kLimits.lookups, voids);
}

std::string matches_text(const TreeNode& node) {
  if (node.dead || node.kind == Kind::all) return "";
  if (node.dynamic && node.authorizes.none()) return "depends on the sender";
  if (node.cut && node.authorizes.none()) return "not counted";
  const std::string result =
      node.result == spf::Result::pass ? "" : fmt::format("{}: ", spf::text(node.result));
  return result + counted_text(node);
}

std::string spent_text(const TreeNode& root) {
  return fmt::format("lookups {}/{}, voids {}/{}", root.lookups_behind, kLimits.lookups,
                     root.voids_behind, kLimits.voids);
}

std::string passing_text(const TreeNode& root) {
  const bool unknown = root.dynamic && root.authorizes.none();
  return unknown ? "who passes depends on the sender" : "pass: " + counted_text(root);
}

std::string more_text(const TreeNode& node) {
  return node.stands_for == 1 ? "" : fmt::format(" and {} more", node.stands_for - 1);
}

}  // namespace mandate::advice
