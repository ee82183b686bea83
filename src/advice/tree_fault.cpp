#include "advice/tree_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "advice/rule_table.h"
#include "advice/shown.h"
#include "advice/target_fault.h"
#include "advice/wide_limits.h"
#include "dns/printable.h"
#include "mandate/spf/known_records.h"
#include "mandate/spf/policy_map.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using spf::Directive;
using spf::Mechanism;
using spf::PolicyMap;
using spf::Result;
using spf::Span;

constexpr std::uint16_t kNear = 8;
constexpr std::uint64_t kManyAddresses = 100'000;

class TreeExamination {
 public:
  TreeExamination(const dns::Name& domain, const spf::Record& record, const dns::Facts& facts)
      : domain_(domain), record_(record), facts_(facts), known_(facts) {}

  std::variant<std::vector<Finding>, spf::Questions> run() {
    look_at_terms();
    look_at_redirect();
    look_at_explanation();
    look_at_limits();
    look_at_targets();
    if (!lacking_.empty()) return std::move(lacking_);
    return std::move(findings_);
  }

 private:
  void find(const Rule& rule, const Span& span, std::string message) {
    findings_.push_back({&rule, span, std::move(message), std::nullopt});
  }
  std::string text(const Span& span) const { return shown(span.in(record_.text)); }

  void add_lacking(dns::Question question) {
    if (std::ranges::find(lacking_, question) != lacking_.end()) return;
    lacking_.push_back(std::move(question));
  }
  const dns::Fact* fact(const dns::Name& name, RecordType type);
  std::optional<PolicyMap> map_of(const dns::Name& name, const spf::Limits& limits,
                                  const spf::KnownRecords& known);
  std::optional<PolicyMap> map_of(const dns::Name& name) {
    return map_of(name, kWideLimits, known_);
  }
  const std::optional<PolicyMap>& own_map();
  std::optional<PolicyMap> map_to_count();
  bool comes_back(const dns::Name& from) const;

  void look_at_terms();
  void look_at_redirect();
  void look_at_explanation();
  void look_at_limits();
  void look_at_targets();
  void look_at_included(const dns::Name& target, const Directive& directive);
  void look_at_network(const Directive& directive);
  void look_at_senders(const Directive& directive, std::span<const dns::Prefix> senders);
  void look_at_a(const dns::Name& host, const Span& span);
  void look_at_mx(const dns::Name& name, const Span& span);

  const dns::Name& domain_;
  const spf::Record& record_;
  const dns::Facts& facts_;
  const spf::KnownRecords known_;  // read once, for every map and walk
  std::optional<std::optional<PolicyMap>> own_map_;
  std::vector<Finding> findings_;
  spf::Questions lacking_;
};

const dns::Fact* TreeExamination::fact(const dns::Name& name, RecordType type) {
  const dns::Question question{name, type};
  const dns::Fact* found = facts_.find(question);
  if (found == nullptr) add_lacking(question);
  return found;
}

std::optional<PolicyMap> TreeExamination::map_of(const dns::Name& name, const spf::Limits& limits,
                                                 const spf::KnownRecords& known) {
  auto compiled = spf::compile(name.text(), facts_, {.limits = limits, .records = &known});
  if (auto* map = std::get_if<PolicyMap>(&compiled)) return std::move(*map);
  for (dns::Question& question : std::get<spf::Questions>(compiled)) {
    add_lacking(std::move(question));
  }
  return std::nullopt;
}

const std::optional<PolicyMap>& TreeExamination::own_map() {
  if (!own_map_) own_map_ = map_of(domain_);
  return *own_map_;
}

/// The policy with every record that is none, or cannot be read, taken for an empty one: an include
/// of it ends the evaluation, and hides what stands behind it.
std::optional<PolicyMap> TreeExamination::map_to_count() {
  spf::KnownRecords countable = known_;
  bool differs = false;
  for (const auto& [question, fact] : facts_) {
    if (question.type != RecordType::txt) continue;
    const spf::SelectedRecord* selected = known_.find(question.name.wire());
    if (selected == nullptr || selected->status == spf::SelectedRecord::Status::found) continue;
    dns::Fact empty = fact;
    empty.status = dns::Fact::Status::found;
    empty.records = {dns::TxtData{{"v=spf1"}}};
    countable.add(empty);
    differs = true;
  }
  return differs ? map_of(domain_, kWideLimits, countable) : own_map();
}

/// Whether includes and redirects lead from a name back to it, or to the domain.
bool TreeExamination::comes_back(const dns::Name& from) const {
  std::set<dns::Name> seen;
  std::vector<dns::Name> left{from};
  const auto go_to = [&](const spf::MacroString& spec) {
    if (auto name = name_of(spec)) left.push_back(std::move(*name));
  };
  while (!left.empty()) {
    const dns::Name at = std::move(left.back());
    left.pop_back();
    if (at == domain_ || (at == from && !seen.empty())) return true;
    const spf::SelectedRecord* selected = known_.find(at.wire());
    if (!seen.insert(at).second || selected == nullptr) continue;
    for (const Directive& directive : selected->record.directives) {
      if (directive.mechanism == Mechanism::include) go_to(*selected->record.domain(directive));
    }
    if (selected->record.redirect) go_to(selected->record.redirect->value);
  }
  return false;
}

/// The result of every address that does not depend on the sender; nothing when they differ.
std::optional<Result> only_result(const PolicyMap& map) {
  const auto outcomes = map.outcomes();
  const bool same = std::ranges::all_of(outcomes, [&](const PolicyMap::Outcome& outcome) {
    return !outcome.dynamic && outcome.result == outcomes.front().result;
  });
  if (!same || outcomes.empty()) return std::nullopt;
  return outcomes.front().result;
}

void TreeExamination::look_at_included(const dns::Name& target, const Directive& directive) {
  const Span& span = directive.span;
  const auto map = map_of(target);
  if (!map) return;
  if (!map->is_dynamic()) look_at_senders(directive, map->prefixes(Result::pass));
  const auto result = only_result(*map);
  if (!result) return;
  const auto why = [&] { return dns::printable(map->problem(map->outcomes().front())); };
  if (comes_back(target)) {
    find(rule("loop"), span, fmt::format("`{}` leads back to where it came from.", text(span)));
  } else if (*result == Result::none) {
    find(rule("include-without-spf"), span, fmt::format("`{}`: {}.", text(span), why()));
  } else if (*result == Result::permerror) {
    find(rule("include-broken"), span, fmt::format("`{}`: {}.", text(span), why()));
  } else if (*result == Result::pass) {
    find(rule("include-open"), span,
         fmt::format("The record of {} passes every address.", target.text()));
  }
}

/// A network that lies in one before it is a matter of the record alone: `conflict` tells of it.
void TreeExamination::look_at_network(const Directive& directive) {
  for (const Directive& earlier : record_.directives) {
    if (&earlier == &directive) break;
    const bool is_network =
        earlier.mechanism == Mechanism::ip4 || earlier.mechanism == Mechanism::ip6;
    if (is_network && earlier.network.length() <= directive.network.length() &&
        earlier.network.contains(directive.network.network())) {
      return;
    }
  }
  look_at_senders(directive, std::array{directive.network});
}

/// Whether every address that a term would let pass is decided otherwise in front of it: where it
/// is come to, they pass.
void TreeExamination::look_at_senders(const Directive& directive,
                                      std::span<const dns::Prefix> senders) {
  if (directive.qualifier != Result::pass || senders.empty()) return;
  const std::optional<PolicyMap>& map = own_map();
  if (!map) return;
  const bool hidden = std::ranges::all_of(map->cover(senders), [](const PolicyMap::Piece& piece) {
    const Result result = piece.outcome->result;
    return !piece.outcome->dynamic &&
           (result == Result::fail || result == Result::softfail || result == Result::neutral);
  });
  if (!hidden) return;
  const auto decided = map->decided_by(map->at(senders.front().network()));
  find(rule("shadowed"), directive.span,
       fmt::format("No address passes by `{}`: terms in front of it decide them all{}.",
                   text(directive.span),
                   decided && decided->path.size() == 1
                       ? fmt::format(", such as `{}`", shown(decided->term()))
                       : ""));
}

void TreeExamination::look_at_a(const dns::Name& host, const Span& span) {
  const dns::Fact* v4 = fact(host, RecordType::a);
  const dns::Fact* v6 = fact(host, RecordType::aaaa);
  if (v4 == nullptr || v6 == nullptr || !v4->is_void() || !v6->is_void()) return;
  find(rule("a-mx-empty"), span,
       fmt::format("`{}`: {} has no addresses.", text(span), host.text()));
}

void TreeExamination::look_at_mx(const dns::Name& name, const Span& span) {
  const dns::Fact* mx = fact(name, RecordType::mx);
  if (mx == nullptr) return;
  if (mx->is_void()) {
    find(rule("a-mx-empty"), span,
         fmt::format("`{}`: {} has no mail exchangers.", text(span), name.text()));
    return;
  }
  std::size_t exchangers = 0;
  bool null = false;
  for (const dns::RecordData& data : mx->records) {
    const auto* held = std::get_if<dns::MxData>(&data);
    if (held == nullptr) continue;
    ++exchangers;
    null |= held->exchange.is_root();
  }
  if (null) {
    find(rule("null-mx"), span,
         fmt::format("`{}`: {} says that it takes no mail.", text(span), name.text()));
  }
  if (exchangers > 10) {
    find(rule("mx-over-10"), span,
         fmt::format("`{}`: {} has {} mail exchangers.", text(span), name.text(), exchangers));
  }
}

void TreeExamination::look_at_terms() {
  for (const Directive& directive : record_.directives) {
    if (directive.mechanism == Mechanism::all) return;
    if (directive.mechanism == Mechanism::ip4 || directive.mechanism == Mechanism::ip6) {
      look_at_network(directive);
      continue;
    }
    const spf::MacroString* spec = record_.domain(directive);
    const auto target = spec == nullptr ? std::optional(domain_) : name_of(*spec);
    if (!target) continue;
    if (directive.mechanism == Mechanism::include) look_at_included(*target, directive);
    if (directive.mechanism == Mechanism::a) look_at_a(*target, directive.span);
    if (directive.mechanism == Mechanism::mx) look_at_mx(*target, directive.span);
  }
}

void TreeExamination::look_at_redirect() {
  if (!record_.redirect || record_.has_all()) return;
  const auto target = name_of(record_.redirect->value);
  if (!target) return;
  const Span& span = record_.redirect->span;
  const auto map = map_of(*target);
  if (!map) return;
  const auto result = only_result(*map);
  if (comes_back(*target)) {
    find(rule("loop"), span, fmt::format("`{}` leads back to where it came from.", text(span)));
  } else if (result == Result::none) {
    find(rule("redirect-without-spf"), span,
         fmt::format("`{}`: {}.", text(span),
                     dns::printable(map->problem(map->outcomes().front()))));
  }
}

void TreeExamination::look_at_explanation() {
  if (!record_.exp) return;
  const auto target = name_of(record_.exp->value);
  if (!target) return;
  const dns::Fact* txt = fact(*target, RecordType::txt);
  if (txt == nullptr || txt->status == dns::Fact::Status::failed || txt->records.size() == 1)
    return;
  find(rule("exp-target"), record_.exp->span,
       fmt::format("{} has {} TXT records, where one is wanted.", target->text(),
                   txt->records.size()));
}

void TreeExamination::look_at_targets() {
  TargetFaults faults = target_faults(domain_, record_, facts_, known_);
  std::ranges::move(faults.findings, std::back_inserter(findings_));
  for (dns::Question& question : faults.lacking) add_lacking(std::move(question));
}

/// What the worst path takes. The map counts along each path, as receivers do.
void TreeExamination::look_at_limits() {
  const auto map = map_of(domain_, {}, known_);
  const auto wide = map_to_count();
  if (!map || !wide) return;
  const Span whole{0, record_.text.size()};
  constexpr spf::Limits kLimits;
  const auto most = [](const PolicyMap& of, auto member) {
    return std::ranges::max(of.outcomes(), {}, member).*member;
  };
  const int lookups = most(*wide, &PolicyMap::Outcome::lookups);
  if (lookups > kLimits.lookups) {
    find(rule("lookups-over-10"), whole,
         fmt::format("The record takes {} lookups; {} are allowed.", lookups, kLimits.lookups));
    const bool some_are_decided =
        std::ranges::any_of(map->outcomes(), [](const PolicyMap::Outcome& outcome) {
          return !outcome.dynamic && outcome.result == Result::pass;
        });
    if (some_are_decided) {
      find(rule("order-dependent-limit"), whole,
           "Some addresses pass before the limit is met; for the others the record is an error.");
    }
  } else if (lookups >= kNear) {
    find(rule("lookups-near-10"), whole,
         fmt::format("The record takes {} of the {} lookups allowed.", lookups, kLimits.lookups));
  }
  const int voids = most(*wide, &PolicyMap::Outcome::voids);
  if (voids > kLimits.voids) {
    find(rule("voids-over-2"), whole,
         fmt::format("{} lookups find nothing; {} are allowed.", voids, kLimits.voids));
  }
  const std::uint64_t senders = map->count(Result::pass).v4;
  if (senders > kManyAddresses) {
    find(rule("too-many-addresses"), whole,
         fmt::format("{} IPv4 addresses may send in the domain's name.", senders));
  }
}

}  // namespace

std::variant<std::vector<Finding>, spf::Questions> tree_faults(const dns::Name& domain,
                                                               const spf::Record& record,
                                                               const dns::Facts& facts) {
  return TreeExamination(domain, record, facts).run();
}

}  // namespace mandate::advice
