// A policy out of facts that may not be all there, beside those of another time.
#pragma once

#include "advice/include_tree.h"
#include "advice/policy.h"
#include "mandate/dns/facts.h"

namespace mandate::advice {

struct KnownPolicy {
  dns::Facts facts;
  Policy policy;
  TreeNode tree;  ///< `uncounted_tree`
};

/// The policy of a domain with what failed or is lacking in `own` taken from `other`, as if it had
/// not changed. What neither knows is a lookup that failed.
KnownPolicy known_policy(const dns::Name& domain, const dns::Facts& own, const dns::Facts& other);

/// Whether there is an answer, and none that failed.
bool is_known(const dns::Fact* fact);

}  // namespace mandate::advice
