#include "app/commands/shift_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "app/commands/policy_subject.h"

namespace mandate::app {
namespace {

constexpr std::size_t kMostShifts = 12;
constexpr std::size_t kMostRanges = 3;

std::string result_text(const advice::Standing& standing) {
  return standing.dynamic ? "depends on the sender" : std::string(spf::text(standing.result));
}

/// A term as it stands in a line; JSON has it whole.
std::string shown(std::string_view term) {
  constexpr std::size_t kMost = 120;
  const std::string text = escaped(term);
  return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

/// The ranges, or of many how much they hold.
std::string ranges_text(const advice::Shift& shift) {
  const std::vector<dns::AddressRange> ranges = advice::joined(shift.ranges);
  if (ranges.size() > kMostRanges) {
    return fmt::format("{} in {} ranges", advice::addresses_text(shift.count), ranges.size());
  }
  std::string out;
  for (const dns::AddressRange& range : ranges) {
    out += (out.empty() ? "" : ", ") + advice::range_text(range);
  }
  return out;
}

std::string shift_text(const advice::Shift& shift, const Palette& palette) {
  const bool passes = !shift.after.dynamic && shift.after.result == spf::Result::pass;
  const std::string after = standing_text(shift.after);
  if (shift.before.dynamic && shift.after.dynamic) {
    return fmt::format("{}  {}, before and after", ranges_text(shift), after);
  }
  return fmt::format("{}  {} -> {}", ranges_text(shift), result_text(shift.before),
                     passes ? palette.good(after) : after);
}

}  // namespace

std::string standing_text(const advice::Standing& standing) {
  if (standing.dynamic) return printable(standing.problem);
  std::string out = result_text(standing);
  if (!standing.term.empty()) {
    const bool is_placeless = standing.domain == no_domain().text();
    return out + fmt::format(" by {} of {}", shown(standing.term),
                             is_placeless ? "the record" : escaped(standing.domain));
  }
  if (!standing.problem.empty()) return out + ": " + printable(standing.problem);
  return out + ": no term matches";
}

std::string shifts_text(std::string_view label, const std::vector<advice::Shift>& shifts,
                        const Palette& palette) {
  std::string out;
  const std::size_t shown = std::min(shifts.size(), kMostShifts);
  for (std::size_t i = 0; i < shown; ++i) {
    out += fmt::format("{:<10} {}\n", i == 0 ? label : "", shift_text(shifts[i], palette));
  }
  if (shifts.size() > shown) {
    out += fmt::format("{:<10} and {} more, which --json has\n", "", shifts.size() - shown);
  }
  return out;
}

boost::json::object range_json(const dns::AddressRange& range) {
  return {{"first", range.first.text()}, {"last", range.last.text()}};
}

boost::json::object standing_json(const advice::Standing& standing) {
  const bool decided = !standing.term.empty();
  return {{"result", standing.dynamic ? nullptr : boost::json::value(spf::text(standing.result))},
          {"dynamic", standing.dynamic},
          {"term", decided ? boost::json::value(json_text(standing.term)) : nullptr},
          {"of", decided ? boost::json::value(json_text(standing.domain)) : nullptr},
          {"problem", json_text(standing.problem)}};
}

boost::json::object shift_json(const advice::Shift& shift) {
  boost::json::array ranges;
  for (const dns::AddressRange& range : advice::joined(shift.ranges)) {
    ranges.push_back(range_json(range));
  }
  return {{"before", standing_json(shift.before)},
          {"after", standing_json(shift.after)},
          {"count", count_json(shift.count)},
          {"ranges", std::move(ranges)}};
}

boost::json::array shifts_json(const std::vector<advice::Shift>& shifts) {
  boost::json::array out;
  for (const advice::Shift& shift : shifts) out.push_back(shift_json(shift));
  return out;
}

boost::json::object cost_json(const advice::Cost& cost) {
  return {{"lookups", cost.lookups}, {"voids", cost.voids}, {"octets", cost.octets}};
}

boost::json::object count_json(const spf::AddressCount& count) {
  return {{"ipv4", count.v4}, {"ipv6", count.v6_text()}};
}

}  // namespace mandate::app
