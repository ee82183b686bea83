// What is kept of a domain: its policy map, and what the dynamic parts of it are evaluated on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "mandate/dns/facts.h"
#include "mandate/spf/known_records.h"
#include "mandate/spf/policy_map.h"

namespace mandate::verdicts {

/// The facts that a map was compiled from, with their SPF records read once. They hold as long as
/// the map does.
struct Ground {
  dns::Facts facts;
  spf::KnownRecords records;
};

struct Policy {
  spf::PolicyMap map;
  /// Of a map that is dynamic somewhere, unless a fact may not be kept at all.
  std::shared_ptr<const Ground> ground;
};

/// A policy of a map and the facts that it was compiled from.
Policy make_policy(spf::PolicyMap map, dns::Facts facts);

/// Seconds for which it holds, from when its facts were learned: the least TTL of the map's
/// outcomes and of the facts of the ground. Zero as well when the map is dynamic everywhere and
/// there is no ground.
std::uint32_t holds_for(const Policy& policy);

/// What a ground takes of the heap, as `resolver::heap_block` counts.
std::size_t heap_bytes(const Ground& ground);

}  // namespace mandate::verdicts
