#include "advice/name_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "advice/answer_size.h"
#include "advice/dmarc.h"
#include "advice/rule_table.h"
#include "dns/public_suffix.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using dns::RecordType;
using spf::Directive;
using spf::Result;

/// A label that nobody has: what is answered for it comes from a wildcard.
constexpr std::string_view kNobody = "mandate-lint-asks-for-no-such-name";
constexpr std::uint32_t kShortest = 300;
constexpr std::uint32_t kLongest = 86'400;

std::optional<dns::Name> below(std::vector<std::string_view> labels, const dns::Name& name) {
  const auto rest = name.labels();
  labels.insert(labels.end(), rest.begin(), rest.end());
  auto out = dns::Name::from_labels(labels);
  if (!out) return std::nullopt;
  return std::move(*out);
}

std::vector<std::string> texts_of(const Fact& fact) {
  std::vector<std::string> out;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* txt = std::get_if<dns::TxtData>(&data)) out.push_back(txt->joined());
  }
  return out;
}

bool has_record(const Fact& fact) {
  return std::ranges::any_of(texts_of(fact), spf::is_spf_record);
}

bool has_exchanger(const Fact& mx) {
  return std::ranges::any_of(mx.records, [](const dns::RecordData& data) {
    const auto* held = std::get_if<dns::MxData>(&data);
    return held != nullptr && !held->exchange.is_root();
  });
}

/// Whether two answers have the same data, in whichever order.
bool same_data(const Fact& a, const Fact& b) {
  return a.records.size() == b.records.size() && std::ranges::is_permutation(a.records, b.records);
}

/// Whether a record may let somebody pass.
bool lets_pass(const spf::Record& record) {
  return (record.redirect && !record.has_all()) ||
         std::ranges::any_of(record.directives, [](const Directive& directive) {
           return directive.qualifier == Result::pass;
         });
}

/// Whether whoever is not named fails.
bool ends_in_fail(const spf::Record& record) {
  const auto all = std::ranges::find(record.directives, spf::Mechanism::all, &Directive::mechanism);
  return all != record.directives.end() && all->qualifier == Result::fail;
}

/// The one record of an answer, when it has one that can be read.
std::optional<spf::Record> only_record_of(const Fact& txt) {
  std::optional<spf::Record> out;
  for (const std::string& text : texts_of(txt)) {
    if (!spf::is_spf_record(text)) continue;
    auto record = spf::parse_record(text);
    if (!record || out) return std::nullopt;
    out = std::move(*record);
  }
  return out;
}

class NameExamination {
 public:
  NameExamination(const LintedName& name, const dns::Facts& facts)
      : domain_(name.domain),
        text_(name.text),
        whole_ttls_(name.whole_ttls),
        facts_(facts),
        txt_(*facts.find({name.domain, RecordType::txt})),
        record_(only_record_of(txt_)) {}

  std::variant<NameFaults, spf::Questions> run() {
    look_at_alias();
    look_at_other_type();
    look_at_other_names();
    look_at_wildcard();
    look_at_wildcard_below();
    look_at_shadow();
    look_at_names_below();
    look_at_size();
    look_at_ttl();
    look_at_use();
    look_at_dmarc();
    if (!lacking_.empty()) return std::move(lacking_);
    return std::move(out_);
  }

 private:
  void find(const Rule& rule, std::string message) {
    out_.findings.push_back({&rule, {0, text_.size()}, std::move(message), std::nullopt});
  }
  /// Nothing when the answer is lacking, or cannot be had: the rule is noted as not checked then.
  const Fact* fact(const Rule& rule, const dns::Name& name, RecordType type);
  /// The answer with a record that stands at another name itself, not at an alias's target nor at
  /// a wildcard.
  const Fact* record_at(const Rule& rule, const dns::Name& name);
  void look_at_candidate(std::vector<std::string_view> labels, bool may_have_its_own);
  bool is_absent() const { return text_.empty(); }
  /// A name beside this one that nobody has made; nothing where a wildcard would not be a
  /// customer's to mend.
  std::optional<dns::Name> nobody_beside() const;
  bool is_void(const Rule& rule, RecordType type);
  void find_alias(const dns::Name& target);

  void look_at_alias();
  void look_at_other_type();
  void look_at_other_names();
  void look_at_wildcard();
  void look_at_wildcard_below();
  void look_at_shadow();
  void look_at_names_below();
  void look_at_size();
  void look_at_ttl();
  void look_at_use();
  void look_at_dmarc();

  const dns::Name& domain_;
  const std::string_view text_;
  const bool whole_ttls_;
  const dns::Facts& facts_;
  const Fact& txt_;
  const std::optional<spf::Record> record_;
  NameFaults out_;
  spf::Questions lacking_;
};

const Fact* NameExamination::fact(const Rule& rule, const dns::Name& name, RecordType type) {
  const dns::Question question{name, type};
  const Fact* found = facts_.find(question);
  if (found == nullptr) {
    if (std::ranges::find(lacking_, question) == lacking_.end()) lacking_.push_back(question);
    return nullptr;
  }
  if (found->status != Fact::Status::failed) return found;
  if (std::ranges::find(out_.not_checked, &rule) == out_.not_checked.end()) {
    out_.not_checked.push_back(&rule);
  }
  return nullptr;
}

void NameExamination::look_at_alias() {
  const Fact* alias = fact(rule("cname-at-name"), domain_, RecordType::cname);
  if (alias == nullptr) return;
  for (const dns::RecordData& data : alias->records) {
    const auto* held = std::get_if<dns::NameData>(&data);
    if (held == nullptr) continue;
    return find_alias(held->target);
  }
}

/// An alias of the name's own, or what a DNAME above it makes of it.
void NameExamination::find_alias(const dns::Name& target) {
  for (dns::Name above = domain_.parent(); !above.is_root(); above = above.parent()) {
    const Fact* moved = fact(rule("dname"), above, RecordType::dname);
    if (moved == nullptr || moved->records.empty()) continue;
    const auto* held = std::get_if<dns::NameData>(&moved->records.front());
    if (held == nullptr || !target.is_at_or_below(held->target)) continue;
    return find(rule("dname"), fmt::format("{} is an alias of {}, made by the DNAME of {}.",
                                           domain_.text(), target.text(), above.text()));
  }
  find(rule("cname-at-name"), fmt::format("{} is an alias of {}.", domain_.text(), target.text()));
}

void NameExamination::look_at_other_type() {
  if (!is_absent()) return;
  const Fact* other = fact(rule("type99"), domain_, RecordType::spf);
  if (other == nullptr || !has_record(*other)) return;
  find(rule("type99"),
       fmt::format("{} has its record as type SPF, and none as TXT.", domain_.text()));
}

const Fact* NameExamination::record_at(const Rule& rule, const dns::Name& name) {
  const Fact* there = fact(rule, name, RecordType::txt);
  if (there == nullptr || !has_record(*there)) return nullptr;
  const Fact* alias = fact(rule, name, RecordType::cname);
  const auto nobody = below({kNobody}, domain_);
  const Fact* wildcard = nobody ? fact(rule, *nobody, RecordType::txt) : nullptr;
  if (alias == nullptr || wildcard == nullptr || !alias->is_void()) return nullptr;
  return same_data(*there, *wildcard) ? nullptr : there;
}

void NameExamination::look_at_candidate(std::vector<std::string_view> labels,
                                        bool may_have_its_own) {
  const auto name = below(std::move(labels), domain_);
  const Fact* there = name ? record_at(rule("wrong-name"), *name) : nullptr;
  if (there == nullptr) return;
  // `www` may well have a record of its own, which says that it sends no mail.
  const auto record = only_record_of(*there);
  if (may_have_its_own && record && !lets_pass(*record)) return;
  find(rule("wrong-name"),
       fmt::format("{} has no record; {} has one.", domain_.text(), name->text()));
}

/// Where forms of providers put a record that was meant for the name itself.
void NameExamination::look_at_other_names() {
  if (!is_absent()) return;
  look_at_candidate({"@"}, false);
  look_at_candidate(domain_.labels(), false);
  look_at_candidate({"www"}, true);
}

/// Whether the name answers as one beside it does that nobody has made.
void NameExamination::look_at_wildcard() {
  if (is_absent()) return;
  const Rule& broken = rule("wildcard-only");
  const auto nobody = nobody_beside();
  if (!nobody) return;
  const Fact* txt = fact(broken, *nobody, RecordType::txt);
  if (txt == nullptr || !same_data(*txt, txt_)) return;
  for (const RecordType type : {RecordType::cname, RecordType::mx, RecordType::a}) {
    const Fact* ours = fact(broken, domain_, type);
    const Fact* theirs = fact(broken, *nobody, type);
    if (ours == nullptr || theirs == nullptr || !same_data(*ours, *theirs)) return;
  }
  find(broken,
       fmt::format("{} answers as every name does that {} has not: by a wildcard, it seems.",
                   domain_.text(), domain_.parent().text()));
}

std::optional<dns::Name> NameExamination::nobody_beside() const {
  const dns::Name parent = domain_.parent();
  if (parent.labels().size() < 2 || dns::is_public_suffix(parent)) return std::nullopt;
  return below({kNobody}, parent);
}

/// False as well when the answer is not known, or not yet.
bool NameExamination::is_void(const Rule& rule, RecordType type) {
  const Fact* found = fact(rule, domain_, type);
  return found != nullptr && found->is_void();
}

/// Whether the name exists for its texts alone, so that a wildcard beside it does not answer.
void NameExamination::look_at_shadow() {
  const Rule& broken = rule("wildcard-shadow");
  const auto nobody = nobody_beside();
  if (is_absent() || !nobody) return;
  for (const RecordType type :
       {RecordType::cname, RecordType::mx, RecordType::a, RecordType::aaaa}) {
    if (!is_void(broken, type)) return;
  }
  std::string types;
  for (const RecordType type : {RecordType::mx, RecordType::a, RecordType::aaaa}) {
    const Fact* theirs = fact(broken, *nobody, type);
    if (theirs == nullptr || theirs->records.empty()) continue;
    types += (types.empty() ? "" : ", ") + dns::text(type);
  }
  if (types.empty()) return;
  find(broken, fmt::format("{} has a TXT record alone; the wildcard of {}, which has {}, does not "
                           "answer for it. Copy to it what of that is wanted there.",
                           domain_.text(), domain_.parent().text(), types));
}

/// Whether whatever name is put in front of this one takes mail, and may be sent from by anyone.
void NameExamination::look_at_names_below() {
  const Rule& broken = rule("subdomain-none");
  const auto nobody = below({kNobody}, domain_);
  if (is_absent() || !nobody) return;
  const Fact* mx = fact(broken, *nobody, RecordType::mx);
  if (mx == nullptr || !has_exchanger(*mx)) return;
  const Fact* txt = fact(broken, *nobody, RecordType::txt);
  if (txt == nullptr || has_record(*txt)) return;
  find(broken, fmt::format("Every name below {} takes mail by a wildcard, and none has an SPF "
                           "record; a wildcard TXT would give them one.",
                           domain_.text()));
}

/// Whether only names below this one that nobody has made have a record.
void NameExamination::look_at_wildcard_below() {
  if (!is_absent()) return;
  const auto nobody = below({kNobody}, domain_);
  if (!nobody) return;
  const Fact* txt = fact(rule("wildcard-only"), *nobody, RecordType::txt);
  if (txt == nullptr || !has_record(*txt)) return;
  find(rule("wildcard-only"),
       fmt::format("*.{0} has a record, which does not hold for {0}.", domain_.text()));
}

void NameExamination::look_at_size() {
  const std::size_t size = answer_size(txt_);
  if (size <= kSafeAnswer) return;
  find(rule("rrset-over-1232"), fmt::format("The {} TXT records of {} take {} octets.",
                                            txt_.records.size(), domain_.text(), size));
}

void NameExamination::look_at_ttl() {
  if (!has_record(txt_)) return;
  if (txt_.ttl > kLongest) {
    find(rule("ttl-extreme"),
         fmt::format("The answer is kept for {} seconds, over a day.", txt_.ttl));
  } else if (whole_ttls_ && txt_.ttl < kShortest) {
    find(rule("ttl-extreme"),
         fmt::format("The answer is kept for {} seconds, under five minutes.", txt_.ttl));
  }
}

/// Whether the name takes no mail, and nothing at it or near it says that it sends any.
void NameExamination::look_at_use() {
  const Rule& broken = rule("parked");
  if (txt_.status == Fact::Status::no_such_name) return;
  const bool idle = record_ && !lets_pass(*record_) && !ends_in_fail(*record_);
  if (!is_absent() && !idle) return;
  const bool has_one_elsewhere = std::ranges::any_of(out_.findings, [](const Finding& finding) {
    return finding.rule == &rule("wrong-name") || finding.rule == &rule("type99") ||
           finding.rule == &rule("wildcard-only");
  });
  if (is_absent() && has_one_elsewhere) return;
  const Fact* mx = fact(broken, domain_, RecordType::mx);
  if (mx == nullptr || has_exchanger(*mx)) return;
  if (mx->is_void()) {  // else it is a null MX, and mail does not go by addresses (RFC 7505)
    const bool v4 = is_void(broken, RecordType::a);
    const bool v6 = is_void(broken, RecordType::aaaa);
    if (!v4 || !v6) return;
  }
  find(broken, fmt::format("{} takes no mail, and no record of its own says that it sends any; if "
                           "it sends none, `v=spf1 -all` says so.",
                           domain_.text()));
}

/// Whether the record asks for a rejection that the DMARC policy does not want.
void NameExamination::look_at_dmarc() {
  const Rule& broken = rule("hardfail-before-dmarc");
  if (!record_ || !lets_pass(*record_) || !ends_in_fail(*record_)) return;
  const auto name = below({"_dmarc"}, domain_);
  const Fact* dmarc = name ? fact(broken, *name, RecordType::txt) : nullptr;
  if (dmarc == nullptr) return;
  const std::vector<std::string> records = dmarc_records(*dmarc);
  if (records.size() != 1) return;
  const auto record = parse_dmarc_record(records.front());
  if (!record || record->policy == DmarcPolicy::reject) return;
  find(broken, fmt::format("The record ends in `-all`, and the DMARC policy of {} is {}.",
                           domain_.text(), text(record->policy)));
}

}  // namespace

std::variant<NameFaults, spf::Questions> name_faults(const LintedName& name,
                                                     const dns::Facts& facts) {
  return NameExamination(name, facts).run();
}

}  // namespace mandate::advice
