#include "app/commands/plan_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <vector>

#include "advice/character_strings.h"
#include "advice/word_change.h"
#include "app/commands/answer.h"
#include "app/commands/shift_report.h"
#include "dns/public_suffix.h"

namespace mandate::app {
namespace {

using Verdict = advice::Publication::Verdict;

std::string_view verdict_text(const Planned& planned) {
  switch (planned.plan.verdict) {
    case Verdict::nothing_to_do:
      return "nothing to do, the sending pool passes";
    case Verdict::add:
      return planned.plan.proven() ? "add this record" : "add this record, which is not proven";
    case Verdict::change:
      return planned.plan.proven() ? "change the record to this"
                                   : "change the record to this, which is not proven";
    case Verdict::cannot:
      break;
  }
  return planned.plan.unanswered ? "not known, the DNS could not be asked"
                                 : "no edit can be proposed";
}

std::string first_line(const Planned& planned, const Palette& palette) {
  const std::string text =
      fmt::format("{}: {}", escaped(planned.domain.text()), verdict_text(planned));
  if (planned.plan.verdict == Verdict::nothing_to_do) return palette.good(text) + "\n";
  return (planned.plan.proven() ? palette.strong(text) : palette.bad(text)) + "\n";
}

/// A text with some of its words coloured, and marks under them for who sees no colour.
std::string marked(std::string_view label, std::string_view text,
                   const std::vector<spf::Span>& spans, char mark, const Palette& palette) {
  std::string line;
  std::string marks;
  std::size_t done = 0;
  for (const spf::Span& span : spans) {
    const std::string before = escaped(text.substr(done, span.begin - done));
    const std::string word = escaped(span.in(text));
    line += before + (mark == '+' ? palette.good(word) : palette.bad(word));
    marks += std::string(before.size(), ' ') + std::string(word.size(), mark);
    done = span.end;
  }
  line += escaped(text.substr(done));
  return fmt::format("{:<10} {}\n", label, line) +
         (spans.empty() ? "" : fmt::format("{:<10} {}\n", "", marks));
}

/// Those spans of a joined text that lie in one of its parts, as the part has them.
std::vector<spf::Span> within(const std::vector<spf::Span>& spans, std::size_t begin,
                              std::size_t size) {
  std::vector<spf::Span> out;
  for (const spf::Span& span : spans) {
    if (span.begin < begin || span.end > begin + size) continue;
    out.push_back({span.begin - begin, span.end - begin});
  }
  return out;
}

/// Today's records and the new one beneath each other.
std::string change_text(const advice::TxtChange& change, bool by_wildcard, const Palette& palette) {
  std::string today;
  for (const dns::TxtData& text : change.removed) {
    today += (today.empty() ? "" : " ") + text.joined();
  }
  const std::string value = change.added.joined();
  const advice::WordChange words = advice::word_change(today, value);
  std::string out;
  std::size_t begin = 0;
  for (const dns::TxtData& text : change.removed) {
    const std::string joined = text.joined();
    out += marked("today", joined, within(words.removed, begin, joined.size()), '-', palette);
    begin += joined.size() + 1;
  }
  if (change.removed.empty()) {
    out += fmt::format("{:<10} no SPF record{}\n", "today", by_wildcard ? " of its own" : "");
  }
  return out + marked("new", value, words.added, '+', palette);
}

std::string strings_text(std::size_t octets, const std::vector<std::string>& strings) {
  if (strings.size() == 1) return fmt::format("{} octets", octets);
  return fmt::format("{} octets, in {} strings", octets, strings.size());
}

std::string place_text(const Planned& planned, const advice::TxtChange& change) {
  std::string out = fmt::format(
      "{:<10} TXT, host {} in the zone {}{}, TTL {} s\n", "publish at",
      escaped(advice::host_in_zone(change.name, change.zone)), escaped(change.zone.text()),
      planned.zone.found ? "" : " (assumed, no SOA record was found)", change.ttl);
  const auto& strings = change.added.strings;
  for (std::size_t i = 0; i < strings.size() && strings.size() > 1; ++i) {
    out += fmt::format("{:<10} \"{}\"\n", i == 0 ? "as strings" : "", printable(strings[i]));
  }
  return out;
}

std::string pool_text(const advice::Proof& proof, const std::vector<dns::Prefix>& pool) {
  spf::AddressCount all;
  for (const dns::Prefix& prefix : pool) all.add({prefix.network(), prefix.last()});
  std::string out =
      fmt::format("{:<10} {} in the sending pool: {}\n", "pool", advice::addresses_text(all),
                  proof.pool_passes() ? "all pass" : "not all pass");
  for (const advice::PoolStanding& standing : proof.pool) {
    if (standing.authorized) continue;
    out += fmt::format("{:<10} {}  {}\n", "", advice::range_text(standing.range),
                       standing_text(standing.standing));
  }
  return out;
}

std::string limit_text(std::string_view name, int before, int after, int limit,
                       const Palette& palette) {
  const std::string change = before == after ? fmt::format("{} of {}", after, limit)
                                             : fmt::format("{} -> {} of {}", before, after, limit);
  return fmt::format("{:<10} {}\n", name, after > limit ? palette.bad(change) : change);
}

std::string proof_text(const advice::Proof& proof, const std::vector<dns::Prefix>& pool,
                       const std::vector<std::string>& strings, const Palette& palette) {
  constexpr spf::Limits kLimits;
  std::string out = pool_text(proof, pool);
  out += shifts_text("gain", proof.gained, palette);
  out += shifts_text("repaired", proof.repaired, palette);
  out += shifts_text("worse", proof.broken, palette);
  const bool others = proof.repaired.empty() && proof.broken.empty();
  if (others) {
    out += fmt::format("{:<10} no other address changes{}\n", "others",
                       proof.undecided.empty() ? "" : ", of those that can be told");
  }
  out += shifts_text("not told", proof.undecided, palette);
  out += limit_text("lookups", proof.before.lookups, proof.after.lookups, kLimits.lookups, palette);
  out += limit_text("voids", proof.before.voids, proof.after.voids, kLimits.voids, palette);
  return out + fmt::format("{:<10} {} -> {}\n", "length", proof.before.octets,
                           strings_text(proof.after.octets, strings));
}

std::string notes_text(const std::vector<std::string>& notes) {
  std::string out;
  for (const std::string& note : notes) out += fmt::format("- {}\n", printable(note));
  return out;
}

std::string remedy_text(std::size_t number, const advice::Remedy& remedy,
                        const std::vector<dns::Prefix>& pool, const Palette& palette) {
  const auto strings = advice::character_strings(remedy.value);
  const std::string head = fmt::format("{}. {}", number, printable(remedy.summary));
  std::string out =
      fmt::format("\n{}\n{}\n{:<10} {}{}\n", palette.strong(head), printable(remedy.value), "at",
                  escaped(remedy.name.text()), remedy.proof.holds() ? "" : ", not proven");
  for (const std::string& step : remedy.steps) {
    out +=
        fmt::format("{:<10} {}\n", &step == &remedy.steps.front() ? "steps" : "", printable(step));
  }
  return out + proof_text(remedy.proof, pool, strings, palette);
}

boost::json::array pool_json(const std::vector<advice::PoolStanding>& pool) {
  boost::json::array out;
  for (const advice::PoolStanding& part : pool) {
    boost::json::object object = range_json(part.range);
    object["standing"] = standing_json(part.standing);
    object["authorized"] = part.authorized;
    out.push_back(std::move(object));
  }
  return out;
}

boost::json::object proof_json(const advice::Proof& proof) {
  return {{"holds", proof.holds()},
          {"pool_passes", proof.pool_passes()},
          {"pool", pool_json(proof.pool)},
          {"gained", shifts_json(proof.gained)},
          {"repaired", shifts_json(proof.repaired)},
          {"broken", shifts_json(proof.broken)},
          {"undecided", shifts_json(proof.undecided)},
          {"before", cost_json(proof.before)},
          {"after", cost_json(proof.after)}};
}

boost::json::array remedies_json(const std::vector<advice::Remedy>& remedies) {
  boost::json::array out;
  for (const advice::Remedy& remedy : remedies) {
    out.push_back(
        boost::json::object{{"id", remedy.id},
                            {"summary", remedy.summary},
                            {"name", json_text(remedy.name.text())},
                            {"value", json_text(remedy.value)},
                            {"strings", strings_json(advice::character_strings(remedy.value))},
                            {"steps", strings_json(remedy.steps)},
                            {"proof", proof_json(remedy.proof)}});
  }
  return out;
}

boost::json::value publish_json(const Planned& planned) {
  if (planned.plan.verdict == Verdict::nothing_to_do || planned.plan.value.empty()) return nullptr;
  const advice::TxtChange change = planned.change();
  boost::json::array removed;
  for (const dns::TxtData& text : change.removed) {
    removed.push_back(boost::json::value(json_text(text.joined())));
  }
  return boost::json::object{{"type", "TXT"},
                             {"name", json_text(change.name.text())},
                             {"zone", json_text(change.zone.text())},
                             {"zone_found", planned.zone.found},
                             {"host", json_text(advice::host_in_zone(change.name, change.zone))},
                             {"ttl", change.ttl},
                             {"value", json_text(planned.plan.value)},
                             {"strings", strings_json(change.added.strings)},
                             {"replaces", std::move(removed)}};
}

}  // namespace

std::string plan_text(const Planned& planned, const Palette& palette) {
  const advice::Plan& plan = planned.plan;
  std::string out = first_line(planned, palette);
  if (!plan.value.empty()) out += printable(plan.value) + "\n";
  if (plan.verdict != Verdict::nothing_to_do && !plan.value.empty()) {
    const advice::TxtChange change = planned.change();
    out += "\n" + place_text(planned, change) + change_text(change, plan.by_wildcard, palette);
    if (plan.proof) {
      out += "\n" + palette.strong("proof") + "\n" +
             proof_text(*plan.proof, plan.pool, change.added.strings, palette);
    }
  }
  if (!plan.notes.empty()) out += "\n" + notes_text(plan.notes);
  for (std::size_t i = 0; i < plan.remedies.size(); ++i) {
    out += remedy_text(i + 1, plan.remedies[i], plan.pool, palette);
  }
  return out;
}

boost::json::object plan_json(const Planned& planned) {
  const advice::Plan& plan = planned.plan;
  boost::json::array pool;
  for (const dns::Prefix& prefix : plan.pool) pool.push_back(boost::json::value(prefix.text()));
  return {{"version", 1},
          {"domain", json_text(planned.domain.text())},
          {"include", json_text(planned.provider.include_name.text())},
          {"pool", std::move(pool)},
          {"verdict", advice::text(plan.verdict)},
          {"proven", planned.plan.proven()},
          {"unanswered", plan.unanswered},
          {"observed", strings_json(plan.observed)},
          {"today", pool_json(plan.today)},
          {"publish", publish_json(planned)},
          {"proof", plan.proof ? boost::json::value(proof_json(*plan.proof)) : nullptr},
          {"notes", strings_json(plan.notes)},
          {"remedies", remedies_json(plan.remedies)}};
}

boost::json::object domain_connect_json(const Planned& planned, const std::string& host) {
  const dns::Name& include = planned.provider.include_name;
  const std::string provider = dns::registrable_domain(include).text();
  const std::string zone = planned.zone.name.text();
  const std::string label = advice::host_in_zone(planned.domain, planned.zone.name);
  const boost::json::object record{
      {"type", "SPFM"}, {"host", "@"}, {"spfRules", "include:" + include.text()}};
  return {
      {"template",
       {{"providerId", provider},
        {"providerName", provider},
        {"serviceId", "spf"},
        {"serviceName", "Sending mail in your domain's name"},
        {"version", 1},
        {"description", "Lets mail sent by " + provider + " pass SPF for your domain"},
        {"records", boost::json::array{record}}}},
      {"apply_path", fmt::format("/v2/domainTemplates/providers/{}/services/spf/apply?domain={}{}",
                                 provider, zone, label == "@" ? "" : "&host=" + label)},
      {"settings_url",
       host.empty() ? boost::json::value(nullptr)
                    : boost::json::value(fmt::format("https://{}/v2/{}/settings", host, zone))}};
}

}  // namespace mandate::app
