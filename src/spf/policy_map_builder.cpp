#include "spf/policy_map_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "spf/address_number.h"

namespace mandate::spf {
namespace {

std::uint16_t clamped(int count) {
  return static_cast<std::uint16_t>(
      std::clamp<int>(count, 0, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

void PolicyMapBuilder::add(const dns::IpAddress& first, const Verdict& verdict) {
  PolicyView::Outcome outcome{.result = verdict.result,
                              .lookups = clamped(verdict.lookups),
                              .voids = clamped(verdict.voids),
                              .ttl = verdict.ttl,
                              .problem = problem_of(verdict.problem),
                              .span = {}};
  if (verdict.decided_by) {
    outcome.source = source_of(*verdict.decided_by);
    outcome.span = verdict.decided_by->span;
  }
  add(first, outcome);
}

void PolicyMapBuilder::add_dynamic(const dns::IpAddress& first, std::string_view why) {
  add(first, PolicyView::Outcome{.dynamic = true, .problem = problem_of(why), .span = {}});
}

void PolicyMapBuilder::add(const dns::IpAddress& first, const PolicyView::Outcome& outcome) {
  const auto [known, is_new] =
      outcomes_.try_emplace(outcome, static_cast<std::uint32_t>(parts_.outcomes.size()));
  if (is_new) parts_.outcomes.push_back(outcome);
  auto& beside = first.is_v4() ? parts_.outcome4 : parts_.outcome6;
  if (!beside.empty() && beside.back() == known->second) return;
  beside.push_back(known->second);
  if (first.is_v4()) {
    parts_.starts4.push_back(number4(first));
  } else {
    const auto [high, low] = number6(first);
    parts_.starts6.push_back({high, low});
  }
}

std::int32_t PolicyMapBuilder::source_of(const DecidingTerm& term) {
  auto& sources = parts_.sources;
  const auto found = std::ranges::find_if(sources, [&](const PolicyParts::Source& source) {
    return source.record == term.record && source.path == term.path;
  });
  const auto index = found - sources.begin();
  if (found == sources.end()) sources.push_back({term.record, term.path});
  return static_cast<std::int32_t>(index);
}

std::uint32_t PolicyMapBuilder::problem_of(std::string_view text) {
  if (text.empty()) return 0;
  const auto found = problems_.find(text);
  if (found != problems_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(parts_.problems.size());
  parts_.problems.emplace_back(text);
  problems_.emplace(std::string(text), index);
  return index;
}

}  // namespace mandate::spf
