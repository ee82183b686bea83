#include "advice/drift.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/drift_story.h"
#include "advice/include_tree.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using Kind = TreeNode::Kind;

bool is_known(const Fact* fact) {
  return fact != nullptr && fact->status != Fact::Status::failed;
}

/// What a policy reads in an answer, in an order of its own.
std::vector<std::string> read_of(const Fact& fact) {
  std::vector<std::string> out;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* mx = std::get_if<dns::MxData>(&data)) {
      out.push_back(mx->exchange.text());  // whatever its preference
    } else if (const auto* txt = std::get_if<dns::TxtData>(&data); txt == nullptr) {
      out.push_back(dns::text(data));
    } else if (std::string joined = txt->joined(); spf::is_spf_record(joined)) {
      out.push_back(std::move(joined));
    }
  }
  std::ranges::sort(out);
  return out;
}

bool is_other(const Fact& before, const Fact& after) {
  return before.records != after.records && read_of(before) != read_of(after);
}

/// Whether there is an answer at all that says something else. Quick, since mostly there is none.
bool may_differ(const dns::Facts& before, const dns::Facts& after) {
  return std::ranges::any_of(after, [&](const auto& entry) {
    const Fact* then = before.find(entry.first);
    return is_known(then) && is_known(&entry.second) && is_other(*then, entry.second);
  });
}

/// One side, whole.
struct Side {
  dns::Facts facts;
  Policy policy;
  TreeNode tree;
};

/// A side with what failed or is lacking in it taken from the other one. Where both know nothing it
/// is a failed lookup on both.
Side completed(const dns::Name& domain, const dns::Facts& own, const dns::Facts& other) {
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

std::vector<RecordChange> record_changes(const Side& before, const Side& after) {
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
    out.push_back({std::move(name), read_of(*then), read_of(*now)});
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
  const Side then = completed(domain, before, after);
  const Side now = completed(domain, after, before);
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
