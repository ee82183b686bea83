#include "advice/policy_shift.h"

#include <fmt/format.h>

#include <bit>
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

/// Gathers changes by what they are from and to. Outcomes are few and pieces may be many, so that
/// each pair of outcomes is put into words once.
class Gathering {
 public:
  Gathering(const spf::PolicyMap& before, const spf::PolicyMap& after)
      : before_(before), after_(after) {}

  void add(const PolicyChange& change) {
    Shift& shift = shifts_[number_of(change)];
    append(shift.ranges, change.range);
    shift.count.add(change.range);
  }
  std::vector<Shift> take() { return std::move(shifts_); }

 private:
  std::size_t number_of(const PolicyChange& change) {
    const auto [by_outcome, unseen] = by_outcome_.try_emplace({change.before, change.after}, 0);
    if (!unseen) return by_outcome->second;
    std::pair key(standing(before_, *change.before), standing(after_, *change.after));
    const auto [by_words, is_new] = by_words_.try_emplace(key, shifts_.size());
    if (is_new) shifts_.push_back({std::move(key.first), std::move(key.second), {}, {}});
    return by_outcome->second = by_words->second;
  }

  using Outcome = spf::PolicyMap::Outcome;
  const spf::PolicyMap& before_;
  const spf::PolicyMap& after_;
  std::vector<Shift> shifts_;
  std::map<std::pair<const Outcome*, const Outcome*>, std::size_t> by_outcome_;
  std::map<std::pair<Standing, Standing>, std::size_t> by_words_;
};

bool is_known(const PolicyChange& change) {
  return change.before->result != spf::Result::temperror &&
         change.after->result != spf::Result::temperror;
}

constexpr std::uint64_t kAllV4 = std::uint64_t{1} << 32;
/// 2^128 but for the clients in ::ffff:0:0/96, which are IPv4 clients.
constexpr std::uint64_t kAllV6High = ~std::uint64_t{0};
constexpr std::uint64_t kAllV6Low = ~std::uint64_t{0} - kAllV4 + 1;

std::string count_of_v4(std::uint64_t count) {
  return count == kAllV4 ? "all" : fmt::format("{}", count);
}

/// Exactly where that can be read at a glance: `65536`, `2^64`; else how many there are about.
std::string count_of_v6(const spf::AddressCount& count) {
  constexpr double kHighUnit = 18446744073709551616.0;  // 2^64
  constexpr std::uint64_t kExact = 1'000'000;
  if (count.v6_high == kAllV6High && count.v6_low == kAllV6Low) return "all";
  if (count.v6_high == 0 && count.v6_low < kExact) return fmt::format("{}", count.v6_low);
  if (std::popcount(count.v6_high) + std::popcount(count.v6_low) == 1) {
    return fmt::format("2^{}", count.v6_high == 0 ? std::countr_zero(count.v6_low)
                                                  : 64 + std::countr_zero(count.v6_high));
  }
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

Effect effect(const Shift& shift) {
  if (shift.after.result == spf::Result::permerror) return Effect::meets_error;
  if (shift.before.result == spf::Result::pass) return Effect::loses_pass;
  return shift.after.result == spf::Result::pass ? Effect::gains_pass : Effect::changes;
}

std::string_view text(Effect effect) {
  switch (effect) {
    case Effect::meets_error:
      return "meets_error";
    case Effect::loses_pass:
      return "loses_pass";
    case Effect::gains_pass:
      return "gains_pass";
    case Effect::changes:
      break;
  }
  return "changes";
}

PolicyShift policy_shift(const spf::PolicyMap& before, const spf::PolicyMap& after) {
  const spf::PolicyDifference found = spf::difference(before, after);
  Gathering changes(before, after);
  Gathering undecided(before, after);
  for (const PolicyChange& change : found.changes) {
    (is_known(change) ? changes : undecided).add(change);
  }
  for (const PolicyChange& change : found.undecided) undecided.add(change);
  return {changes.take(), undecided.take()};
}

std::string addresses_text(const spf::AddressCount& count) {
  const bool has_v6 = count.v6_high != 0 || count.v6_low != 0;
  if (count.none()) return "no addresses";
  if (!has_v6) {
    return fmt::format("{} IPv4 address{}", count_of_v4(count.v4), count.v4 == 1 ? "" : "es");
  }
  const bool one = count.v4 == 0 && count.v6_high == 0 && count.v6_low == 1;
  return fmt::format("{}{} IPv6 address{}",
                     count.v4 == 0 ? "" : fmt::format("{} IPv4 and ", count_of_v4(count.v4)),
                     count_of_v6(count), one ? "" : "es");
}

std::vector<dns::AddressRange> joined(const std::vector<dns::AddressRange>& ranges) {
  static const auto mapped = dns::Prefix::parse("::ffff:0:0/96").value();
  std::vector<dns::AddressRange> out;
  for (const dns::AddressRange& range : ranges) {
    const bool meets = !out.empty() && out.back().last.next() == mapped.network() &&
                       mapped.last().next() == range.first;
    if (meets) {
      out.back().last = range.last;
    } else {
      out.push_back(range);
    }
  }
  return out;
}

std::string range_text(const dns::AddressRange& range) {
  if (range.first == range.last) return range.first.text();
  const auto prefixes = dns::prefixes_of(range);
  if (prefixes.size() == 1) return prefixes.front().text();
  return fmt::format("{} to {}", range.first.text(), range.last.text());
}

}  // namespace mandate::advice
