#include "registry/audit_entry.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <initializer_list>
#include <iterator>
#include <string_view>

#include "registry/json_value.h"
#include "registry/sha256.h"

namespace mandate::registry {
namespace {

namespace json = boost::json;

json::value details_of(const AuditEntry& entry) {
  json::error_code error;
  json::value details = json::parse(entry.details, error);
  return error ? json::value(json_string(entry.details)) : details;
}

}  // namespace

std::string chained_hash(const AuditEntry& entry, const std::string& previous_hash) {
  const std::string sequence = fmt::to_string(entry.sequence);
  const std::string at = fmt::to_string(entry.at.time_since_epoch().count());
  std::string octets;
  for (const std::string_view field : std::initializer_list<std::string_view>{
           "mandate-audit-1", previous_hash, sequence, at, entry.actor, entry.account_id,
           entry.subject, entry.action, entry.evidence_id, entry.details}) {
    fmt::format_to(std::back_inserter(octets), "{}:", field.size());
    octets.append(field).push_back(',');
  }
  return sha256(octets);
}

AuditEntry next_entry(const AuditHead& head, const Change& change, const Cause& cause) {
  AuditEntry entry{.sequence = head.sequence + 1,
                   .at = cause.at,
                   .actor = cause.actor,
                   .account_id = change.account_id,
                   .subject = change.subject,
                   .action = change.action,
                   .evidence_id = change.evidence_id,
                   .details = change.details,
                   .previous_hash = head.hash,
                   .hash = {}};
  entry.hash = chained_hash(entry, head.hash);
  return entry;
}

json::object to_json(const AuditEntry& entry) {
  return {{"object", "audit_entry"},
          {"sequence", entry.sequence},
          {"at", json_time(entry.at)},
          {"actor", json_string(entry.actor)},
          {"account", json_string(entry.account_id)},
          {"subject", json_string(entry.subject)},
          {"action", json_string(entry.action)},
          {"evidence_id", json_string(entry.evidence_id)},
          {"details", details_of(entry)},
          {"previous_hash", json_string(entry.previous_hash)},
          {"hash", json_string(entry.hash)}};
}

}  // namespace mandate::registry
