#include <fmt/format.h>

#include <iterator>

#include "advice/gathered_terms.h"
#include "advice/tree_layout.h"
#include "advice/tree_picture.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

using State = TreeNode::State;

constexpr double kMargin = 24;

/// Each box has a ground of its own, so that it can be read on any page.
constexpr std::string_view kStyle = R"(<style>
.edge { fill: none; stroke: #94a3b8; stroke-width: 1.5 }
.box { fill: #ffffff; stroke: #cbd5e1; stroke-width: 1.25 }
.term { font: 600 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #0f172a }
.detail { font: 11.5px system-ui, "DejaVu Sans", "Segoe UI", Helvetica, sans-serif; fill: #475569 }
.problem { font: 600 11.5px system-ui, "DejaVu Sans", "Segoe UI", Helvetica, sans-serif }
.badge { fill: #e0e7ff; stroke: #a5b4fc }
.count { font: 600 10.5px system-ui, "DejaVu Sans", "Segoe UI", Helvetica, sans-serif }
.count { fill: #3730a3; text-anchor: middle }
.near .badge { fill: #fef3c7; stroke: #f59e0b } .near .count { fill: #78350f }
.over .badge { fill: #dc2626; stroke: #991b1b } .over .count { fill: #ffffff }
.bar { fill: #94a3b8 }
.pass .bar { fill: #16a34a } .fail .bar { fill: #dc2626 } .softfail .bar { fill: #d97706 }
.root .box { fill: #eef2ff; stroke: #818cf8 } .root .bar { fill: #4f46e5 }
.empty .box, .unknown .box { fill: #fffbeb; stroke: #d97706 }
.empty .problem, .unknown .problem { fill: #92400e }
.broken .box { fill: #fef2f2; stroke: #dc2626 } .broken .problem { fill: #b91c1c }
.taken .box { stroke: #2563eb; stroke-width: 2.75 }
.edge.taken { stroke: #2563eb; stroke-width: 3 }
.dead .box { stroke-dasharray: 4 3 } .dead .term, .dead .detail { fill: #64748b }
.client { fill: #2563eb } .on { fill: #ffffff }
@media (prefers-color-scheme: dark) {
.edge { stroke: #64748b }
.box { fill: #1e293b; stroke: #475569 }
.term { fill: #f1f5f9 } .detail { fill: #cbd5e1 }
.badge { fill: #312e81; stroke: #6366f1 } .count { fill: #e0e7ff }
.near .badge { fill: #78350f; stroke: #f59e0b } .near .count { fill: #fef3c7 }
.pass .bar { fill: #22c55e } .fail .bar { fill: #f87171 } .softfail .bar { fill: #fbbf24 }
.root .box { fill: #1e1b4b; stroke: #818cf8 } .root .bar { fill: #a5b4fc }
.empty .box, .unknown .box { fill: #422006; stroke: #f59e0b }
.empty .problem, .unknown .problem { fill: #fcd34d }
.broken .box { fill: #450a0a; stroke: #f87171 } .broken .problem { fill: #fca5a5 }
.taken .box { stroke: #60a5fa } .edge.taken { stroke: #60a5fa }
.dead .term, .dead .detail { fill: #94a3b8 }
}
</style>
)";

/// Printable ASCII as XML has it (XML 1.0 section 2.4).
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

class SvgDrawing {
 public:
  SvgDrawing(const TreeNode& root, const std::optional<PathTaken>& taken)
      : root_(root), taken_(taken), layout_(layout(root)) {
    const double client = taken ? kClientWidth + kClientGap : 0;
    for (TreeBox& box : layout_.boxes) {
      box.x += kMargin + client;
      box.y += kMargin;
    }
    layout_.width += 2 * kMargin + client;
    layout_.height += 2 * kMargin;
  }

  std::string run() {
    head();
    for (const TreeBox& box : layout_.boxes) {
      if (box.parent && !box.node->taken) edge(layout_.boxes[*box.parent], box, "edge");
    }
    for (const TreeBox& box : layout_.boxes) {  // over the others
      if (box.parent && box.node->taken) edge(layout_.boxes[*box.parent], box, "edge taken");
    }
    if (taken_) client(layout_.boxes.front());
    for (const TreeBox& box : layout_.boxes) draw(box);
    return std::move(out_) + "</svg>\n";
  }

 private:
  static constexpr double kClientGap = 48;
  static constexpr double kClientWidth = 190;

  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void head();
  void line(double x1, double y1, double x2, double y2, std::string_view kind);
  void edge(const TreeBox& from, const TreeBox& to, std::string_view kind) {
    line(from.right(), from.middle(), to.x, to.middle(), kind);
  }
  void client(const TreeBox& root);
  void draw(const TreeBox& box);
  void badge(const TreeBox& box);

  const TreeNode& root_;
  const std::optional<PathTaken>& taken_;
  TreeLayout layout_;
  std::string out_;
};

void SvgDrawing::head() {
  put("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" "
      "aria-labelledby=\"mandate-tree-title mandate-tree-desc\">\n",
      layout_.width, layout_.height);
  const std::string domain = xml(dns::printable(root_.term));
  put("<title id=\"mandate-tree-title\">The SPF policy of {}</title>\n", domain);
  const std::string result =
      taken_ ? fmt::format("; the way of {} to {} is marked", taken_->client.unmapped().text(),
                           spf::text(taken_->result))
             : "";
  put("<desc id=\"mandate-tree-desc\">{}, {}{}.</desc>\n{}", spent_text(root_), passing_text(root_),
      result, kStyle);
}

void SvgDrawing::line(double x1, double y1, double x2, double y2, std::string_view kind) {
  const double bend = (x1 + x2) / 2;
  put("<path class=\"{0}\" d=\"M{1:.1f} {2:.1f}C{3:.1f} {2:.1f} {3:.1f} {4:.1f} {5:.1f} "
      "{4:.1f}\"/>\n",
      kind, x1, y1, bend, y2, x2);
}

/// The address that asks, at the left of the root.
void SvgDrawing::client(const TreeBox& root) {
  const double y = root.middle();
  line(kMargin + kClientWidth, y, root.x, y, "edge taken");
  const std::string address = taken_->client.unmapped().text();
  const double size = address.size() > 22 ? 7.6 : 13;  // an IPv6 address may have 39 characters
  put("<g><rect class=\"client\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"44\" "
      "rx=\"22\"/>",
      kMargin, y - 22, kClientWidth);
  put("<text class=\"term on\" text-anchor=\"middle\" x=\"{0:.1f}\" y=\"{1:.1f}\" "
      "style=\"font-size:{2}px\">{3}</text>"
      "<text class=\"detail on\" text-anchor=\"middle\" x=\"{0:.1f}\" y=\"{4:.1f}\">{5}</text>"
      "</g>\n",
      kMargin + kClientWidth / 2, y - 3, size, address, y + 13, spf::text(taken_->result));
}

void SvgDrawing::badge(const TreeBox& box) {
  const TreeNode& node = *box.node;
  constexpr int kAllowed = spf::Limits{}.lookups;
  constexpr int kNear = 8;
  const std::string_view kind = node.lookups_behind > kAllowed ? "over"
                                : node.lookups_behind >= kNear ? "near"
                                                               : "within";
  const double width = static_cast<double>(box.badge.size()) * 6.8 + 12;
  const double x = box.right() - width - 8;
  put("<g class=\"{}\"><rect class=\"badge\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
      "height=\"16\" rx=\"8\"/><text class=\"count\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text></g>",
      kind, x, box.y - 8, width, x + width / 2, box.y + 3.7, box.badge);
}

void SvgDrawing::draw(const TreeBox& box) {
  const TreeNode& node = *box.node;
  const bool is_root = node.kind == TreeNode::Kind::domain;
  put("<g class=\"{}{}{}{}\"><title>{}{}{}</title>", is_root ? "root" : spf::text(node.result),
      node.state == State::well ? "" : fmt::format(" {}", text(node.state)),
      node.taken ? " taken" : "", node.dead ? " dead" : "",
      xml(dns::printable(node.term) + more_text(node)), node.problem.empty() ? "" : ": ",
      xml(node.problem));
  put("<rect class=\"box\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "rx=\"9\"/><rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"3.5\" height=\"{:.1f}\" "
      "rx=\"1.75\"/>",
      box.x, box.y, box.width, box.height, box.x + 7, box.y + 8, box.height - 16);
  double y = box.y + 19.5;
  const auto write = [&](std::string_view kind, const std::string& text) {
    put(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)", kind, box.x + 18, y, xml(text));
    y += 17;
  };
  write("term", box.label);
  for (const std::string& line : box.details) write("detail", line);
  for (const std::string& line : box.problems) write("problem", line);
  if (!box.badge.empty()) badge(box);
  put("</g>\n");
}

}  // namespace

std::string tree_svg(const TreeNode& root, const std::optional<PathTaken>& taken) {
  const TreeNode shown = gathered(root);
  return SvgDrawing(shown, taken).run();
}

}  // namespace mandate::advice
