#include "advice/tree_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/gathered_terms.h"
#include "dns/printable.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {
namespace {

using Kind = TreeNode::Kind;

constexpr double kTermCharacter = 7.9;    // of the term's font, which is one of fixed width
constexpr double kDetailCharacter = 6.3;  // of the other, on average, with some room
constexpr double kBadgeCharacter = 6.8;
constexpr double kPadding = 30;  // at the left, where the bar is, and at the right
constexpr double kLine = 17;
constexpr double kTermHeight = 30;
constexpr double kRowGap = 14;
constexpr double kColumnGap = 64;
constexpr std::size_t kMostCharacters = 46;

std::vector<std::string> details_of(const TreeNode& node) {
  std::string out = matches_text(node);
  const auto append = [&](const std::string& more) {
    out += fmt::format("{}{}", out.empty() ? "" : ", ", more);
  };
  if (node.is_void) append(fmt::format("voids {}/{}", node.voids_behind, spf::Limits{}.voids));
  if (node.ttl != 0) append(fmt::format("TTL {}", node.ttl));
  if (node.dead) append("never read");
  if (node.terms_left_out != 0) append(fmt::format("{} terms left out", node.terms_left_out));
  return out.empty() ? std::vector<std::string>() : std::vector{std::move(out)};
}

std::vector<std::string> details_of_root(const TreeNode& node) {
  return {spent_text(node), passing_text(node)};
}

/// A sentence in lines, broken at blanks; of a long one the begin.
std::vector<std::string> wrapped(std::string_view text) {
  constexpr std::size_t kMostLines = 3;
  std::vector<std::string> out;
  while (text.size() > kMostCharacters && out.size() + 1 < kMostLines) {
    const std::size_t blank = text.rfind(' ', kMostCharacters);
    const bool breaks = blank != text.npos && blank != 0;
    out.emplace_back(text.substr(0, breaks ? blank : kMostCharacters));
    text.remove_prefix(breaks ? blank + 1 : kMostCharacters);
  }
  if (text.empty()) return out;
  const bool is_cut = text.size() > kMostCharacters;
  out.push_back(fmt::format("{}{}", text.substr(0, kMostCharacters), is_cut ? "..." : ""));
  return out;
}

std::string badge_of(const TreeNode& node) {
  if (!node.costs_lookup()) return "";
  const std::string more =
      node.lookups_behind > node.lookups ? fmt::format("-{}", node.lookups_behind) : "";
  return fmt::format("{}{}/{}", node.lookups, more, spf::Limits{}.lookups);
}

double width_of(const TreeBox& box) {
  const auto wide = [](const std::string& text, double character) {
    return static_cast<double>(text.size()) * character;
  };
  double widest = wide(box.label, kTermCharacter);
  if (!box.badge.empty()) widest = std::max(widest, wide(box.badge, kBadgeCharacter) + 24);
  for (const auto* lines : {&box.details, &box.problems}) {
    for (const std::string& line : *lines) widest = std::max(widest, wide(line, kDetailCharacter));
  }
  return kPadding + widest;
}

class Placing {
 public:
  TreeLayout run(const TreeNode& root) {
    place(root, 0, std::nullopt);
    place_columns();
    out_.height = next_ - kRowGap;
    return std::move(out_);
  }

 private:
  void place(const TreeNode& node, std::size_t column, std::optional<std::size_t> parent);
  void place_columns();

  TreeLayout out_;
  double next_ = 0;  // from where on a column is free
};

/// A box stands at the middle of its children, and they make room for one that is higher than they.
void Placing::place(const TreeNode& node, std::size_t column, std::optional<std::size_t> parent) {
  const std::size_t number = out_.boxes.size();
  const double top = next_;
  TreeBox box{.node = &node,
              .parent = parent,
              .column = column,
              .label = dns::printable(node.term, kMostCharacters) + more_text(node),
              .details = node.kind == Kind::domain ? details_of_root(node) : details_of(node),
              .problems = wrapped(node.problem),
              .badge = badge_of(node)};
  box.height = kTermHeight + kLine * static_cast<double>(box.details.size() + box.problems.size());
  box.width = width_of(box);
  const double height = box.height;
  out_.boxes.push_back(std::move(box));
  std::optional<double> first;
  double last = 0;
  for (const TreeNode& child : node.children) {
    const std::size_t at = out_.boxes.size();
    place(child, column + 1, number);
    last = out_.boxes[at].middle();
    if (!first) first = last;
  }
  const double lacking = top + height + kRowGap - next_;
  if (first && lacking > 0) {
    for (std::size_t at = number + 1; at < out_.boxes.size(); ++at) out_.boxes[at].y += lacking / 2;
  }
  const double down = std::max(lacking, 0.0);
  next_ += down;
  out_.boxes[number].y = first ? (*first + last + down - height) / 2 : top;
}

void Placing::place_columns() {
  std::vector<double> widths;
  for (const TreeBox& box : out_.boxes) {
    widths.resize(std::max(widths.size(), box.column + 1));
    widths[box.column] = std::max(widths[box.column], box.width);
  }
  for (TreeBox& box : out_.boxes) {
    box.width = widths[box.column];
    for (std::size_t column = 0; column < box.column; ++column) {
      box.x += widths[column] + kColumnGap;
    }
    out_.width = std::max(out_.width, box.right());
  }
}

}  // namespace

TreeLayout layout(const TreeNode& root) {
  return Placing().run(root);
}

}  // namespace mandate::advice
