#include "registry/ownership.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "dns/public_suffix.h"
#include "dns/trimmed.h"
#include "spf/ascii.h"
#include "spf/policy_records.h"

namespace mandate::registry {
namespace {

using Kind = OwnershipFinding::Kind;

constexpr std::string_view kLabel = "_mandate";
constexpr std::string_view kPrefix = "mandate-account=";
constexpr std::size_t kLeastLetters = 16;
constexpr std::size_t kMostLetters = 63;  // of one label (RFC 1035 section 2.3.4)

// The tokens that something names.
using Tokens = std::set<std::string>;

// Those of the own include names that the records have in force.
Tokens tokens_of(const std::vector<spf::PolicyRecord>& records, const dns::Name& include_name) {
  const std::string behind = "." + include_name.text();
  Tokens out;
  for (const auto& [domain, record] : records) {
    for (std::string& name : spf::passing_includes(record)) {
      if (!name.ends_with(behind)) continue;
      name.resize(name.size() - behind.size());
      if (is_account_token(name)) out.insert(std::move(name));
    }
  }
  return out;
}

// Where a TXT counts: at the domain, and with `subdomains` at its parents, as far as they are of
// the same registrant.
std::vector<dns::Question> txt_questions(const OwnershipQuestion& question) {
  std::vector<dns::Question> out;
  const dns::Name top =
      question.subdomains ? dns::registrable_domain(question.domain) : question.domain;
  for (dns::Name at = question.domain; at.is_at_or_below(top) && !at.is_root(); at = at.parent()) {
    if (auto name = ownership_name(at)) out.push_back({std::move(*name), dns::RecordType::txt});
  }
  return out;
}

OwnershipFinding unanswered(const dns::Fact& fact) {
  return {.kind = Kind::unanswered,
          .problem = fmt::format("{}: {}", dns::text(fact.question), fact.detail)};
}

OwnershipFinding proven_by(Ownership proof) {
  return {.kind = Kind::proven, .proof = proof};
}

}  // namespace

bool is_account_token(std::string_view text) {
  return text.size() >= kLeastLetters && text.size() <= kMostLetters &&
         std::ranges::all_of(
             text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'v'); });
}

dns::Name own_include_name(std::string_view token, const dns::Name& include_name) {
  if (!is_account_token(token)) return include_name;
  return dns::Name::parse(fmt::format("{}.{}", token, include_name.text())).value_or(include_name);
}

std::optional<dns::Name> ownership_name(const dns::Name& domain) {
  auto name = dns::Name::parse(fmt::format("{}.{}", kLabel, domain.text()));
  if (!name) return std::nullopt;
  return std::move(*name);
}

std::string ownership_text(std::string_view token) {
  return fmt::format("{}{}", kPrefix, token);
}

std::set<std::string> tokens_of(const dns::Fact& fact) {
  Tokens out;
  for (const dns::RecordData& data : fact.records) {
    const auto* txt = std::get_if<dns::TxtData>(&data);
    if (txt == nullptr) continue;
    const std::string joined = spf::lower(txt->joined());
    std::string_view text = dns::trimmed(joined, " ");
    if (!text.starts_with(kPrefix)) continue;
    text = dns::trimmed(text.substr(kPrefix.size()), " ");
    if (is_account_token(text)) out.emplace(text);
  }
  return out;
}

std::variant<OwnershipFinding, spf::Questions> find_ownership(const OwnershipQuestion& question,
                                                              const dns::Facts& facts) {
  const spf::PolicyRecords policy = spf::policy_records(question.domain, facts);
  if (policy.lacking) return spf::Questions{*policy.lacking};
  Tokens named = tokens_of(policy.records, question.include_name);
  if (named.contains(question.token)) return proven_by(Ownership::own_include);

  const std::vector<dns::Question> texts = txt_questions(question);
  spf::Questions lacking;
  std::ranges::copy_if(texts, std::back_inserter(lacking),
                       [&](const dns::Question& text) { return facts.find(text) == nullptr; });
  if (!lacking.empty()) return lacking;
  const dns::Fact* failed = policy.failed;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const dns::Fact& fact = *facts.find(texts[i]);
    if (fact.status == dns::Fact::Status::failed) failed = &fact;
    Tokens here = tokens_of(fact);
    if (here.contains(question.token)) return proven_by(Ownership::token);
    // Whom a parent names has no say over a subdomain that does not ask for it.
    if (i == 0) named.merge(here);
  }
  if (failed != nullptr) return unanswered(*failed);
  if (named.empty()) return OwnershipFinding{};
  return OwnershipFinding{.kind = Kind::names_other, .others = {named.begin(), named.end()}};
}

bool token_names_other(const OwnershipQuestion& question, const dns::Facts& facts) {
  return std::ranges::any_of(txt_questions(question), [&](const dns::Question& text) {
    const dns::Fact* fact = facts.find(text);
    if (fact == nullptr) return false;
    Tokens named = tokens_of(*fact);
    named.erase(question.token);
    return !named.empty();
  });
}

}  // namespace mandate::registry
