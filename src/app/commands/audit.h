// `mandate audit`: the audit log, read from the store directly.
#pragma once

#include <cstdint>
#include <string>

namespace mandate::app {

struct AuditVerifyOptions {
  std::string config;         ///< the configuration file
  std::string expected_head;  ///< a hash that was noted earlier; empty: none
  bool json = false;
};

/// Follows the chain from its beginning, in bounded memory: 0 when it is intact and holds the
/// expected head, 1 when not, with where and how it is broken first.
int audit_verify(const AuditVerifyOptions& options);

struct AuditListOptions {
  std::string config;
  std::string account;
  std::string domain;
  std::int64_t after = 0;  ///< a sequence
  bool json = false;
};

/// One line an entry, or one JSON object a line, in the order of the log.
int audit_list(const AuditListOptions& options);

}  // namespace mandate::app
