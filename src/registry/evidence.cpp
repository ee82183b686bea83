// The writing side of evidence; the reading side is evidence_reader.cpp.
#include "registry/evidence.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "registry/json_value.h"
#include "registry/timestamp.h"

namespace mandate::registry {
namespace {

namespace json = boost::json;

json::object object(const Provider& provider) {
  json::array pool;
  for (const dns::Prefix& prefix : provider.pool) pool.emplace_back(json_string(prefix.text()));
  json::object out{{"include_name", json_string(provider.include_name.text())},
                   {"pool", std::move(pool)},
                   {"helo_names", json_strings(provider.helo_names)},
                   {"default_sender", json_string(provider.default_sender)}};
  if (provider.bounce_host) out["bounce_host"] = json_string(provider.bounce_host->text());
  return out;
}

json::object object(const PoolCheck& check) {
  return {{"ip", json_string(check.ip.text())},
          {"mail_from", json_string(check.mail_from)},
          {"helo", json_string(check.helo)},
          {"result", json_string(spf::text(check.result))},
          {"decided_by", json_string(check.decided_by)},
          {"problem", json_string(check.problem)},
          {"lookups", check.lookups},
          {"voids", check.voids}};
}

json::object object(const Assessment& assessment) {
  json::array checks;
  for (const PoolCheck& check : assessment.checks) checks.push_back(object(check));
  return {{"kind", json_string(text(assessment.kind))},
          {"reason_code", json_string(assessment.reason_code)},
          {"reason", json_string(assessment.reason)},
          {"exhaustive", assessment.exhaustive},
          {"ttl", assessment.ttl},
          {"checks", std::move(checks)}};
}

json::object object(const dns::Fact& fact) {
  json::array records;
  for (const dns::RecordData& data : fact.records)
    records.emplace_back(json_string(dns::text(data)));
  return {{"name", json_string(fact.question.name.text())},
          {"type", json_string(dns::text(fact.question.type))},
          {"status", json_string(dns::text(fact.status))},
          {"records", std::move(records)},
          {"ttl", fact.ttl},
          {"learned_at", json_string(timestamp(fact.learned_at))},
          {"source", json_string(fact.source)},
          {"detail", json_string(fact.detail)},
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
  json::object out{{"version", 1},
                   {"id", json_string(evidence.id)},
                   {"account", json_string(evidence.account_id)},
                   {"domain", json_string(evidence.domain.text())},
                   {"at", json_string(timestamp(evidence.at))},
                   {"senders", json_strings(evidence.senders)},
                   {"provider", object(evidence.provider)},
                   {"assessment", object(evidence.assessment)},
                   {"facts", std::move(facts)}};
  if (!evidence.return_path.is_root()) {
    out["return_path"] = json_string(evidence.return_path.text());
  }
  return json::serialize(out);
}

}  // namespace mandate::registry
