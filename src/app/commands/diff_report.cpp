#include "app/commands/diff_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>

#include "app/commands/policy_subject.h"
#include "app/commands/shift_report.h"

namespace mandate::app {
namespace {

using advice::Effect;
using advice::Shift;

constexpr std::array kEffects = {Effect::meets_error, Effect::loses_pass, Effect::gains_pass,
                                 Effect::changes};

/// How much of a list is shown.
struct Bounds {
  std::size_t shifts = 10;
  std::size_t ranges = 8;
};

std::string_view words_for(Effect effect) {
  switch (effect) {
    case Effect::meets_error:
      return "end with an error now";
    case Effect::loses_pass:
      return "no longer pass";
    case Effect::gains_pass:
      return "pass now";
    case Effect::changes:
      break;
  }
  return "change otherwise";
}

std::string coloured(Effect effect, const Palette& palette) {
  const std::string_view words = words_for(effect);
  if (effect == Effect::gains_pass) return palette.good(words);
  return effect == Effect::changes ? palette.doubtful(words) : palette.bad(words);
}

std::vector<const Shift*> shifts_with(const NameDiff& name, Effect effect) {
  std::vector<const Shift*> out;
  for (const Shift& shift : name.shift.changes) {
    if (advice::effect(shift) == effect) out.push_back(&shift);
  }
  // Whose mail passed before is what people look for.
  std::ranges::stable_partition(
      out, [](const Shift* shift) { return shift->before.result == spf::Result::pass; });
  return out;
}

spf::AddressCount count_of(const std::vector<const Shift*>& shifts) {
  spf::AddressCount count;
  for (const Shift* shift : shifts) {
    for (const dns::AddressRange& range : shift->ranges) count.add(range);
  }
  return count;
}

std::vector<const Shift*> all_of(const std::vector<Shift>& shifts) {
  std::vector<const Shift*> out;
  out.reserve(shifts.size());
  for (const Shift& shift : shifts) out.push_back(&shift);
  return out;
}

/// `one.test  pass now: 16 IPv4 addresses; no longer pass: 1 IPv4 address`.
std::string verdict_text(const NameDiff& name, const Palette& palette) {
  std::string out;
  const auto add = [&](const std::string& what, const std::vector<const Shift*>& shifts) {
    if (shifts.empty()) return;
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", what,
                       advice::addresses_text(count_of(shifts)));
  };
  for (const Effect effect : kEffects) add(coloured(effect, palette), shifts_with(name, effect));
  if (!name.has_record) {
    out = palette.doubtful("neither side has an SPF record: there is nothing to compare");
  } else if (out.empty()) {
    out = name.is_proven() ? palette.good("no address changes") : "no address is known to change";
  }
  add(palette.doubtful("undecided"), all_of(name.shift.undecided));
  return fmt::format("{}  {}\n", palette.strong(escaped(name.title)), out);
}

std::string cost_text(const NameDiff& name, const Palette& palette) {
  constexpr spf::Limits kLimits;
  const auto spent = [&](std::string_view what, int before, int after, int allowed) {
    const std::string now = fmt::format("{}/{}", after, allowed);
    return fmt::format("{} {}/{} -> {}", what, before, allowed,
                       after > allowed ? palette.bad(now) : now);
  };
  const advice::Cost& before = name.cost_before;
  const advice::Cost& after = name.cost_after;
  return fmt::format("  {}, {}, {} -> {} octets\n",
                     spent("lookups", before.lookups, after.lookups, kLimits.lookups),
                     spent("voids", before.voids, after.voids, kLimits.voids), before.octets,
                     after.octets);
}

std::string shift_text(const Shift& shift, const Bounds& bounds) {
  std::string out = fmt::format("    before  {}\n    now     {}\n", standing_text(shift.before),
                                standing_text(shift.after));
  const std::vector<dns::AddressRange> ranges = advice::joined(shift.ranges);
  std::string_view label = "which";
  for (std::size_t at = 0; at < std::min(ranges.size(), bounds.ranges); ++at) {
    out += fmt::format("    {:<8}{}\n", label, advice::range_text(ranges[at]));
    label = "";
  }
  if (ranges.size() <= bounds.ranges) return out;
  return out + fmt::format("            and {} more ranges, {} in all (--all shows them)\n",
                           ranges.size() - bounds.ranges, advice::addresses_text(shift.count));
}

std::string shifts_text(const std::string& heading, const std::vector<const Shift*>& shifts,
                        const Bounds& bounds) {
  if (shifts.empty()) return "";
  std::string out = fmt::format("\n  {}: {}\n", heading, advice::addresses_text(count_of(shifts)));
  for (std::size_t at = 0; at < std::min(shifts.size(), bounds.shifts); ++at) {
    out += at == 0 ? "" : "\n";
    out += shift_text(*shifts[at], bounds);
  }
  if (shifts.size() <= bounds.shifts) return out;
  return out + fmt::format("\n    and {} more, through other terms (--all shows them)\n",
                           shifts.size() - bounds.shifts);
}

std::string notes_text(const NameDiff& name) {
  std::string out;
  for (const std::string& question : name.not_looked_up) {
    out += fmt::format("  note  {} could not be looked up: what depends on it is not known\n",
                       printable(question));
  }
  if (name.lacks_domain) out += fmt::format("  note  {}\n", kNoDomainNote);
  return out;
}

std::string name_text(const NameDiff& name, const Palette& palette, const Bounds& bounds) {
  std::string out = verdict_text(name, palette) + cost_text(name, palette) + notes_text(name);
  for (const Effect effect : kEffects) {
    out += shifts_text(coloured(effect, palette), shifts_with(name, effect), bounds);
  }
  return out + shifts_text(palette.doubtful("undecided"), all_of(name.shift.undecided), bounds);
}

boost::json::value name_json(const NameDiff& name) {
  boost::json::array changes;
  for (const Shift& shift : name.shift.changes) {
    boost::json::object change = shift_json(shift);
    change["effect"] = advice::text(advice::effect(shift));
    changes.push_back(std::move(change));
  }
  boost::json::array not_looked_up;
  for (const std::string& question : name.not_looked_up) {
    not_looked_up.emplace_back(json_text(question));
  }
  return boost::json::object{{"name", json_text(name.title)},
                             {"before", json_text(name.before)},
                             {"after", json_text(name.after)},
                             {"changes", std::move(changes)},
                             {"undecided", shifts_json(name.shift.undecided)},
                             {"cost_before", cost_json(name.cost_before)},
                             {"cost_after", cost_json(name.cost_after)},
                             {"not_looked_up", std::move(not_looked_up)},
                             {"lacks_domain", name.lacks_domain},
                             {"has_record", name.has_record}};
}

}  // namespace

std::string diff_text(const DiffReport& report, const Palette& palette, bool all) {
  constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();
  const Bounds bounds = all ? Bounds{kNoBound, kNoBound} : Bounds{};
  if (report.names.size() == 1) return name_text(report.names.front(), palette, bounds);
  std::string out;
  std::string unchanged;
  std::size_t told = 0;
  for (const NameDiff& name : report.names) {
    if (!name.changes() && name.is_proven()) {
      unchanged += verdict_text(name, palette);
    } else {
      out += "\n" + name_text(name, palette, bounds);
      ++told;
    }
  }
  const std::size_t names = report.names.size();
  if (told == 0) return fmt::format("no address changes at any of {} names\n", names);
  return fmt::format("{} of {} names change or may\n{}{}{}", told, names, out,
                     unchanged.empty() ? "" : "\n", unchanged);
}

boost::json::value diff_json(const DiffReport& report) {
  boost::json::array names;
  for (const NameDiff& name : report.names) names.push_back(name_json(name));
  return boost::json::object{{"version", 1},
                             {"old", json_text(report.before)},
                             {"new", json_text(report.after)},
                             {"names", std::move(names)}};
}

}  // namespace mandate::app
