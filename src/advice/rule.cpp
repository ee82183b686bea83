#include "advice/rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include "advice/rule_table.h"

namespace mandate::advice {
namespace {

constexpr std::array<std::pair<Severity, std::string_view>, 4> kSeverities{{
    {Severity::info, "info"},
    {Severity::warning, "warning"},
    {Severity::silent, "silent"},
    {Severity::error, "error"},
}};

}  // namespace

std::string_view text(Severity severity) {
  const auto found = std::ranges::find(kSeverities, severity, [](auto& row) { return row.first; });
  return found == kSeverities.end() ? "error" : found->second;
}

std::optional<Severity> parse_severity(std::string_view text) {
  const auto found = std::ranges::find(kSeverities, text, [](auto& row) { return row.second; });
  if (found == kSeverities.end()) return std::nullopt;
  return found->first;
}

std::span<const Rule> rules() {
  return kRules;
}

std::vector<const Rule*> rules_that_need(Needs needs) {
  std::vector<const Rule*> out;
  for (const Rule& rule : kRules) {
    if (rule.needs == needs) out.push_back(&rule);
  }
  return out;
}

const Rule* find_rule(std::string_view id) {
  const auto found = std::ranges::find(kRules, id, &Rule::id);
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace mandate::advice
