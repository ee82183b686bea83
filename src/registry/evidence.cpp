// The writing side of evidence; the reading side is evidence_reader.cpp.
#include "registry/evidence.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "dns/printable.h"
#include "dns/utf8.h"
#include "registry/timestamp.h"

namespace mandate::registry {
namespace {

namespace json = boost::json;

// JSON is UTF-8 (RFC 8259 section 8.1); octets that are not stay visible as escapes.
json::string string(std::string_view text) {
  if (dns::is_utf8(text)) return json::string(text);
  return json::string(dns::printable(text, text.size()));
}

json::array strings(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.push_back(string(text));
  return out;
}

json::object object(const Provider& provider) {
  json::array pool;
  for (const dns::Prefix& prefix : provider.pool) pool.push_back(string(prefix.text()));
  return {{"include_name", string(provider.include_name.text())},
          {"pool", std::move(pool)},
          {"helo_names", strings(provider.helo_names)},
          {"default_sender", string(provider.default_sender)}};
}

json::object object(const PoolCheck& check) {
  return {{"ip", string(check.ip.text())},
          {"mail_from", string(check.mail_from)},
          {"helo", string(check.helo)},
          {"result", string(spf::text(check.result))},
          {"decided_by", string(check.decided_by)},
          {"problem", string(check.problem)},
          {"lookups", check.lookups},
          {"voids", check.voids}};
}

json::object object(const Assessment& assessment) {
  json::array checks;
  for (const PoolCheck& check : assessment.checks) checks.push_back(object(check));
  return {{"kind", string(text(assessment.kind))},
          {"reason_code", string(assessment.reason_code)},
          {"reason", string(assessment.reason)},
          {"exhaustive", assessment.exhaustive},
          {"ttl", assessment.ttl},
          {"checks", std::move(checks)}};
}

json::object object(const dns::Fact& fact) {
  json::array records;
  for (const dns::RecordData& data : fact.records) records.push_back(string(dns::text(data)));
  return {{"name", string(fact.question.name.text())},
          {"type", string(dns::text(fact.question.type))},
          {"status", string(dns::text(fact.status))},
          {"records", std::move(records)},
          {"ttl", fact.ttl},
          {"learned_at", string(timestamp(fact.learned_at))},
          {"source", string(fact.source)},
          {"detail", string(fact.detail)},
          {"authenticated", fact.authenticated}};
}

// By question, so that equal evidence has equal text.
std::vector<const dns::Fact*> in_order(const dns::Facts& facts) {
  std::vector<const dns::Fact*> out;
  for (const auto& [question, fact] : facts) out.push_back(&fact);
  std::ranges::sort(
      out, [](const dns::Fact* a, const dns::Fact* b) { return a->question < b->question; });
  return out;
}

}  // namespace

std::string to_json(const Evidence& evidence) {
  json::array facts;
  for (const dns::Fact* fact : in_order(evidence.facts)) facts.push_back(object(*fact));
  const json::object out{{"version", 1},
                         {"id", string(evidence.id)},
                         {"account", string(evidence.account_id)},
                         {"domain", string(evidence.domain.text())},
                         {"at", string(timestamp(evidence.at))},
                         {"senders", strings(evidence.senders)},
                         {"provider", object(evidence.provider)},
                         {"assessment", object(evidence.assessment)},
                         {"facts", std::move(facts)}};
  return json::serialize(out);
}

}  // namespace mandate::registry
