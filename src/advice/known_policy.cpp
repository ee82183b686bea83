#include "advice/known_policy.h"

#include <utility>
#include <variant>

namespace mandate::advice {

using dns::Fact;

KnownPolicy known_policy(const dns::Name& domain, const dns::Facts& own, const dns::Facts& other) {
  dns::Facts facts = own;
  for (const auto& [question, fact] : own) {
    const Fact* there = other.find(question);
    if (!is_known(&fact) && is_known(there)) facts.add(*there);
  }
  for (;;) {
    auto outcome = policy_of(domain, facts);
    if (auto* policy = std::get_if<Policy>(&outcome)) {
      auto tree = uncounted_tree(domain, facts);  // asks nothing that the policy did not
      return {std::move(facts), std::move(*policy), std::get<TreeNode>(std::move(tree))};
    }
    for (const dns::Question& question : std::get<spf::Questions>(outcome)) {
      const Fact* there = other.find(question);
      facts.add(there != nullptr ? *there : Fact{.question = question, .detail = "not known"});
    }
  }
}

bool is_known(const Fact* fact) {
  return fact != nullptr && fact->status != Fact::Status::failed;
}

}  // namespace mandate::advice
