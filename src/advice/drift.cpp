#include "advice/drift.h"

#include <algorithm>
#include <utility>

#include "advice/drift_story.h"
#include "advice/known_policy.h"
#include "dns/alias.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using Kind = TreeNode::Kind;

bool is_other(const Fact& before, const Fact& after) {
  return before.records != after.records && policy_answer(before) != policy_answer(after);
}

/// Whether there is an answer at all that says something else. Quick, since mostly there is none.
bool may_differ(const dns::Facts& before, const dns::Facts& after) {
  return std::ranges::any_of(after, [&](const auto& entry) {
    const Fact* then = before.find(entry.first);
    return is_known(then) && is_known(&entry.second) && is_other(*then, entry.second);
  });
}

std::vector<RecordChange> record_changes(const KnownPolicy& before, const KnownPolicy& after) {
  std::vector<AskedName> asked = asked_names(after.tree, after.facts);
  for (AskedName& earlier : asked_names(before.tree, before.facts)) {
    const bool is_new = std::ranges::none_of(
        asked, [&](const AskedName& name) { return name.question == earlier.question; });
    if (is_new) asked.push_back(std::move(earlier));
  }
  std::vector<RecordChange> out;
  for (AskedName& name : asked) {
    const Fact* then = before.facts.find(name.question);
    const Fact* now = after.facts.find(name.question);
    if (!is_known(then) || !is_known(now) || !is_other(*then, *now)) continue;
    // RFC 7208 section 5.7: any address will do.
    if (name.kind == Kind::exists && !then->is_void() && !now->is_void()) continue;
    const dns::Question cname{name.question.name, dns::RecordType::cname};
    const Fact* was = before.facts.find(cname);
    const Fact* is = after.facts.find(cname);
    if (!is_known(was)) was = is;
    if (!is_known(is)) is = was;
    out.push_back({.asked = std::move(name),
                   .before = policy_answer(*then),
                   .after = policy_answer(*now),
                   .alias_before = is_known(was) ? dns::alias_target(*was) : std::nullopt,
                   .alias_after = is_known(is) ? dns::alias_target(*is) : std::nullopt});
  }
  return out;
}

spf::AddressCount passing(const spf::PolicyMap& map, const std::vector<dns::Prefix>& pool) {
  spf::AddressCount out;
  for (const spf::PolicyMap::Piece& piece : map.cover(pool)) {
    if (!piece.outcome->dynamic && piece.outcome->result == spf::Result::pass) out.add(piece.range);
  }
  return out;
}

/// A part that depends on the sender may come to something else behind a record that changed.
bool does_something(const Drift& drift) {
  return !drift.shift.changes.empty() || drift.before.lookups != drift.after.lookups ||
         drift.before.voids != drift.after.voids ||
         std::ranges::any_of(drift.shift.undecided, &Shift::depends_on_sender);
}

}  // namespace

Drift drift(const dns::Name& domain, const dns::Facts& before, const dns::Facts& after,
            const std::vector<dns::Prefix>& pool) {
  if (!may_differ(before, after)) return {};
  const KnownPolicy then = known_policy(domain, before, after);
  const KnownPolicy now = known_policy(domain, after, before);
  Drift out{.records = record_changes(then, now),
            .shift = policy_shift(then.policy.map, now.policy.map),
            .before = then.policy.cost,
            .after = now.policy.cost,
            .pool_before = passing(then.policy.map, pool),
            .pool_after = passing(now.policy.map, pool),
            .sentences = {}};
  if (!out.any() || !does_something(out)) return {};
  out.sentences = drift_story(out);
  return out;
}

}  // namespace mandate::advice
