#include "web/representation.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dns/public_suffix.h"
#include "registry/timestamp.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

namespace json = boost::json;

constexpr int kAdvisedTtl = 3600;  // seconds: soon enough corrected, long enough cached

json::value time(std::optional<std::chrono::sys_seconds> at) {
  if (!at) return nullptr;
  return json::value(registry::timestamp(*at));
}

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::value(json_string(text));
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(json_string(text));
  return out;
}

/// What to type into the host field of a DNS host's form: the labels in front of the registrable
/// domain, which stands for the zone; `@` for the domain itself.
std::string host_field(const dns::Name& domain) {
  const std::string whole = domain.text();
  const std::string zone = dns::registrable_domain(domain).text();
  if (whole.size() <= zone.size()) return "@";
  return whole.substr(0, whole.size() - zone.size() - 1);
}

std::string_view publication_status(const advice::Publication& publication, const dns::Fact& txt) {
  if (publication.verdict == advice::Publication::Verdict::nothing_to_do) return "published";
  return txt.status == dns::Fact::Status::failed ? "unknown" : "missing";
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

json::object to_json(const registry::Account& account) {
  return {{"object", "account"},
          {"id", json_string(account.id)},
          {"name", json_string(account.name)},
          {"created_at", time(account.created_at)}};
}

json::object to_json(const registry::SendingDomain& domain, std::chrono::sys_seconds now) {
  return {{"object", "domain"},
          {"account", json_string(domain.account_id)},
          {"domain", domain.domain.text()},
          {"senders", texts(domain.senders)},
          {"status", registry::text(domain.status)},
          {"may_send", domain.may_send(now)},
          {"reason_code", json_string(domain.reason_code)},
          {"reason", json_string(domain.reason)},
          {"created_at", time(domain.created_at)},
          {"status_since", time(domain.status_since)},
          {"last_checked_at", time(domain.last_checked_at)},
          {"last_attempt_at", time(domain.last_attempt_at)},
          {"last_verified_at", time(domain.last_verified_at)},
          {"grace_expires_at", time(domain.grace_expires_at)},
          {"evidence_id", text_or_null(domain.evidence_id)}};
}

json::object record_to_json(const dns::Name& domain, const advice::Publication& publication,
                            const dns::Fact& txt, std::chrono::sys_seconds checked_at) {
  return {{"purpose", "spf"},
          {"type", "TXT"},
          {"host", host_field(domain)},
          {"fqdn", domain.text()},
          {"value", json_string(publication.value)},
          {"ttl", kAdvisedTtl},
          {"required", true},
          {"action", advice::text(publication.verdict)},
          {"status", publication_status(publication, txt)},
          {"observed", texts(publication.observed)},
          {"notes", texts(publication.notes)},
          {"checked_at", time(checked_at)}};
}

json::object to_json(const verification::Checked& checked, std::chrono::sys_seconds now) {
  const registry::Assessment& assessment = checked.evidence.assessment;
  // A check that could not be made is no evidence, and none is kept of it.
  const bool kept = checked.domain.evidence_id == checked.evidence.id;
  json::array checks;
  for (const registry::PoolCheck& check : assessment.checks) checks.push_back(to_json(check));
  return {{"object", "check"},
          {"account", json_string(checked.domain.account_id)},
          {"domain", checked.domain.domain.text()},
          {"status", registry::text(checked.domain.status)},
          {"may_send", checked.domain.may_send(now)},
          {"finding", registry::text(assessment.kind)},
          {"reason_code", json_string(assessment.reason_code)},
          {"reason", json_string(assessment.reason)},
          {"evidence_id", text_or_null(kept ? checked.evidence.id : "")},
          {"checked_at", time(checked.evidence.at)},
          {"exhaustive", assessment.exhaustive},
          {"ttl", assessment.ttl},
          {"checks", std::move(checks)}};
}

json::object authorization_to_json(const registry::SendingDomain& domain) {
  return {{"object", "authorization"},
          {"account", json_string(domain.account_id)},
          {"domain", domain.domain.text()},
          {"status", registry::text(domain.status)},
          {"since", time(domain.status_since)}};
}

json::object to_json(const registry::OutgoingMessage& message) {
  const bool is_queued = message.state == registry::MessageState::queued;
  return {{"object", "message"},
          {"id", json_string(message.id)},
          {"account", json_string(message.account_id)},
          {"from", json_string(message.from)},
          {"to", json_string(message.to)},
          {"subject", json_string(message.subject)},
          {"message_id", json_string(message.message_id)},
          {"state", registry::text(message.state)},
          {"attempts", message.attempts},
          {"created_at", time(message.created_at)},
          {"next_attempt_at", is_queued ? time(message.next_attempt_at) : json::value()},
          {"ended_at", time(message.ended_at)},
          {"last_code", message.last_code == 0 ? json::value() : json::value(message.last_code)},
          {"last_reply", json_string(message.last_reply)}};
}

}  // namespace mandate::web
