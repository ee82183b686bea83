// The tree of a policy as a picture (SVG 1.1).
#pragma once

#include <string>

#include "advice/include_tree.h"
#include "mandate/dns/ip_address.h"

namespace mandate::advice {

/// Whom the way through a tree was marked for, and what became of them.
struct PathTaken {
  dns::IpAddress client;
  spf::Result result = spf::Result::none;
};

/// A whole SVG document in ASCII: the root at the left, a column for each step of include and
/// redirect, boxes that can be read on light and dark ground, and a title on each for the rest of
/// its text. Nothing of a record reaches it but escaped; it has no script, link or outside font.
std::string tree_svg(const TreeNode& root, const std::optional<PathTaken>& taken);

/// The same tree for Graphviz.
std::string tree_dot(const TreeNode& root, const std::optional<PathTaken>& taken);

}  // namespace mandate::advice
