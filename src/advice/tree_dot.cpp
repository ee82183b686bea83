#include <fmt/format.h>

#include <cstddef>
#include <iterator>

#include "advice/gathered_terms.h"
#include "advice/tree_picture.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

using State = TreeNode::State;

/// Text of a label: Graphviz reads backslashes and entities of HTML in it.
std::string quoted_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '&' ? std::string("&amp;") : std::string(1, c);
  }
  return out;
}

std::string_view colour_of(const TreeNode& node) {
  if (node.state == State::broken) return "#dc2626";
  if (node.state != State::well) return "#d97706";
  if (node.taken) return "#2563eb";
  return node.dead ? "#94a3b8" : "#64748b";
}

class DotWriting {
 public:
  std::string run(const TreeNode& root, const std::optional<PathTaken>& taken) {
    out_ = fmt::format(
        "digraph \"{}\" {{\n  rankdir=LR;\n  bgcolor=\"transparent\";\n"
        "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", "
        "fontname=\"monospace\", fontsize=11];\n  edge [color=\"#94a3b8\", arrowhead=none];\n",
        quoted_text(dns::printable(root.term)));
    write(root);
    if (taken) {
      out_ += fmt::format(
          "  client [label=\"{}\\n{}\", style=\"rounded,filled\", fillcolor=\"#2563eb\", "
          "fontcolor=\"#ffffff\"];\n  client -> n0 [color=\"#2563eb\", penwidth=2.5];\n",
          taken->client.unmapped().text(), spf::text(taken->result));
    }
    return std::move(out_) + "}\n";
  }

 private:
  std::size_t write(const TreeNode& node) {
    const std::size_t number = next_++;
    const bool is_root = node.kind == TreeNode::Kind::domain;
    std::string label = quoted_text(dns::printable(node.term) + more_text(node));
    for (const std::string& line :
         {is_root ? spent_text(node) : lookups_text(node),
          is_root ? passing_text(node) : matches_text(node),
          node.ttl == 0 ? "" : fmt::format("TTL {}", node.ttl), node.problem}) {
      if (!line.empty()) label += "\\n" + quoted_text(line);
    }
    out_ += fmt::format("  n{} [label=\"{}\", color=\"{}\"{}{}];\n", number, label, colour_of(node),
                        node.taken ? ", penwidth=2.5" : "",
                        node.dead ? R"(, style="rounded,dashed", fontcolor="#64748b")" : "");
    for (const TreeNode& child : node.children) {
      const std::size_t below = write(child);
      out_ += fmt::format("  n{} -> n{}{};\n", number, below,
                          child.taken ? " [color=\"#2563eb\", penwidth=2.5]" : "");
    }
    return number;
  }

  std::string out_;
  std::size_t next_ = 0;
};

}  // namespace

std::string tree_dot(const TreeNode& root, const std::optional<PathTaken>& taken) {
  return DotWriting().run(gathered(root), taken);
}

}  // namespace mandate::advice
