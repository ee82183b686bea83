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
          {"ownership", json_string(text(assessment.ownership))},
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

json::value number_or_null(const std::optional<std::uint32_t>& number) {
  return number ? json::value(*number) : json::value();
}

json::object object(const ServerAnswers& server) {
  json::array facts;
  for (const dns::Fact& fact : server.facts) facts.push_back(object(fact));
  return {{"name", json_string(server.name.text())},
          {"address", json_string(server.address)},
          {"standing", json_string(text(server.standing))},
          {"detail", json_string(server.detail)},
          {"serial", number_or_null(server.serial)},
          {"newest", server.newest},
          {"facts", std::move(facts)}};
}

json::value zone_value(const std::optional<ZoneAnswers>& zone) {
  if (!zone) return nullptr;
  json::array servers;
  for (const ServerAnswers& server : zone->servers) servers.push_back(object(server));
  return json::object{{"name", json_string(zone->zone.text())},
                      {"problem", json_string(zone->problem)},
                      {"turned_within", number_or_null(zone->turned_within)},
                      {"servers", std::move(servers)}};
}

json::array array(const std::vector<Vote>& votes) {
  json::array out;
  for (const Vote& vote : votes) {
    out.push_back(json::object{{"servers", json::value_from(vote.servers)},
                               {"finding", json_string(text(vote.kind))},
                               {"reason_code", json_string(vote.reason_code)}});
  }
  return out;
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

AuthorizationRequest request_of(const Evidence& evidence) {
  return {.provider = evidence.provider,
          .domain = evidence.domain,
          .senders = evidence.senders,
          .return_path = evidence.return_path,
          .token = evidence.token,
          .ownership = evidence.ownership,
          .now = evidence.at};
}

std::variant<Judgement, spf::Questions> judge(const Evidence& evidence) {
  return judge(request_of(evidence), evidence.zone.value_or(ZoneAnswers{}), evidence.facts);
}

dns::Facts current_facts(const Evidence& evidence) {
  if (!evidence.zone || evidence.votes.empty()) return evidence.facts;
  return as_told_by(evidence.zone->servers[evidence.votes.front().servers.front()], evidence.facts);
}

std::string to_json(const Evidence& evidence) {
  json::array facts;
  for (const dns::Fact* fact : in_order(evidence.facts)) facts.push_back(object(*fact));
  const json::object out{
      {"version", 2},
      {"rules", evidence.rules},
      {"id", json_string(evidence.id)},
      {"account", json_string(evidence.account_id)},
      {"token", json_string(evidence.token)},
      {"domain", json_string(evidence.domain.text())},
      {"mode", json_string(text(evidence.mode))},
      {"return_path", json_string(evidence.return_path.text())},
      {"at", json_string(timestamp(evidence.at))},
      {"senders", json_strings(evidence.senders)},
      {"provider", object(evidence.provider)},
      {"ownership",
       {{"required", evidence.ownership.required}, {"subdomains", evidence.ownership.subdomains}}},
      {"assessment", object(evidence.assessment)},
      {"visible_by", json_time(evidence.visible_by)},
      {"votes", array(evidence.votes)},
      {"zone", zone_value(evidence.zone)},
      {"facts", std::move(facts)}};
  return json::serialize(out);
}

}  // namespace mandate::registry
