#include "advice/policy.h"

#include <algorithm>
#include <utility>

#include "advice/include_tree.h"
#include "mandate/spf/known_records.h"

namespace mandate::advice {

bool Cost::fits() const {
  constexpr spf::Limits kLimits;
  return lookups <= kLimits.lookups && voids <= kLimits.voids;
}

std::variant<Policy, spf::Questions> policy_of(const dns::Name& domain, const dns::Facts& facts) {
  const spf::KnownRecords known(facts);
  auto map = spf::compile(domain.text(), facts, {.records = &known});
  auto cost = tree_cost(domain, facts);
  spf::Questions lacking;
  if (auto* questions = std::get_if<spf::Questions>(&map)) lacking = std::move(*questions);
  if (const auto* questions = std::get_if<spf::Questions>(&cost)) {
    for (const dns::Question& question : *questions) {
      if (std::ranges::find(lacking, question) == lacking.end()) lacking.push_back(question);
    }
  }
  if (!lacking.empty()) return lacking;
  const auto& [lookups, voids] = std::get<TreeCost>(cost);
  const spf::SelectedRecord* record = known.find(domain.wire());
  return Policy{std::get<spf::PolicyMap>(std::move(map)),
                {lookups, voids, record == nullptr ? 0 : record->record.text.size()}};
}

}  // namespace mandate::advice
