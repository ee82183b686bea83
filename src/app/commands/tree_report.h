// The tree of a policy, for people and for programs.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "advice/include_tree.h"
#include "app/terminal.h"

namespace mandate::app {

/// What became of the client whose way is marked.
struct PathVerdict {
  dns::IpAddress client;
  spf::Verdict verdict;
};

struct TreeReport {
  advice::TreeNode root;
  std::optional<PathVerdict> taken;
  bool lacks_domain = false;  ///< see `asked_of_no_domain`
};

/// The totals, then a line for each term; terms in a row that are alike share one unless `all`.
std::string tree_text(const TreeReport& report, const Palette& palette, bool all);
boost::json::value tree_json(const TreeReport& report);

}  // namespace mandate::app
