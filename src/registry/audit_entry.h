// An entry of the audit log: who did what to what, and when, chained by hash to the one before.
//
// The hash is SHA-256 over these fields in this order, each as a netstring (its length in octets in
// decimal, `:`, its octets, `,`), so that no octet can move from one field into the next:
//
//   mandate-audit-1, previous hash, sequence, at, actor, account, subject, action, evidence,
//   details
//
// Hashes are 64 letters of lower-case hex; the hash before the first entry is 64 zeros. Numbers are
// decimal without leading zeros; `at` is in seconds since 1970-01-01T00:00:00Z. docs/audit.md says
// the same for people, with a program in another language that verifies a log.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "registry/change.h"

namespace mandate::registry {

/// The end of a chain: its last entry, or where the first one will be chained to.
struct AuditHead {
  std::int64_t sequence = 0;
  std::string hash = std::string(64, '0');
  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

struct AuditEntry {
  std::int64_t sequence = 0;  ///< from 1, each one more than the last
  std::chrono::sys_seconds at{};
  std::string actor;
  std::string account_id;  ///< empty of the provider's own
  std::string subject;
  std::string action;
  std::string evidence_id;
  std::string details;  ///< the text of a JSON object
  std::string previous_hash;
  std::string hash;
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

/// What the hash of `entry` has to be behind `previous_hash`. Its own hashes play no part.
std::string chained_hash(const AuditEntry& entry, const std::string& previous_hash);

/// The entry of a change, as it follows `head`.
AuditEntry next_entry(const AuditHead& head, const Change& change, const Cause& cause);

/// The object of docs/audit.md. Details that are no JSON stand in it as a string.
boost::json::object to_json(const AuditEntry& entry);

}  // namespace mandate::registry
