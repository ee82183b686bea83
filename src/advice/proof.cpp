#include "advice/proof.h"

#include <algorithm>
#include <utility>

#include "advice/near_miss.h"
#include "advice/qualifier.h"
#include "mandate/spf/policy_map.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::PolicyMap;
using spf::Result;

bool is_all(std::string_view term) {
  term.remove_prefix(qualifier_size(term));
  return spf::equals_ignoring_case(term, "all");
}

bool is_authorized(const PolicyMap::Outcome& outcome,
                   const std::optional<spf::DecidingTerm>& decided) {
  if (outcome.dynamic || outcome.result != Result::pass) return false;
  return decided && !is_all(decided->term());
}

std::vector<PoolStanding> standing_of_pool(const PolicyMap& map, const Sender& sender) {
  std::vector<PoolStanding> out;
  for (const PolicyMap::Piece& piece : map.cover(sender.pool)) {
    const auto decided = map.decided_by(*piece.outcome);
    out.push_back({piece.range, standing(map, *piece.outcome),
                   is_authorized(*piece.outcome, decided),
                   decided ? decided->path : std::vector<std::string>()});
  }
  return out;
}

void sort_into(Proof& proof, Shift shift) {
  if (shift.after.result == Result::pass) {
    proof.gained.push_back(std::move(shift));
  } else if (shift.before.result == Result::none || shift.before.result == Result::permerror) {
    proof.repaired.push_back(std::move(shift));
  } else {
    proof.broken.push_back(std::move(shift));
  }
}

}  // namespace

bool Sender::is_of_other(const dns::Name& name) const {
  return name != include_name && name != shared_name && name.is_at_or_below(shared_name);
}

bool Proof::pool_passes() const {
  return std::ranges::all_of(pool, &PoolStanding::authorized);
}

dns::Facts with_record(const dns::Facts& facts, const dns::Name& domain, std::string_view record) {
  const dns::Question question{domain, dns::RecordType::txt};
  const dns::Fact* today = facts.find(question);
  dns::Fact changed = today == nullptr ? dns::Fact{.question = question} : *today;
  std::erase_if(changed.records, [](const dns::RecordData& data) {
    const auto* txt = std::get_if<dns::TxtData>(&data);
    return txt != nullptr && is_meant_as_record(txt->joined());
  });
  changed.records.emplace_back(dns::TxtData{{std::string(record)}});
  changed.status = dns::Fact::Status::found;
  dns::Facts out = facts;
  out.add(std::move(changed));
  return out;
}

std::variant<std::vector<PoolStanding>, spf::Questions> pool_standing(const dns::Name& domain,
                                                                      const dns::Facts& facts,
                                                                      const Sender& sender) {
  auto compiled = spf::compile(domain.text(), facts, {.within = sender.pool});
  if (auto* questions = std::get_if<spf::Questions>(&compiled)) return std::move(*questions);
  return standing_of_pool(std::get<PolicyMap>(compiled), sender);
}

std::variant<Proof, spf::Questions> prove(const dns::Name& domain, const dns::Facts& before,
                                          const dns::Facts& after, const Sender& sender) {
  auto old_outcome = policy_of(domain, before);
  if (auto* questions = std::get_if<spf::Questions>(&old_outcome)) return std::move(*questions);
  auto new_outcome = policy_of(domain, after);
  if (auto* questions = std::get_if<spf::Questions>(&new_outcome)) return std::move(*questions);
  const Policy& old_policy = std::get<Policy>(old_outcome);
  const Policy& new_policy = std::get<Policy>(new_outcome);
  Proof out;
  out.pool = standing_of_pool(new_policy.map, sender);
  out.before = old_policy.cost;
  out.after = new_policy.cost;
  PolicyShift shift = policy_shift(old_policy.map, new_policy.map);
  out.undecided = std::move(shift.undecided);
  for (Shift& change : shift.changes) sort_into(out, std::move(change));
  return out;
}

}  // namespace mandate::advice
