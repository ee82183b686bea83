#include "advice/remedy.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "advice/networks.h"
#include "advice/publication.h"
#include "advice/qualifier.h"
#include "advice/record_edit.h"
#include "advice/shown.h"
#include "advice/text_edit.h"
#include "advice/wide_limits.h"
#include "mandate/spf/known_records.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using spf::Directive;
using spf::Mechanism;
using spf::PolicyMap;
using spf::Result;

/// The name of a directive's domain-spec, or the domain itself; nothing when macros make it.
std::optional<dns::Name> target_of(const spf::Record& record, const Directive& directive,
                                   const dns::Name& domain) {
  const spf::MacroString* spec = record.domain(directive);
  if (spec == nullptr) return domain;
  if (spec->has_macros()) return std::nullopt;
  const auto name = dns::Name::parse(spf::without_final_dot(spec->text()));
  if (!name) return std::nullopt;
  return *name;
}

/// `ip4:` and `ip6:` terms for prefixes, with a qualifier in front of each.
std::string terms_of(const std::vector<dns::Prefix>& prefixes, std::string_view qualifier) {
  std::string out;
  for (const dns::Prefix& prefix : prefixes) {
    out += fmt::format("{}{}{}", out.empty() ? "" : " ", qualifier, network_term(prefix));
  }
  return out;
}

std::string_view qualifier_of(std::string_view term) {
  return term.substr(0, qualifier_size(term));
}

class RemedySearch {
 public:
  RemedySearch(const dns::Name& domain, const dns::Facts& facts, const Sender& sender)
      : domain_(domain), facts_(facts), known_(facts), sender_(sender) {}

  std::variant<std::vector<Remedy>, spf::Questions> run(const std::string& record) {
    std::string text = record;
    if (direct_lookups(spf::parse_record(text).value()) <= kWideLimits.lookups) {
      drop_needless(text);
      addresses_for_hosts(text);
      flatten_own(text);
    }
    envelope_subdomain();
    include_first(record);
    if (!lacking_.empty()) return std::move(lacking_);
    return std::move(found_);
  }

 private:
  void drop_needless(std::string& text);
  void addresses_for_hosts(std::string& text);
  void flatten_own(std::string& text);
  void envelope_subdomain();
  void include_first(const std::string& text);

  void drop_broken(std::string& text, std::vector<std::string>& steps);
  void drop_covered(std::string& text, std::vector<std::string>& steps);
  bool is_broken(const spf::Record& record, const Directive& directive);
  std::optional<std::vector<dns::Prefix>> addresses_of(const spf::Record& record,
                                                       const Directive& directive);
  void add_addresses(const dns::Name& host, const Directive& directive,
                     std::set<dns::Prefix>& prefixes);
  bool is_own(const dns::Name& name) const { return name.is_at_or_below(domain_); }
  bool is_live(const spf::Record& record, const Directive& directive) const;

  const dns::Fact* fact(const dns::Name& name, RecordType type);
  std::optional<PolicyMap> map_of(const std::string& text);
  std::optional<PolicyMap> map_of(const dns::Name& name);
  std::optional<PolicyMap> take(std::variant<PolicyMap, spf::Questions> compiled);
  void lack(const spf::Questions& questions);
  void propose(std::string_view id, std::string summary, const dns::Name& name, std::string value,
               std::vector<std::string> steps);

  const dns::Name& domain_;
  const dns::Facts& facts_;
  const spf::KnownRecords known_;
  const Sender& sender_;
  std::vector<Remedy> found_;
  spf::Questions lacking_;
};

void RemedySearch::lack(const spf::Questions& questions) {
  for (const dns::Question& question : questions) {
    if (std::ranges::find(lacking_, question) == lacking_.end()) lacking_.push_back(question);
  }
}

const dns::Fact* RemedySearch::fact(const dns::Name& name, RecordType type) {
  const dns::Question question{name, type};
  const dns::Fact* found = facts_.find(question);
  if (found == nullptr) lack({question});
  return found;
}

std::optional<PolicyMap> RemedySearch::take(std::variant<PolicyMap, spf::Questions> compiled) {
  if (auto* map = std::get_if<PolicyMap>(&compiled)) return std::move(*map);
  lack(std::get<spf::Questions>(compiled));
  return std::nullopt;
}

std::optional<PolicyMap> RemedySearch::map_of(const dns::Name& name) {
  return take(spf::compile(name.text(), facts_, {.limits = kWideLimits, .records = &known_}));
}

/// The domain's policy with another record.
std::optional<PolicyMap> RemedySearch::map_of(const std::string& text) {
  dns::Fact alone;
  alone.question = {domain_, RecordType::txt};
  alone.status = dns::Fact::Status::found;
  alone.records.emplace_back(dns::TxtData{{text}});
  spf::KnownRecords records = known_;
  records.add(alone);
  return take(spf::compile(domain_.text(), facts_, {.limits = kWideLimits, .records = &records}));
}

/// Before the first `all`, and not the provider's nor one that shows whose the domain is as well.
bool RemedySearch::is_live(const spf::Record& record, const Directive& directive) const {
  const auto all = std::ranges::find(record.directives, Mechanism::all, &Directive::mechanism);
  if (all != record.directives.end() && directive.span.begin >= all->span.begin) return false;
  if (directive.mechanism != Mechanism::include) return true;
  const auto target = target_of(record, directive, domain_);
  return !target || (*target != sender_.include_name && !sender_.is_of_other(*target));
}

void RemedySearch::propose(std::string_view id, std::string summary, const dns::Name& name,
                           std::string value, std::vector<std::string> steps) {
  if (fact(name, RecordType::txt) == nullptr) return;
  auto proof = prove(name, facts_, with_record(facts_, name, value), sender_);
  if (auto* questions = std::get_if<spf::Questions>(&proof)) {
    lack(*questions);
    return;
  }
  found_.push_back({id, std::move(summary), name, std::move(value), std::move(steps),
                    std::get<Proof>(std::move(proof))});
}

/// An include that is an error for every sender that comes to it.
bool RemedySearch::is_broken(const spf::Record& record, const Directive& directive) {
  if (directive.mechanism != Mechanism::include || !is_live(record, directive)) return false;
  const auto target = target_of(record, directive, domain_);
  const auto map = target ? map_of(*target) : std::nullopt;
  return map && std::ranges::all_of(map->outcomes(), [](const PolicyMap::Outcome& outcome) {
           return !outcome.dynamic &&
                  (outcome.result == Result::none || outcome.result == Result::permerror);
         });
}

void RemedySearch::drop_broken(std::string& text, std::vector<std::string>& steps) {
  const spf::Record record = spf::parse_record(text).value();
  std::vector<TextEdit> edits;
  for (const Directive& directive : record.directives) {
    if (!is_broken(record, directive)) continue;
    steps.push_back(fmt::format("`{}` goes: it is an error for every sender that comes to it",
                                shown(directive.span.in(text))));
    edits.push_back({directive.span, ""});
  }
  text = edited(text, std::move(edits));
}

/// Terms without which every address comes to the same. From the back: of two terms that say the
/// same the later one goes. Behind an error nothing can be seen.
void RemedySearch::drop_covered(std::string& text, std::vector<std::string>& steps) {
  const auto is_error = [](const PolicyMap::Outcome& outcome) {
    return outcome.result == Result::permerror || outcome.result == Result::temperror;
  };
  for (std::size_t number = spf::parse_record(text).value().directives.size(); number-- > 0;) {
    const spf::Record record = spf::parse_record(text).value();
    const Directive& directive = record.directives[number];
    if (!directive.asks_dns() || !is_live(record, directive)) continue;
    const std::string without = edited(text, {{directive.span, ""}});
    const auto whole = map_of(text);
    const auto rest = map_of(without);
    if (!whole || !rest || std::ranges::any_of(whole->outcomes(), is_error)) return;
    const spf::PolicyDifference difference = spf::difference(*whole, *rest);
    if (!difference.changes.empty() || !difference.undecided.empty()) continue;
    steps.push_back(fmt::format("`{}` goes: today every address stands the same without it",
                                shown(directive.span.in(text))));
    text = without;
  }
}

void RemedySearch::drop_needless(std::string& text) {
  std::vector<std::string> steps;
  drop_broken(text, steps);
  drop_covered(text, steps);
  if (steps.empty()) return;
  propose("drop-needless", "Drop the terms without which nobody stands worse.", domain_, text,
          std::move(steps));
}

void RemedySearch::add_addresses(const dns::Name& host, const Directive& directive,
                                 std::set<dns::Prefix>& prefixes) {
  for (const RecordType type : {RecordType::a, RecordType::aaaa}) {
    const dns::Fact* known = fact(host, type);
    if (known == nullptr) continue;
    for (const dns::RecordData& data : known->records) {
      const auto* held = std::get_if<dns::AddressData>(&data);
      if (held == nullptr) continue;
      const bool v4 = held->address.is_v4();
      prefixes.emplace(held->address, v4 ? directive.prefix4 : directive.prefix6);
    }
  }
}

/// The addresses of an `a` or `mx` all of whose hosts are the domain's own: those of others may
/// change without a word.
std::optional<std::vector<dns::Prefix>> RemedySearch::addresses_of(const spf::Record& record,
                                                                   const Directive& directive) {
  const auto target = target_of(record, directive, domain_);
  if (!target || !is_own(*target)) return std::nullopt;
  std::set<dns::Prefix> prefixes;
  if (directive.mechanism == Mechanism::a) {
    add_addresses(*target, directive, prefixes);
  } else if (directive.mechanism == Mechanism::mx) {
    const dns::Fact* mx = fact(*target, RecordType::mx);
    if (mx == nullptr) return std::nullopt;
    for (const dns::RecordData& data : mx->records) {
      const auto* held = std::get_if<dns::MxData>(&data);
      if (held == nullptr) continue;
      if (!is_own(held->exchange)) return std::nullopt;
      add_addresses(held->exchange, directive, prefixes);
    }
  }
  if (prefixes.empty()) return std::nullopt;
  return std::vector(prefixes.begin(), prefixes.end());
}

void RemedySearch::addresses_for_hosts(std::string& text) {
  const spf::Record record = spf::parse_record(text).value();
  std::vector<TextEdit> edits;
  std::vector<std::string> steps;
  for (const Directive& directive : record.directives) {
    if (!is_live(record, directive)) continue;
    const auto prefixes = addresses_of(record, directive);
    if (!prefixes) continue;
    const std::string_view term = directive.span.in(text);
    std::string terms = terms_of(*prefixes, qualifier_of(term));
    steps.push_back(fmt::format("`{}` becomes `{}`: keep it up when the hosts move", shown(term),
                                shown(terms)));
    edits.push_back({directive.span, std::move(terms)});
  }
  if (edits.empty()) return;
  text = edited(text, std::move(edits));
  propose("addresses-for-hosts", "Write the addresses of the domain's own hosts.", domain_, text,
          std::move(steps));
}

void RemedySearch::flatten_own(std::string& text) {
  const spf::Record record = spf::parse_record(text).value();
  std::vector<TextEdit> edits;
  std::vector<std::string> steps;
  for (const Directive& directive : record.directives) {
    if (directive.mechanism != Mechanism::include || !is_live(record, directive)) continue;
    const auto target = target_of(record, directive, domain_);
    if (!target || !is_own(*target)) continue;
    const auto map = map_of(*target);
    if (!map || map->is_dynamic()) continue;
    const std::string_view term = directive.span.in(text);
    const std::string terms = terms_of(map->prefixes(Result::pass), qualifier_of(term));
    if (terms.empty()) continue;
    steps.push_back(fmt::format("`{}` becomes `{}`: keep it up when that record changes",
                                shown(term), shown(terms)));
    edits.push_back({directive.span, terms});
  }
  if (edits.empty()) return;
  text = edited(text, std::move(edits));
  propose("flatten-own", "Write what the domain's own included records let pass.", domain_, text,
          std::move(steps));
}

/// RFC 7208 section 2.4: MAIL FROM is checked, so a subdomain there needs no room in this record.
void RemedySearch::envelope_subdomain() {
  const auto name = dns::Name::parse("bounce." + domain_.text());
  if (!name) return;
  const dns::Fact* txt = fact(*name, RecordType::txt);
  if (txt == nullptr) return;
  const Publication there = publication(*txt, sender_.include_name);
  if (there.verdict == Publication::Verdict::cannot) return;
  propose("envelope-subdomain",
          "Leave the record as it is, and send with MAIL FROM at a subdomain.", *name, there.value,
          {fmt::format("publish the value at {}, with an MX of whoever takes the bounces",
                       name->text()),
           "DMARC counts it as aligned in relaxed mode, not under `aspf=s`"});
}

void RemedySearch::include_first(const std::string& text) {
  const spf::Record record = spf::parse_record(text).value();
  if (record.directives.empty()) return;
  auto moved =
      with_include_before(record, sender_.include_name, record.directives.front().span.begin);
  if (!moved) return;
  propose("include-first", "Put the include first: the pool passes, and present senders break.",
          domain_, std::move(*moved),
          {"the proof has the senders whose mail is an error from then on"});
  if (found_.empty() || found_.back().id != "include-first") return;
  Remedy& last = found_.back();
  if (!last.proof.broken.empty()) return;
  last.summary = "Put the include first: the pool passes, and nobody else stands better.";
  last.steps.clear();
}

}  // namespace

std::variant<std::vector<Remedy>, spf::Questions> remedies(const dns::Name& domain,
                                                           const dns::Facts& facts,
                                                           const Sender& sender,
                                                           const std::string& record) {
  if (!spf::parse_record(record)) return std::vector<Remedy>();
  return RemedySearch(domain, facts, sender).run(record);
}

}  // namespace mandate::advice
