#include "verdicts/policy_table.h"

#include <algorithm>
#include <span>
#include <utility>

namespace mandate::verdicts {

bool PolicyTable::keep(std::string_view domain, Policy policy, std::uint32_t from) {
  const std::uint32_t now = watch_.seconds();
  const std::uint32_t until = from + std::min(holds_for(policy), UINT32_MAX - from);
  if (until <= now) return false;
  const std::span<const std::byte> map = policy.map.octets();
  const std::size_t held = policy.ground ? heap_bytes(*policy.ground) : 0;
  const auto place = [&](std::byte* room) {
    std::ranges::copy(map, room);
    return Kept{spf::PolicyView(room), std::move(policy.ground), from, until};
  };
  return table_.put_beside(domain, map.size(), place, held, until, now);
}

}  // namespace mandate::verdicts
