#include "app/commands/compared.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "app/commands/inquiry.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "app/zones.h"
#include "mandate/spf/record.h"

namespace mandate::app {
namespace {

using Sides = std::array<ComparedSide, 2>;

bool is_zone_file(const std::string& word) {
  std::error_code none;
  return std::filesystem::is_regular_file(word, none) ||
         (word.contains('/') && !is_record_text(word));
}

bool has_spf(const dns::ZoneData& zone, const dns::Name& name) {
  const auto* records = zone.find({name, dns::RecordType::txt});
  return std::ranges::any_of(*records, is_spf_txt, &dns::Record::data);
}

/// By their text, as people sort them.
std::vector<dns::Name> names_with_spf(const Sides& sides) {
  std::set<std::pair<std::string, dns::Name>> names;
  for (const ComparedSide& side : sides) {
    if (!side.zone) continue;
    for (dns::Name& name : side.zone->owners(dns::RecordType::txt)) {
      if (has_spf(*side.zone, name)) names.emplace(name.text(), std::move(name));
    }
  }
  std::vector<dns::Name> out;
  out.reserve(names.size());
  for (const auto& [text, name] : names) out.push_back(name);
  return out;
}

/// The name that is asked in place of a wildcard (RFC 4592 section 2.1.1), or the name itself.
dns::Name asked_for(const dns::Name& name) {
  auto labels = name.labels();
  if (labels.empty() || labels.front() != "*") return name;
  labels.front() = "any-name-of-the-wildcard";
  return dns::Name::from_labels(labels).value_or(name);
}

PolicySubject subject_at(const ComparedSide& side, const dns::Name& name) {
  if (side.domain) return {*side.domain, std::nullopt};
  return {asked_for(name), side.record};
}

ComparedName compared_at(const Sides& sides, const dns::Name& name) {
  ComparedName out{{subject_at(sides[0], name), subject_at(sides[1], name)}, ""};
  const dns::Name& before = out.subjects[0].domain;
  const dns::Name& after = out.subjects[1].domain;
  if (before != after) {
    out.title = fmt::format("{} -> {}", before.text(), after.text());
  } else {
    out.title = name == no_domain() ? "the record" : name.text();
  }
  return out;
}

}  // namespace

bool is_spf_txt(const dns::RecordData& data) {
  const auto* txt = std::get_if<dns::TxtData>(&data);
  return txt != nullptr && spf::is_spf_record(txt->joined());
}

Attempt<ComparedSide> read_side(const std::string& word) {
  ComparedSide out{.given = word};
  if (is_zone_file(word)) {
    auto zone = read_zones({word});
    if (!zone) return std::unexpected(std::move(zone.error()));
    out.zone = std::move(*zone);
  } else if (is_record_text(word)) {
    auto subject = record_subject("diff", word, std::nullopt);
    if (!subject) return std::unexpected(std::move(subject.error()));
    out.record = std::move(subject->record);
  } else {
    auto domain = domain_argument("diff", word);
    if (!domain) return std::unexpected(std::move(domain.error()));
    out.domain = std::move(*domain);
  }
  return out;
}

Attempt<std::vector<ComparedName>> names_to_compare(const Sides& sides,
                                                    const std::optional<dns::Name>& domain) {
  const auto& [before, after] = sides;
  if (domain && before.domain && after.domain) {
    return fail(exit_code::usage,
                "diff: --domain is for records in quotes and zone files; two domains name "
                "themselves");
  }
  if (domain) return std::vector{compared_at(sides, *domain)};
  if (before.domain) return std::vector{compared_at(sides, *before.domain)};
  if (after.domain) return std::vector{compared_at(sides, *after.domain)};
  if (!before.zone && !after.zone) return std::vector{compared_at(sides, no_domain())};
  const std::vector<dns::Name> names = names_with_spf(sides);
  if (names.empty()) {
    return fail(exit_code::data, fmt::format("diff: there is no SPF record in {}",
                                             escaped(before.zone ? before.given : after.given)));
  }
  if ((before.record || after.record) && names.size() > 1) {
    return fail(exit_code::usage,
                fmt::format("diff: the zone has SPF records at {} names; say with --domain which "
                            "of them the record is held against",
                            names.size()));
  }
  std::vector<ComparedName> out;
  out.reserve(names.size());
  for (const dns::Name& name : names) out.push_back(compared_at(sides, name));
  return out;
}

}  // namespace mandate::app
