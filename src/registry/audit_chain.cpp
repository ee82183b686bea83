#include "registry/audit_chain.h"

namespace mandate::registry {

std::optional<ChainFault> AuditChain::follow(const AuditEntry& entry) {
  using Kind = ChainFault::Kind;
  const std::int64_t expected = head_.sequence + 1;
  if (entry.sequence > expected) return ChainFault{Kind::missing, expected, {}};
  if (entry.sequence < expected) return ChainFault{Kind::altered, entry.sequence, {}};
  const bool is_whole = chained_hash(entry, head_.hash) == entry.hash;
  const bool is_next = entry.previous_hash == head_.hash;
  if (!is_whole && !is_next) return ChainFault{Kind::detached, expected, entry.previous_hash};
  if (!is_whole || !is_next) return ChainFault{Kind::altered, expected, {}};
  head_ = {entry.sequence, entry.hash};
  return std::nullopt;
}

}  // namespace mandate::registry
