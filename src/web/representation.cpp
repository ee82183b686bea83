#include "web/representation.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "advice/zone_apex.h"
#include "dns/public_suffix.h"
#include "registry/json_value.h"

namespace mandate::web {
namespace {

namespace json = boost::json;
using registry::json_string;
using registry::json_string_or_null;
using registry::json_strings;
using registry::json_time;

constexpr int kAdvisedTtl = 3600;  // seconds: soon enough corrected, long enough cached

/// What to type into the host field of a DNS host's form, where the registrable domain stands for
/// the zone.
std::string host_field(const dns::Name& domain) {
  return advice::host_in_zone(domain, dns::registrable_domain(domain));
}

std::string_view publication_status(const PublishedRecord& record) {
  using Verdict = advice::Publication::Verdict;
  if (record.publication.verdict == Verdict::nothing_to_do) return "published";
  return record.unanswered ? "unknown" : "missing";
}

json::value number_or_null(const std::optional<std::uint32_t>& number) {
  return number ? json::value(*number) : json::value();
}

/// Each server of the zone, with what the answers that it shares with others came to.
json::array servers_of(const registry::Evidence& evidence) {
  json::array out;
  if (!evidence.zone) return out;
  for (const registry::ServerAnswers& server : evidence.zone->servers) {
    out.push_back(json::object{{"name", json_string(server.name.text())},
                               {"address", json_string_or_null(server.address)},
                               {"standing", registry::text(server.standing)},
                               {"detail", json_string(server.detail)},
                               {"serial", number_or_null(server.serial)},
                               {"finding", nullptr},
                               {"reason_code", nullptr}});
  }
  for (const registry::Vote& vote : evidence.votes) {
    for (const std::size_t at : vote.servers) {
      json::object& server = out[at].as_object();
      server["finding"] = registry::text(vote.kind);
      server["reason_code"] = json_string(vote.reason_code);
    }
  }
  return out;
}

json::object to_json(const registry::PoolCheck& check) {
  return {{"ip", check.ip.text()},
          {"mail_from", json_string(check.mail_from)},
          {"helo", json_string(check.helo)},
          {"result", spf::text(check.result)},
          {"decided_by", json_string(check.decided_by)},
          {"problem", json_string(check.problem)},
          {"lookups", check.lookups},
          {"voids", check.voids}};
}

}  // namespace

json::object to_json(const registry::Account& account, const dns::Name& include_name) {
  return {{"object", "account"},
          {"id", json_string(account.id)},
          {"name", json_string(account.name)},
          {"token", json_string(account.token)},
          {"include_name", registry::own_include_name(account.token, include_name).text()},
          {"created_at", json_time(account.created_at)}};
}

json::object record_to_json(const dns::Name& name, const PublishedRecord& record,
                            std::chrono::sys_seconds checked_at) {
  const advice::Publication& publication = record.publication;
  return {{"purpose", record.purpose},
          {"type", record.type},
          {"host", host_field(name)},
          {"fqdn", name.text()},
          {"value", json_string(publication.value)},
          {"ttl", kAdvisedTtl},
          {"required", record.required},
          {"action", advice::text(publication.verdict)},
          {"proven", record.proven},
          {"status", publication_status(record)},
          {"observed", json_strings(publication.observed)},
          {"notes", json_strings(publication.notes)},
          {"checked_at", json_time(checked_at)}};
}

json::object record_to_json(const dns::Name& name, const advice::Plan& plan, bool required,
                            std::chrono::sys_seconds checked_at) {
  const PublishedRecord record{.purpose = "spf",
                               .type = "TXT",
                               .publication = {plan.verdict, plan.value, plan.observed, plan.notes},
                               .proven = plan.proven(),
                               .unanswered = plan.unanswered,
                               .required = required};
  return record_to_json(name, record, checked_at);
}

json::object ownership_to_json(const dns::Name& domain, std::string_view token,
                               const dns::Fact& today, const std::optional<std::string>& needless,
                               std::chrono::sys_seconds checked_at) {
  json::array notes;
  if (needless) notes.emplace_back(json_string(*needless));
  const bool is_published = registry::tokens_of(today).contains(std::string(token));
  const bool is_unknown = today.status == dns::Fact::Status::failed;
  json::array observed;
  for (const dns::RecordData& data : today.records) {
    if (const auto* txt = std::get_if<dns::TxtData>(&data)) {
      observed.emplace_back(json_string(txt->joined()));
    }
  }
  return {{"purpose", "ownership"},
          {"type", "TXT"},
          {"host", advice::host_in_zone(today.question.name, dns::registrable_domain(domain))},
          {"fqdn", today.question.name.text()},
          {"value", json_string(registry::ownership_text(token))},
          {"ttl", kAdvisedTtl},
          {"required", !needless},
          {"action", is_published ? "nothing_to_do" : "add"},
          {"proven", true},
          {"status", is_published ? "published" : (is_unknown ? "unknown" : "missing")},
          {"observed", std::move(observed)},
          {"notes", std::move(notes)},
          {"checked_at", json_time(checked_at)}};
}

json::object to_json(const verification::Checked& checked, std::chrono::sys_seconds now) {
  const registry::Assessment& assessment = checked.evidence.assessment;
  // A check that could not be made is no evidence, and none is kept of it.
  const bool kept = checked.held || checked.domain.evidence_id == checked.evidence.id;
  // A claim is proven, and not allowed yet: the row says why.
  const bool waits =
      checked.domain.claim_matures_at && assessment.kind == registry::CheckFinding::Kind::proven;
  json::array checks;
  for (const registry::PoolCheck& check : assessment.checks) checks.push_back(to_json(check));
  return {{"object", "check"},
          {"account", json_string(checked.domain.account_id)},
          {"domain", checked.domain.domain.text()},
          {"status", registry::text(checked.domain.status)},
          {"may_send", checked.domain.may_send(now)},
          {"finding", registry::text(assessment.kind)},
          {"held", checked.held},
          {"reason_code", json_string(waits ? checked.domain.reason_code : assessment.reason_code)},
          {"reason", json_string(waits ? checked.domain.reason : assessment.reason)},
          {"ownership", registry::text(assessment.ownership)},
          {"evidence_id", json_string_or_null(kept ? checked.evidence.id : "")},
          {"checked_at", json_time(checked.evidence.at)},
          {"exhaustive", assessment.exhaustive},
          {"ttl", assessment.ttl},
          {"visible_by", json_time(checked.evidence.visible_by)},
          {"servers", servers_of(checked.evidence)},
          {"changes", json_strings(checked.drift.sentences)},
          {"warnings", registry::json_warnings(checked.domain.warnings)},
          {"checks", std::move(checks)}};
}

json::object authorization_to_json(const registry::SendingDomain& domain) {
  return {{"object", "authorization"},
          {"account", json_string(domain.account_id)},
          {"domain", domain.domain.text()},
          {"status", registry::text(domain.status)},
          {"since", json_time(domain.status_since)}};
}

json::object to_json(const registry::OutgoingMessage& message) {
  const bool is_queued = message.state == registry::MessageState::queued;
  return {{"object", "message"},
          {"id", json_string(message.id)},
          {"account", json_string(message.account_id)},
          {"from", json_string(message.from)},
          {"mail_from", json_string(message.mail_from)},
          {"to", json_string(message.to)},
          {"subject", json_string(message.subject)},
          {"message_id", json_string(message.message_id)},
          {"state", registry::text(message.state)},
          {"attempts", message.attempts},
          {"created_at", json_time(message.created_at)},
          {"next_attempt_at", is_queued ? json_time(message.next_attempt_at) : json::value()},
          {"ended_at", json_time(message.ended_at)},
          {"last_code", message.last_code == 0 ? json::value() : json::value(message.last_code)},
          {"last_reply", json_string(message.last_reply)}};
}

}  // namespace mandate::web
