#include "advice/policy_shift.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "dns/printable.h"

namespace mandate::advice {
namespace {

using spf::PolicyChange;

void append(std::vector<dns::AddressRange>& ranges, const dns::AddressRange& range) {
  if (!ranges.empty() && ranges.back().last.next() == range.first) {
    ranges.back().last = range.last;
  } else {
    ranges.push_back(range);
  }
}

std::vector<Shift> gathered(const std::vector<PolicyChange>& changes, const spf::PolicyMap& before,
                            const spf::PolicyMap& after) {
  std::vector<Shift> out;
  std::map<std::pair<Standing, Standing>, std::size_t> numbers;
  for (const PolicyChange& change : changes) {
    std::pair key(standing(before, *change.before), standing(after, *change.after));
    const auto [at, is_new] = numbers.try_emplace(key, out.size());
    if (is_new) out.push_back({std::move(key.first), std::move(key.second), {}, {}});
    Shift& shift = out[at->second];
    append(shift.ranges, change.range);
    shift.count.add(change.range);
  }
  return out;
}

std::string count_of_v6(const spf::AddressCount& count) {
  constexpr double kHighUnit = 18446744073709551616.0;  // 2^64
  constexpr std::uint64_t kExact = 1'000'000;
  if (count.v6_high == 0 && count.v6_low < kExact) return fmt::format("{}", count.v6_low);
  return fmt::format("about {:.1e}", static_cast<double>(count.v6_high) * kHighUnit +
                                         static_cast<double>(count.v6_low));
}

}  // namespace

Standing standing(const spf::PolicyMap& map, const spf::PolicyMap::Outcome& outcome) {
  Standing out{outcome.result, outcome.dynamic, "", "", dns::printable(map.problem(outcome))};
  if (const auto decided = map.decided_by(outcome)) {
    out.term = decided->term();
    out.domain = decided->domain();
  }
  return out;
}

PolicyShift policy_shift(const spf::PolicyMap& before, const spf::PolicyMap& after) {
  const spf::PolicyDifference found = spf::difference(before, after);
  return {gathered(found.changes, before, after), gathered(found.undecided, before, after)};
}

std::string addresses_text(const spf::AddressCount& count) {
  const bool has_v6 = count.v6_high != 0 || count.v6_low != 0;
  if (count.none()) return "no addresses";
  if (!has_v6) {
    return fmt::format("{} IPv4 address{}", count.v4, count.v4 == 1 ? "" : "es");
  }
  const bool one = count.v4 == 0 && count.v6_high == 0 && count.v6_low == 1;
  return fmt::format("{}{} IPv6 address{}",
                     count.v4 == 0 ? "" : fmt::format("{} IPv4 and ", count.v4), count_of_v6(count),
                     one ? "" : "es");
}

std::string range_text(const dns::AddressRange& range) {
  if (range.first == range.last) return range.first.text();
  const auto prefixes = dns::prefixes_of(range);
  if (prefixes.size() == 1) return prefixes.front().text();
  return fmt::format("{} to {}", range.first.text(), range.last.text());
}

}  // namespace mandate::advice
