#include "verdicts/policy_table.h"

#include <utility>

namespace mandate::verdicts {

bool PolicyTable::keep(std::string_view domain, Policy policy, std::uint32_t from) {
  const std::uint32_t now = watch_.seconds();
  const std::uint32_t until = from + std::min(holds_for(policy), UINT32_MAX - from);
  if (until <= now) return false;
  const std::size_t held = heap_bytes(policy);
  return table_.put(domain, {std::move(policy), from, until}, held, until, now);
}

}  // namespace mandate::verdicts
