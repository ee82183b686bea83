#include "app/commands/simulation.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "advice/proof.h"
#include "advice/wildcard.h"

namespace mandate::app {
namespace {

using Fate = SimulatedDomain::Fate;
using Kind = registry::CheckFinding::Kind;

SimulatedDomain outcome(Fate fate, registry::Assessment assessment) {
  SimulatedDomain out{fate, std::move(assessment.reason_code), std::move(assessment.reason), {}};
  const auto check = std::ranges::find_if(assessment.checks, [](const registry::PoolCheck& tried) {
    return tried.result != spf::Result::pass;
  });
  if (check != assessment.checks.end()) out.check = std::move(*check);
  return out;
}

/// The TXT answers of names below another, the name itself left out.
std::vector<dns::Fact> texts_below(const dns::Facts& facts, const dns::Name& name) {
  std::vector<dns::Fact> out;
  for (const auto& [question, fact] : facts) {
    const bool is_below = question.name != name && question.name.is_at_or_below(name);
    if (is_below && question.type == dns::RecordType::txt) out.push_back(fact);
  }
  return out;
}

dns::Fact unknown_of(dns::Fact fact, const dns::Question& wildcard) {
  fact.status = dns::Fact::Status::failed;
  fact.records.clear();
  fact.detail = fmt::format("whether {} answers for it is not known", dns::text(wildcard));
  return fact;
}

}  // namespace

std::string_view text(Fate fate) {
  switch (fate) {
    case Fate::holds:
      return "holds";
    case Fate::breaks:
      return "breaks";
    case Fate::not_proven:
      return "not_proven";
    case Fate::unknown:
      break;
  }
  return "unknown";
}

std::variant<dns::Facts, spf::Questions> with_published(const dns::Facts& facts,
                                                        const dns::Name& include_name,
                                                        const PublishedRecords& records,
                                                        const dns::Name& own_name) {
  const auto any = dns::Name::parse("*." + include_name.text());
  const dns::Question wildcard{any.value_or(include_name), dns::RecordType::txt};
  dns::Facts out = advice::with_record(facts, include_name, records.record);
  for (const dns::Fact& fact : texts_below(facts, include_name)) {
    if (const auto part = records.parts.find(fact.question.name); part != records.parts.end()) {
      out = advice::with_record(out, part->first, part->second);
      continue;
    }
    if (fact.status != dns::Fact::Status::found) continue;
    if (fact.question.name == own_name) {
      out = advice::with_record(out, fact.question.name, records.record);
      continue;
    }
    const dns::Fact* const answer = facts.find(wildcard);
    if (answer == nullptr) return spf::Questions{wildcard};
    if (answer->status == dns::Fact::Status::failed) {
      out.add(unknown_of(fact, wildcard));
    } else if (advice::answers_alike(*answer, fact)) {
      out = advice::with_record(out, fact.question.name, records.record);
    }
  }
  return out;
}

std::variant<registry::Assessment, spf::Questions> SimulationStep::assess(
    const registry::Provider& provider, const dns::Facts& facts) const {
  return registry::assess({.provider = provider,
                           .domain = domain_.domain,
                           .senders = domain_.senders,
                           .return_path = domain_.return_path,
                           .token = token_,
                           .ownership = change_.ownership,
                           .now = change_.now},
                          facts);
}

std::variant<SimulatedDomain, spf::Questions> SimulationStep::operator()(const dns::Facts& facts) {
  if (!is_proven_) {
    auto today = assess(change_.today, facts);
    if (auto* lacking = std::get_if<spf::Questions>(&today)) return std::move(*lacking);
    auto& assessment = std::get<registry::Assessment>(today);
    if (assessment.kind == Kind::unavailable) return outcome(Fate::unknown, std::move(assessment));
    if (assessment.kind != Kind::proven) return outcome(Fate::not_proven, std::move(assessment));
    is_proven_ = true;
  }
  dns::Facts published;
  if (change_.records) {
    const dns::Name& shared = change_.after.include_name;
    auto changed =
        with_published(facts, shared, *change_.records, registry::own_include_name(token_, shared));
    if (auto* lacking = std::get_if<spf::Questions>(&changed)) return std::move(*lacking);
    published = std::get<dns::Facts>(std::move(changed));
  }
  auto after = assess(change_.after, change_.records ? published : facts);
  if (auto* lacking = std::get_if<spf::Questions>(&after)) return std::move(*lacking);
  auto& assessment = std::get<registry::Assessment>(after);
  const Fate fate = assessment.kind == Kind::proven        ? Fate::holds
                    : assessment.kind == Kind::unavailable ? Fate::unknown
                                                           : Fate::breaks;
  return outcome(fate, std::move(assessment));
}

}  // namespace mandate::app
