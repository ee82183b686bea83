// A tree made short enough to be looked at, and the words that stand at its nodes.
#pragma once

#include <string>

#include "advice/include_tree.h"

namespace mandate::advice {

/// Of four and more terms in a row the first, which stands for all of them: networks of one result
/// that are not on the way that is marked, and terms that are never read.
TreeNode gathered(TreeNode tree);

/// `lookups 3/10`, and of a node with more below it `lookups 3-6/10`; with `voids 1/2` where its
/// own lookup finds nothing. Empty of what asks nothing.
std::string lookups_text(const TreeNode& node);

/// Which addresses it matches: `16 IPv4 addresses`, with the result before it when that is not
/// pass; what depends on the sender is said. Empty of `all`, and of what is never read.
std::string matches_text(const TreeNode& node);

/// What a policy takes: `lookups 4/10, voids 0/2`; and who passes: `pass: 16 IPv4 addresses`.
std::string spent_text(const TreeNode& root);
std::string passing_text(const TreeNode& root);

/// ` and 11 more` of a node that stands for twelve terms, else empty.
std::string more_text(const TreeNode& node);

}  // namespace mandate::advice
