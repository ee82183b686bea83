// How many addresses each part of a policy matches.
#pragma once

#include "advice/include_tree.h"

namespace mandate::advice {

/// Fills `authorizes`, `dynamic` and `cut` of a tree that was read from those facts; a root that
/// gives none to everybody is broken by that. The questions that are lacking, empty when there are
/// none: the counts hold only then.
spf::Questions count_addresses(TreeNode& root, const dns::Facts& facts);

}  // namespace mandate::advice
