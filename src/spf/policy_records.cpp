#include "spf/policy_records.h"

#include <utility>

#include "spf/ascii.h"

namespace mandate::spf {
namespace {

constexpr int kMaxRedirects = 10;  // no more can be followed (RFC 7208 section 4.6.4)

// The name that a record hands over to, if it does (RFC 7208 section 6.1).
std::optional<dns::Name> redirect_target(const Record& record) {
  if (!record.redirect || record.has_all()) return std::nullopt;
  if (record.redirect->value.has_macros()) return std::nullopt;
  const auto name = dns::Name::parse(record.redirect->value.text());
  if (!name) return std::nullopt;
  return *name;
}

}  // namespace

std::vector<std::string> spf_texts(const dns::Name& domain, const dns::Facts& facts) {
  std::vector<std::string> out;
  const dns::Fact* fact = facts.find({domain, dns::RecordType::txt});
  if (fact == nullptr) return out;
  for (const dns::RecordData& data : fact->records) {
    const auto* txt = std::get_if<dns::TxtData>(&data);
    if (txt == nullptr) continue;
    std::string joined = txt->joined();
    if (is_spf_record(joined)) out.push_back(std::move(joined));
  }
  return out;
}

PolicyRecords policy_records(const dns::Name& domain, const dns::Facts& facts) {
  PolicyRecords out;
  std::optional<dns::Name> next = domain;
  for (int i = 0; next && i <= kMaxRedirects; ++i) {
    const dns::Question question{*next, dns::RecordType::txt};
    const dns::Fact* fact = facts.find(question);
    if (fact == nullptr) {
      out.lacking = question;
      break;
    }
    if (fact->status == dns::Fact::Status::failed) {
      out.failed = fact;
      break;
    }
    const auto texts = spf_texts(*next, facts);
    if (texts.size() != 1) break;
    auto record = parse_record(texts.front());
    if (!record) break;
    out.records.push_back({*next, std::move(*record)});
    next = redirect_target(out.records.back().record);
  }
  return out;
}

bool is_all(const Directive& directive) {
  return directive.mechanism == Mechanism::all;
}

std::vector<std::string> passing_includes(const Record& record) {
  std::vector<std::string> out;
  for (const Directive& directive : record.directives) {
    if (is_all(directive)) break;
    if (directive.mechanism != Mechanism::include || directive.qualifier != Result::pass) continue;
    out.push_back(plain_name(record.domain(directive)->text()));
  }
  return out;
}

std::string plain_name(std::string_view domain_spec) {
  if (domain_spec.ends_with('.')) domain_spec.remove_suffix(1);
  return lower(domain_spec);
}

}  // namespace mandate::spf
