// An audit log followed from its beginning, entry by entry, to where it is broken first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "registry/audit_entry.h"

namespace mandate::registry {

struct ChainFault {
  enum class Kind : std::uint8_t {
    altered,   ///< the entry is not as it was written
    missing,   ///< entries that were written are not there
    detached,  ///< it was written behind an entry that is not the one before it
  };
  Kind kind = Kind::altered;
  std::int64_t sequence = 0;  ///< where the chain is broken
  std::string previous_hash;  ///< of `detached`: the hash of the entry that it was written behind
};

/// Keeps only the last entry's place and hash, whatever the length of the log. A value type.
class AuditChain {
 public:
  /// Nothing when `entry` is the next link; otherwise the chain is broken and stays where it is.
  std::optional<ChainFault> follow(const AuditEntry& entry);

  /// The last entry up to which the log is as it was written.
  const AuditHead& head() const { return head_; }

 private:
  AuditHead head_;
};

}  // namespace mandate::registry
