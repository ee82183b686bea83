#include "registry/domain_object.h"

#include "registry/json_value.h"

namespace mandate::registry {

boost::json::array json_warnings(const std::vector<Warning>& warnings) {
  boost::json::array out;
  for (const Warning& warning : warnings) {
    out.push_back({{"code", json_string(warning.code)}, {"message", json_string(warning.message)}});
  }
  return out;
}

boost::json::object to_json(const SendingDomain& domain, std::chrono::sys_seconds now) {
  const bool is_return_path = domain.mode == Mode::return_path;
  return {{"object", "domain"},
          {"account", json_string(domain.account_id)},
          {"domain", domain.domain.text()},
          {"senders", json_strings(domain.senders)},
          {"status", text(domain.status)},
          {"may_send", domain.may_send(now)},
          {"reason_code", json_string(domain.reason_code)},
          {"reason", json_string(domain.reason)},
          {"created_at", json_time(domain.created_at)},
          {"status_since", json_time(domain.status_since)},
          {"last_checked_at", json_time(domain.last_checked_at)},
          {"last_attempt_at", json_time(domain.last_attempt_at)},
          {"last_verified_at", json_time(domain.last_verified_at)},
          {"grace_expires_at", json_time(domain.grace_expires_at)},
          {"evidence_id", json_string_or_null(domain.evidence_id)},
          {"mode", text(domain.mode)},
          {"return_path", json_string_or_null(is_return_path ? domain.return_path.text() : "")},
          {"ownership", text(domain.ownership)},
          {"visible_by", json_time(domain.visible_by)},
          {"claim_matures_at", json_time(domain.claim_matures_at)},
          {"contested_at", json_time(domain.contested_at)},
          {"contested_until", json_time(domain.contested_until)},
          {"next_check_at", json_time(domain.next_check_at)},
          {"warnings", json_warnings(domain.warnings)},
          {"changes", json_strings(domain.changes)},
          {"changed_at", json_time(domain.changed_at)}};
}

}  // namespace mandate::registry
