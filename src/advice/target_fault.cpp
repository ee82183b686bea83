#include "advice/target_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "advice/rule_table.h"
#include "advice/shown.h"
#include "dns/public_suffix.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using dns::RecordType;
using spf::Directive;
using spf::Mechanism;
using spf::Result;
using spf::Span;

constexpr std::size_t kMostNames = 100;  // of an include and all that it includes

class TargetExamination {
 public:
  TargetExamination(const dns::Name& domain, const spf::Record& record, const dns::Facts& facts,
                    const spf::KnownRecords& known)
      : domain_(domain), record_(record), facts_(facts), known_(known) {}

  TargetFaults run() {
    for (const Directive& directive : record_.directives) {
      if (directive.mechanism == Mechanism::all) return std::move(out_);
      if (directive.qualifier == Result::pass) look_at(directive);
    }
    if (!record_.redirect) return std::move(out_);
    if (const auto target = name_of(record_.redirect->value)) {
      look_at_tree(*target, record_.redirect->span);
    }
    return std::move(out_);
  }

 private:
  std::string text(const Span& span) const { return shown(span.in(record_.text)); }
  const Fact* fact(const dns::Name& name, RecordType type);
  void look_at(const Directive& directive);
  void look_at_tree(const dns::Name& target, const Span& span);
  bool look_at_owner(const dns::Name& name, RecordType type, const Span& span);
  void look_at_greetings(const std::vector<dns::Name>& hosts, const Span& span);
  std::vector<dns::Name> exchangers_of(const dns::Name& name);

  const dns::Name& domain_;
  const spf::Record& record_;
  const dns::Facts& facts_;
  const spf::KnownRecords& known_;
  TargetFaults out_;
};

const Fact* TargetExamination::fact(const dns::Name& name, RecordType type) {
  const dns::Question question{name, type};
  const Fact* found = facts_.find(question);
  if (found == nullptr && std::ranges::find(out_.lacking, question) == out_.lacking.end()) {
    out_.lacking.push_back(question);
  }
  return found;
}

void TargetExamination::look_at(const Directive& directive) {
  const Span& span = directive.span;
  const spf::MacroString* spec = record_.domain(directive);
  const auto target = spec == nullptr ? std::optional(domain_) : name_of(*spec);
  if (!target) return;
  switch (directive.mechanism) {
    case Mechanism::include:
      look_at_tree(*target, span);
      break;
    case Mechanism::a:
      look_at_owner(*target, RecordType::a, span);
      look_at_greetings({*target}, span);
      break;
    case Mechanism::mx:
      look_at_owner(*target, RecordType::mx, span);
      look_at_greetings(exchangers_of(*target), span);
      break;
    case Mechanism::exists:
      look_at_owner(*target, RecordType::a, span);
      break;
    default:
      break;
  }
}

/// The owner of a name that an include or a redirect leads to, and of those that its record leads
/// to in turn, as far as they were asked for.
void TargetExamination::look_at_tree(const dns::Name& target, const Span& span) {
  std::set<dns::Name> seen;
  std::vector<dns::Name> left{target};
  const auto go_to = [&](const spf::MacroString& spec) {
    auto name = name_of(spec);
    if (name && facts_.find({*name, RecordType::txt}) != nullptr) left.push_back(std::move(*name));
  };
  while (!left.empty() && seen.size() < kMostNames) {
    const dns::Name at = std::move(left.back());
    left.pop_back();
    if (!seen.insert(at).second) continue;
    if (look_at_owner(at, RecordType::txt, span)) return;
    const spf::SelectedRecord* selected = known_.find(at.wire());
    if (selected == nullptr) continue;
    for (const Directive& directive : selected->record.directives) {
      if (directive.mechanism == Mechanism::include && directive.qualifier == Result::pass) {
        go_to(*selected->record.domain(directive));
      }
    }
    if (selected->record.redirect) go_to(selected->record.redirect->value);
  }
}

/// Whether the domain that a name belongs to does not exist, while others exist beside it: then it
/// can be registered.
bool TargetExamination::look_at_owner(const dns::Name& name, RecordType type, const Span& span) {
  if (!dns::knows_public_suffixes() || dns::is_public_suffix(name)) return false;
  const dns::Name owner = dns::registrable_domain(name);
  if (owner.labels().size() < 2 || domain_.is_at_or_below(owner)) return false;
  const auto is_missing = [&](const dns::Name& asked, RecordType asked_type) {
    const Fact* found = fact(asked, asked_type);
    return found == nullptr ? std::nullopt
                            : std::optional(found->status == Fact::Status::no_such_name);
  };
  if (is_missing(name, type) != true) return false;
  if (owner != name && is_missing(owner, RecordType::ns) != true) return false;
  if (is_missing(owner.parent(), RecordType::ns) != false) return false;
  out_.findings.push_back(
      {&rule("dangling-include"), span,
       fmt::format("`{}` leads to {}, which does not exist, so that anyone may register it; remove "
                   "the term.",
                   text(span), owner.text()),
       std::nullopt});
  return true;
}

std::vector<dns::Name> TargetExamination::exchangers_of(const dns::Name& name) {
  constexpr std::size_t kMost = 10;  // RFC 7208 section 4.6.4
  std::vector<dns::Name> out;
  const Fact* mx = fact(name, RecordType::mx);
  if (mx == nullptr) return out;
  for (const dns::RecordData& data : mx->records) {
    const auto* held = std::get_if<dns::MxData>(&data);
    if (held != nullptr && out.size() < kMost) out.push_back(held->exchange);
  }
  return out;
}

/// Hosts of the domain's own that send, and have no record for the name that they greet with.
void TargetExamination::look_at_greetings(const std::vector<dns::Name>& hosts, const Span& span) {
  std::vector<std::string> without;
  for (const dns::Name& host : hosts) {
    if (host == domain_ || !host.is_at_or_below(dns::registrable_domain(domain_))) continue;
    const Fact* txt = fact(host, RecordType::txt);
    if (txt == nullptr || txt->status == Fact::Status::failed) continue;
    const auto is_record = [](const dns::RecordData& data) {
      const auto* held = std::get_if<dns::TxtData>(&data);
      return held != nullptr && spf::is_spf_record(held->joined());
    };
    if (std::ranges::none_of(txt->records, is_record)) without.push_back(host.text());
  }
  if (without.empty()) return;
  const std::string others =
      without.size() > 1 ? fmt::format(" and {} more", without.size() - 1) : "";
  out_.findings.push_back(
      {&rule("helo-none"), span,
       fmt::format("`{}`: {}{} may send, without an SPF record at that name; `v=spf1 a -all` there "
                   "says that it greets with it, and nobody else.",
                   text(span), without.front(), others),
       std::nullopt});
}

}  // namespace

std::optional<dns::Name> name_of(const spf::MacroString& spec) {
  if (spec.has_macros()) return std::nullopt;
  auto name = dns::Name::parse(spec.text());
  if (!name || name->is_root()) return std::nullopt;
  return std::move(*name);
}

TargetFaults target_faults(const dns::Name& domain, const spf::Record& record,
                           const dns::Facts& facts, const spf::KnownRecords& known) {
  return TargetExamination(domain, record, facts, known).run();
}

}  // namespace mandate::advice
