// Where the boxes of a tree stand in a picture, and what is written in them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "advice/include_tree.h"

namespace mandate::advice {

/// A box; lengths are in pixels. Its texts are printable ASCII, cut to what a picture takes.
struct TreeBox {
  const TreeNode* node = nullptr;
  std::optional<std::size_t> parent;  ///< its number among the boxes
  std::size_t column = 0;
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  std::string label;                  ///< the term
  std::vector<std::string> details;   ///< what it matches, and its TTL
  std::vector<std::string> problems;  ///< one text, in lines
  std::string badge;                  ///< `3/10`: its lookups; may be empty

  double middle() const { return y + height / 2; }
  double right() const { return x + width; }
};

struct TreeLayout {
  std::vector<TreeBox> boxes;  ///< a parent before its children, the root first
  double width = 0;            ///< of them all, without a margin
  double height = 0;
};

/// Columns from left to right, in each the order of the terms from above. The tree must outlive
/// the layout.
TreeLayout layout(const TreeNode& root);

}  // namespace mandate::advice
