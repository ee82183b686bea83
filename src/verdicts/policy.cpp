#include "verdicts/policy.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "resolver/heap_bytes.h"

namespace mandate::verdicts {
namespace {

using resolver::heap_block;
using resolver::heap_bytes;

std::size_t heap_bytes(const spf::MacroString& macro) {
  return heap_bytes(macro.text()) + heap_bytes(macro.parts());
}

std::size_t heap_bytes(const spf::Modifier& modifier) {
  return heap_bytes(modifier.name) + heap_bytes(modifier.value);
}

std::size_t heap_bytes(const spf::Record& record) {
  std::size_t total = heap_bytes(record.text) + heap_bytes(record.directives) +
                      heap_bytes(record.unknown) + heap_bytes(record.domains);
  for (const auto* modifier : {&record.redirect, &record.exp}) {
    if (*modifier) total += heap_bytes(**modifier);
  }
  for (const spf::Modifier& modifier : record.unknown) total += heap_bytes(modifier);
  for (const spf::MacroString& domain : record.domains) total += heap_bytes(domain);
  return total;
}

std::size_t heap_bytes(const spf::SelectedRecord& selected) {
  return heap_bytes(selected.record) + heap_bytes(selected.error.message) +
         heap_bytes(selected.detail);
}

/// Elements in a deque of libstdc++ stand in blocks of 512 octets; two more are open at its ends,
/// with the list of the blocks. An index is at most half full, of eight octets a place.
template <class Element>
std::size_t indexed_bytes(std::size_t count) {
  constexpr std::size_t per_block = std::max<std::size_t>(1, 512 / sizeof(Element));
  const std::size_t blocks = count / per_block + 1;
  return blocks * heap_block(per_block * sizeof(Element)) + heap_block(8 * (blocks + 2)) +
         heap_block(8 * std::max<std::size_t>(16, std::bit_ceil(2 * count)));
}

}  // namespace

std::size_t heap_bytes(const Ground& ground) {
  std::size_t total = heap_block(sizeof(Ground) + 16);  // 16: the counts of the shared pointer
  total += indexed_bytes<std::pair<dns::Question, dns::Fact>>(ground.facts.size());
  total += indexed_bytes<std::pair<std::string, spf::SelectedRecord>>(ground.records.size());
  for (const auto& [question, fact] : ground.facts) {
    const std::string& wire = question.name.wire();
    total += heap_bytes(wire) + heap_bytes(fact);
    const spf::SelectedRecord* record =
        question.type == dns::RecordType::txt ? ground.records.find(wire) : nullptr;
    if (record != nullptr) total += heap_bytes(wire) + heap_bytes(*record);
  }
  return total;
}

Policy make_policy(spf::PolicyMap map, dns::Facts facts) {
  Policy policy{.map = std::move(map), .ground = nullptr};
  const bool all_hold =
      std::ranges::all_of(facts, [](const auto& it) { return it.second.ttl > 0; });
  if (policy.map.is_dynamic() && all_hold) {
    spf::KnownRecords records(facts);
    policy.ground = std::make_shared<const Ground>(std::move(facts), std::move(records));
  }
  return policy;
}

std::uint32_t holds_for(const Policy& policy) {
  constexpr std::uint32_t none = UINT32_MAX;
  std::uint32_t least = none;
  for (const spf::PolicyMap::Outcome& outcome : policy.map.outcomes()) {
    if (!outcome.dynamic) least = std::min(least, outcome.ttl);
  }
  if (policy.ground) {
    for (const auto& [question, fact] : policy.ground->facts) least = std::min(least, fact.ttl);
  }
  return least == none ? 0 : least;
}

}  // namespace mandate::verdicts
