#include "app/commands/shift_report.h"

#include <fmt/core.h>

#include <algorithm>

namespace mandate::app {
namespace {

constexpr std::size_t kMostShifts = 12;
constexpr std::size_t kMostRanges = 3;

std::string result_text(const advice::Standing& standing) {
  return standing.dynamic ? "depends on the sender" : std::string(spf::text(standing.result));
}

/// The ranges, or of many how much they hold.
std::string ranges_text(const advice::Shift& shift) {
  if (shift.ranges.size() > kMostRanges) {
    return fmt::format("{} in {} ranges", advice::addresses_text(shift.count), shift.ranges.size());
  }
  std::string out;
  for (const dns::AddressRange& range : shift.ranges) {
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
  std::string out = result_text(standing);
  if (!standing.term.empty()) {
    out += fmt::format(" by {} of {}", escaped(standing.term), escaped(standing.domain));
  }
  if (!standing.problem.empty()) out += ": " + printable(standing.problem);
  return out;
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
  return {{"result", standing.dynamic ? "dynamic" : spf::text(standing.result)},
          {"term", json_text(standing.term)},
          {"domain", json_text(standing.domain)},
          {"problem", json_text(standing.problem)}};
}

boost::json::array shifts_json(const std::vector<advice::Shift>& shifts) {
  boost::json::array out;
  for (const advice::Shift& shift : shifts) {
    boost::json::array ranges;
    for (const dns::AddressRange& range : shift.ranges) ranges.push_back(range_json(range));
    out.push_back(boost::json::object{{"before", standing_json(shift.before)},
                                      {"after", standing_json(shift.after)},
                                      {"ranges", std::move(ranges)},
                                      {"ipv4_addresses", shift.count.v4},
                                      {"ipv6_addresses", shift.count.v6_text()}});
  }
  return out;
}

}  // namespace mandate::app
