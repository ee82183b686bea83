#include "app/commands/provider_zone_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <string_view>

#include "advice/character_strings.h"
#include "advice/zone_apex.h"
#include "app/commands/answer.h"
#include "app/commands/planning.h"
#include "app/commands/policy_subject.h"
#include "app/commands/shift_report.h"
#include "dns/mail_exchange.h"
#include "dns/public_suffix.h"

namespace mandate::app {
namespace {

using advice::ProviderRecord;
using Purpose = ProviderRecord::Purpose;
using State = advice::ProviderChange::State;

constexpr spf::Limits kLimits;

std::string count_text(const std::vector<dns::Prefix>& pool) {
  spf::AddressCount count;
  for (const dns::Prefix& prefix : pool) count.add({prefix.network(), prefix.last()});
  return advice::addresses_text(count);
}

std::size_t longest_answer(const advice::ProviderZone& zone) {
  return std::ranges::max(zone.records, {}, &ProviderRecord::answer_octets).answer_octets;
}

std::string cost_note(const advice::ProviderZone& zone, const advice::ProviderNames& names) {
  std::string out = fmt::format(
      "An include of {}, or of an account's own name below it, takes {} of the {} DNS lookups that "
      "receivers make for a customer's record (RFC 7208 section 4.6.4). The longest answer has {} "
      "octets.",
      names.include_name.text(), zone.lookups, kLimits.lookups, longest_answer(zone));
  const auto wide = advice::provider_zone(names, advice::kEdnsAnswer);
  if (wide && wide->lookups < zone.lookups) {
    out += fmt::format(
        " With answers of up to {} octets, which need EDNS or TCP, it would take {}: --answer-size "
        "{}.",
        advice::kEdnsAnswer, wide->lookups, advice::kEdnsAnswer);
  } else if (zone.most_octets > advice::kPlainAnswer) {
    out += fmt::format(" Beyond {} octets an answer needs EDNS or TCP (RFC 7208 section 3.4).",
                       advice::kPlainAnswer);
  }
  return out;
}

std::string wildcard_note(const advice::ProviderZone& zone, const dns::Name& include_name) {
  std::string there;
  for (const ProviderRecord& record : zone.records) {
    const bool is_below = record.name.is_at_or_below(include_name) && record.name != include_name &&
                          record.purpose != Purpose::accounts;
    if (is_below) there += (there.empty() ? ": " : ", ") + record.name.text();
  }
  return fmt::format(
      "The wildcard answers for every account's own name below {}, but for no name that has "
      "records "
      "of its own or names below it (RFC 4592){}.",
      include_name.text(), there);
}

constexpr std::string_view kHeloNote =
    "A name that hosts say in HELO needs the A and AAAA records of the hosts, which the "
    "configuration does not know, and an SPF record of its own: the null sender of a bounce is "
    "checked by it (RFC 7208 section 2.4).";

constexpr std::string_view kBounceNote =
    "An account that publishes one CNAME for its return path gets the policy and the bounces of "
    "its "
    "own include name: therefore an MX beside the policy.";

/// What there is to know, in order of weight.
std::vector<std::string> notes_of(const advice::ProviderZone& zone,
                                  const advice::ProviderNames& names) {
  std::vector<std::string> out{cost_note(zone, names), wildcard_note(zone, names.include_name),
                               std::string(kHeloNote)};
  if (names.bounce_host) out.emplace_back(kBounceNote);
  return out;
}

std::string record_line(const ProviderRecord& record) {
  return advice::as_zone_lines(
      advice::txt_change(record.name, record.name, kAdvisedTtl, {}, record.value));
}

/// The addresses as a comment; and the record too, where the name is in a zone of others.
std::string helo_lines(const ProviderRecord& record, const dns::Name& include_name) {
  const bool is_ours = record.name.is_at_or_below(dns::registrable_domain(include_name));
  return fmt::format("; {}. {} IN A and AAAA: the hosts that say it\n{}{}", record.name.text(),
                     kAdvisedTtl, is_ours ? "" : "; in its own zone:  ", record_line(record));
}

boost::json::object record_json(const ProviderRecord& record) {
  return {{"purpose", advice::text(record.purpose)},
          {"type", "TXT"},
          {"name", json_text(record.name.text())},
          {"ttl", kAdvisedTtl},
          {"value", record.value},
          {"strings", strings_json(advice::character_strings(record.value))},
          {"answer_octets", record.answer_octets}};
}

boost::json::object record_json(const advice::BounceRecord& record) {
  return {{"purpose", "bounces"},
          {"type", "MX"},
          {"name", json_text(record.name.text())},
          {"ttl", kAdvisedTtl},
          {"value", json_text(dns::text(record.exchange))}};
}

boost::json::array pool_json(const std::vector<dns::Prefix>& pool) {
  boost::json::array out;
  for (const dns::Prefix& prefix : pool) out.push_back(boost::json::value(prefix.text()));
  return out;
}

/// Caches may have the one name from before the change and the other from after it.
std::string moving_note(const advice::ProviderChange& change) {
  if (change.record.purpose != Purpose::part || change.change.removed.empty()) return "";
  return fmt::format(
      "; {} changes: for up to {} s receivers may miss what moves between it and another name, so "
      "lower its TTL before\n",
      change.record.name.text(), change.change.ttl);
}

std::string change_text(const advice::ProviderChange& change) {
  const std::string name = change.record.name.text();
  switch (change.state) {
    case State::in_place:
      return fmt::format("; {} has its record\n", name);
    case State::has_other:
      return fmt::format(
          "; {} has a record of its own: {}\n; see by --check whether the whole pool passes it; "
          "else give it \"{}\"\n",
          name, dns::text(dns::RecordData(change.change.removed.front())), change.record.value);
    case State::to_publish:
      return moving_note(change) + advice::as_nsupdate(change.change);
    case State::unanswered:
      break;
  }
  return fmt::format("; {}: {}\n", name, printable(change.problem));
}

std::string labelled(std::string_view label, const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    out += fmt::format("{:<10} {}\n", out.empty() ? label : "", line);
  }
  return out;
}

/// Every range with what it comes to: nobody has to guess who else passes.
std::vector<std::string> range_lines(const std::vector<advice::StandingOf>& parts) {
  std::vector<std::string> out;
  for (const advice::StandingOf& part : parts) {
    // Of a lookup that failed the addresses do not matter.
    const bool failed = part.standing.result == spf::Result::temperror;
    if (failed) out.push_back(standing_text(part.standing));
    for (const dns::AddressRange& range : advice::joined(part.ranges)) {
      if (failed) break;
      out.push_back(fmt::format("{}  {}", advice::range_text(range), standing_text(part.standing)));
    }
  }
  return out;
}

boost::json::array parts_json(const std::vector<advice::StandingOf>& parts) {
  boost::json::array out;
  for (const advice::StandingOf& part : parts) {
    boost::json::array ranges;
    for (const dns::AddressRange& range : advice::joined(part.ranges)) {
      ranges.push_back(range_json(range));
    }
    out.push_back(boost::json::object{{"standing", standing_json(part.standing)},
                                      {"count", count_json(part.count)},
                                      {"ranges", std::move(ranges)}});
  }
  return out;
}

std::string name_text(const NameCheck& check, const Palette& palette) {
  const bool well = check.fit.exact() && check.problem.empty();
  std::string out =
      fmt::format("\n{:<10} {}{}\n", advice::text(check.purpose), palette.strong(check.name.text()),
                  well ? ": the pool passes, and no other address" : "");
  if (!check.problem.empty()) {
    out += labelled("address", {palette.bad(printable(check.problem))});
  }
  if (!check.bounces.empty()) out += labelled("bounces", {palette.bad(check.bounces)});
  out += labelled("missing", range_lines(check.fit.missing));
  out += labelled("too wide", range_lines(check.fit.surplus));
  out += labelled("not told", range_lines(check.fit.undecided));
  const advice::Cost& cost = check.fit.cost;
  const std::string lookups =
      fmt::format("{} of {}{}", cost.lookups, kLimits.lookups,
                  check.purpose == Purpose::helo ? "" : " of a customer who includes it");
  return out +
         labelled("lookups", {cost.lookups > kLimits.lookups ? palette.bad(lookups) : lookups});
}

boost::json::object name_json(const NameCheck& check) {
  return {{"purpose", advice::text(check.purpose)},
          {"name", json_text(check.name.text())},
          {"asked", json_text(check.asked.text())},
          {"exact", check.fit.exact()},
          {"problem", json_text(check.problem)},
          {"bounces", json_text(check.bounces)},
          {"missing", parts_json(check.fit.missing)},
          {"surplus", parts_json(check.fit.surplus)},
          {"undecided", parts_json(check.fit.undecided)},
          {"lookups", check.fit.cost.lookups},
          {"voids", check.fit.cost.voids}};
}

}  // namespace

std::string provider_zone_text(const advice::ProviderZone& zone,
                               const advice::ProviderNames& names) {
  const auto notes = notes_of(zone, names);
  std::string out = fmt::format("; {} of the sending pool pass, and no other\n; {}\n",
                                count_text(zone.pool), notes[0]);
  for (const ProviderRecord& record : zone.records) {
    if (record.purpose == Purpose::accounts) out += fmt::format("; {}\n", notes[1]);
    if (record.purpose != Purpose::helo) out += record_line(record);
  }
  const auto bounces = advice::bounce_records(names);
  if (!bounces.empty()) out += fmt::format("; {}\n", kBounceNote);
  for (const advice::BounceRecord& record : bounces) out += as_zone_line(record, kAdvisedTtl);
  out += fmt::format("; {}\n", notes[2]);
  for (const ProviderRecord& record : zone.records) {
    if (record.purpose == Purpose::helo) out += helo_lines(record, names.include_name);
  }
  return out;
}

boost::json::object provider_zone_json(const advice::ProviderZone& zone,
                                       const advice::ProviderNames& names) {
  boost::json::array records;
  for (const ProviderRecord& record : zone.records) records.push_back(record_json(record));
  for (const auto& record : advice::bounce_records(names)) records.push_back(record_json(record));
  return {{"version", 1},
          {"include", json_text(names.include_name.text())},
          {"pool", pool_json(zone.pool)},
          {"lookups", zone.lookups},
          {"answer_size", zone.most_octets},
          {"records", std::move(records)},
          {"notes", strings_json(notes_of(zone, names))}};
}

std::string provider_changes_text(const std::vector<advice::ProviderChange>& changes) {
  std::string out;
  for (const advice::ProviderChange& change : changes) out += change_text(change);
  return out;
}

std::string bounce_changes_text(const std::vector<advice::BounceChange>& changes) {
  using Bounces = advice::BounceChange::State;
  std::string out;
  for (const advice::BounceChange& change : changes) {
    const std::string name = change.record.name.text();
    if (change.state == Bounces::in_place) {
      out += fmt::format("; {} has its MX record\n", name);
    } else if (change.state == Bounces::to_publish) {
      out += advice::as_nsupdate(change, kAdvisedTtl);
    } else if (change.state == Bounces::has_other) {
      out += fmt::format(
          "; {} takes mail already: MX {}\n; bounces of a return path that is an alias of it would "
          "go there; give it MX {} in its place, if nobody else is to get mail there\n",
          name, change.other, dns::text(dns::RecordData(change.record.exchange)));
    } else {
      out += fmt::format("; {}: {}\n", name, change.problem);
    }
  }
  return out;
}

std::string provider_check_text(const ProviderCheck& check, const Palette& palette) {
  const std::string name = check.include_name.text();
  const std::string verdict =
      check.differs() ? palette.bad(name + ": what is published is not what the configuration says")
      : check.unanswered() ? palette.doubtful(name + ": not known, the DNS could not be asked")
                           : palette.good(name + ": published as the configuration says");
  std::string out =
      fmt::format("{}\n{:<10} {} in the sending pool\n", verdict, "pool", count_text(check.pool));
  for (const NameCheck& one : check.names) out += name_text(one, palette);
  return out;
}

boost::json::object provider_check_json(const ProviderCheck& check) {
  boost::json::array names;
  for (const NameCheck& one : check.names) names.push_back(name_json(one));
  return {{"version", 1},
          {"include", json_text(check.include_name.text())},
          {"pool", pool_json(check.pool)},
          {"as_configured", !check.differs() && !check.unanswered()},
          {"unanswered", check.unanswered()},
          {"names", std::move(names)}};
}

}  // namespace mandate::app
