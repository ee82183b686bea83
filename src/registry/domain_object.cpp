#include "registry/domain_object.h"

#include "registry/json_value.h"

namespace mandate::registry {

boost::json::object to_json(const SendingDomain& domain, std::chrono::sys_seconds now) {
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
          {"evidence_id", json_string_or_null(domain.evidence_id)}};
}

}  // namespace mandate::registry
