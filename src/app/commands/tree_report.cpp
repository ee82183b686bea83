#include "app/commands/tree_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "advice/gathered_terms.h"
#include "app/commands/policy_subject.h"
#include "app/commands/shift_report.h"
#include "app/counted_noun.h"

namespace mandate::app {
namespace {

using advice::TreeNode;
using Kind = TreeNode::Kind;
using State = TreeNode::State;

constexpr std::size_t kWidestTerm = 56;

/// A line of the tree, before the columns are made.
struct Line {
  const TreeNode* node = nullptr;
  std::string branch;  ///< the lines of the tree up to the term
  std::string below;   ///< the same for what stands under it
  std::string term;
  std::string lookups;
  std::string matches;
};

/// A term that is longer than a line is cut: `--format json` has it whole.
std::string shown(const TreeNode& node) {
  constexpr std::size_t kMost = 120;
  std::string term = escaped(node.term);
  if (term.size() > kMost) term = term.substr(0, kMost) + "...";
  return term + advice::more_text(node);
}

void add_lines(const TreeNode& node, const std::string& branch, const std::string& below,
               std::vector<Line>& out) {
  const bool is_root = node.kind == Kind::domain;
  const bool leads = !node.children.empty() || node.terms_left_out != 0;
  out.push_back({&node, branch, below + (leads ? "|   " : "    "), shown(node),
                 advice::lookups_text(node), is_root ? "" : advice::matches_text(node)});
  for (const TreeNode& child : node.children) {
    const bool last = &child == &node.children.back() && node.terms_left_out == 0;
    add_lines(child, below + (last ? "`-- " : "|-- "), below + (last ? "    " : "|   "), out);
  }
  if (node.terms_left_out == 0) return;
  out.push_back(
      {nullptr, below + "`-- ", "",
       fmt::format("{} more terms are left out: the tree is too large", node.terms_left_out), "",
       ""});
}

struct Columns {
  std::size_t term = 0;
  std::size_t lookups = 0;
  std::size_t matches = 0;
};

Columns columns_of(const std::vector<Line>& lines) {
  Columns out;
  for (const Line& line : lines) {
    const std::size_t term = line.branch.size() + line.term.size();
    if (line.node != nullptr) out.term = std::max(out.term, std::min(term, kWidestTerm));
    out.lookups = std::max(out.lookups, line.lookups.size());
    out.matches = std::max(out.matches, line.matches.size());
  }
  return out;
}

std::string padded(const std::string& shown_text, std::size_t length, std::size_t width) {
  return shown_text + std::string(width > length ? width - length : 0, ' ');
}

std::string in_colour(const Line& line, const Palette& palette) {
  const TreeNode& node = *line.node;
  if (node.dead) return palette.faint(line.term);
  if (node.state == State::broken) return palette.bad(line.term);
  if (node.taken) return palette.good(line.term);
  return node.kind == Kind::domain ? palette.strong(line.term) : line.term;
}

std::string lookups_in_colour(const Line& line, const Palette& palette) {
  constexpr int kAllowed = spf::Limits{}.lookups;
  const bool over = line.node->lookups_behind > kAllowed;
  return over && !line.lookups.empty() ? palette.bad(line.lookups) : line.lookups;
}

std::string problem_text(const Line& line, const Palette& palette) {
  const TreeNode& node = *line.node;
  const std::string text = printable(node.problem);
  return fmt::format("{}! {}\n", line.below,
                     node.state == State::broken ? palette.bad(text) : palette.doubtful(text));
}

/// The columns of a line, without blanks at its end.
std::string line_text(const Line& line, const Columns& columns, const Palette& palette) {
  if (line.node == nullptr) return fmt::format("{}{}\n", line.branch, palette.faint(line.term));
  const TreeNode& node = *line.node;
  std::string out = line.branch;
  out += padded(in_colour(line, palette), line.branch.size() + line.term.size(), columns.term);
  out += "  " + padded(lookups_in_colour(line, palette), line.lookups.size(), columns.lookups);
  out += "  " + padded(line.matches, line.matches.size(), columns.matches);
  if (node.ttl != 0) out += fmt::format("  TTL {}", node.ttl);
  if (node.dead) out += "  " + palette.faint("never read");
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string coloured(spf::Result result, const Palette& palette) {
  if (result == spf::Result::pass) return palette.good(spf::text(result));
  const bool unsure = result == spf::Result::softfail || result == spf::Result::neutral;
  return unsure ? palette.doubtful(spf::text(result)) : palette.bad(spf::text(result));
}

std::string path_text(const PathVerdict& taken, const Palette& palette) {
  const spf::Verdict& verdict = taken.verdict;
  std::string out =
      fmt::format("{}  {}", taken.client.unmapped().text(), coloured(verdict.result, palette));
  if (verdict.dynamic) out += fmt::format(" for postmaster@{}", escaped(verdict.domain));
  if (verdict.decided_by) {
    out += fmt::format(" by {} of {}, to which the way is marked >",
                       escaped(verdict.decided_by->term()), escaped(verdict.decided_by->domain()));
  } else if (!verdict.problem.empty()) {
    out += ": " + escaped(verdict.problem);
  } else {
    out += ": no term matches";
  }
  return out + "\n";
}

std::ptrdiff_t nodes_in(const TreeNode& node, State state) {
  std::ptrdiff_t count = node.state == state ? 1 : 0;
  for (const TreeNode& child : node.children) count += nodes_in(child, state);
  return count;
}

/// How many marks there are to look for.
std::string problems_text(const TreeNode& root, const Palette& palette) {
  std::string out;
  const auto add = [&](State state, std::string_view one, std::string_view many) {
    const std::ptrdiff_t count = nodes_in(root, state);
    if (count == 0) return;
    const std::string part = counted(count, one, many);
    out += out.empty() ? "" : ", ";
    out += state == State::broken ? palette.bad(part) : palette.doubtful(part);
  };
  add(State::broken, "error", "errors");
  add(State::unknown, "term not looked up", "terms not looked up");
  add(State::empty, "term that matches nobody", "terms that match nobody");
  return out.empty() ? out : fmt::format("{}, marked !\n", out);
}

boost::json::value node_json(const TreeNode& node) {
  boost::json::array terms;
  for (const TreeNode& child : node.children) terms.push_back(node_json(child));
  const bool is_root = node.kind == Kind::domain;
  return boost::json::object{
      {"kind", advice::text(node.kind)},
      {"term", json_text(node.term)},
      {"domain", node.domain.empty() ? nullptr : boost::json::value(json_text(node.domain))},
      {"record", node.record ? boost::json::value(json_text(*node.record)) : nullptr},
      {"ttl", node.ttl},
      {"result", is_root || node.kind == Kind::redirect
                     ? nullptr
                     : boost::json::value(spf::text(node.result))},
      {"lookups", node.lookups},
      {"lookups_behind", node.lookups_behind},
      {"voids_behind", node.voids_behind},
      {"void", node.is_void},
      {"matches", count_json(node.authorizes)},
      {"dynamic", node.dynamic},
      {"counted_in_part", node.cut},
      {"dead", node.dead},
      {"taken", node.taken},
      {"state", advice::text(node.state)},
      {"problem", json_text(node.problem)},
      {"terms_left_out", node.terms_left_out},
      {"terms", std::move(terms)}};
}

boost::json::value path_json(const std::optional<PathVerdict>& taken) {
  if (!taken) return nullptr;
  const auto& decided = taken->verdict.decided_by;
  return boost::json::object{
      {"ip", taken->client.unmapped().text()},
      {"result", spf::text(taken->verdict.result)},
      {"term", decided ? boost::json::value(json_text(decided->term())) : nullptr},
      {"of", decided ? boost::json::value(json_text(decided->domain())) : nullptr},
      {"problem", json_text(taken->verdict.problem)}};
}

}  // namespace

std::string tree_text(const TreeReport& report, const Palette& palette, bool all) {
  const TreeNode root = all ? report.root : advice::gathered(report.root);
  std::string out = fmt::format("{}  {}, {}\n", palette.strong(escaped(root.term)),
                                advice::spent_text(root), advice::passing_text(root));
  out += problems_text(root, palette);
  if (report.taken) out += path_text(*report.taken, palette);
  if (report.lacks_domain) out += fmt::format("note  {}\n", kNoDomainNote);
  std::vector<Line> lines;
  add_lines(root, "", "", lines);
  const Columns columns = columns_of(lines);
  out += "\n";
  for (const Line& line : lines) {
    const bool taken = line.node != nullptr && line.node->taken;
    const std::string_view margin = !report.taken ? "" : taken ? "> " : "  ";
    out += fmt::format("{}{}", margin, line_text(line, columns, palette));
    if (line.node == nullptr || line.node->problem.empty()) continue;
    out += fmt::format("{}{}", report.taken ? "  " : "", problem_text(line, palette));
  }
  return out;
}

boost::json::value tree_json(const TreeReport& report) {
  constexpr spf::Limits kLimits;
  return boost::json::object{{"version", 1},
                             {"domain", json_text(report.root.term)},
                             {"lookups", report.root.lookups_behind},
                             {"voids", report.root.voids_behind},
                             {"limits", {{"lookups", kLimits.lookups}, {"voids", kLimits.voids}}},
                             {"state", advice::text(advice::worst_state(report.root))},
                             {"taken", path_json(report.taken)},
                             {"tree", node_json(report.root)}};
}

}  // namespace mandate::app
