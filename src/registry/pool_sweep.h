// A policy over one prefix of the pool: evaluated once for each piece on which it is constant.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/spf/check_host.h"

namespace mandate::registry {

/// Pieces that one prefix may fall into, and so evaluations made of it.
inline constexpr std::size_t kMaxPieces = 4096;
/// Addresses tried of a prefix when a policy depends on the address by more than networks.
inline constexpr std::size_t kSampleSize = 256;

/// Steps of evaluations that one assessment may take, so that a hostile record of thousands of
/// networks cannot keep a processor busy for minutes; ordinary policies take some thousands.
inline constexpr std::size_t kMaxSteps = 4'000'000;

struct Sweep {
  struct Piece {
    dns::IpAddress first;  ///< the address tried; the piece goes on up to the next piece
    spf::Verdict verdict;  ///< without its trace
  };
  std::vector<Piece> pieces;  ///< in ascending order, the first at the prefix's first address
  bool exhaustive = true;     ///< false: a sample of a dynamic policy
  bool too_fragmented =
      false;              ///< over `kMaxPieces` or `max_steps`; `pieces` are those tried so far
  std::size_t steps = 0;  ///< taken
  /// Some record that was read has a macro, so that another sender or HELO name may fare otherwise.
  bool depends_on_identity = false;
  spf::Questions lacking;  ///< when not empty, `pieces` lack those that need them
};

using Evaluate = std::function<spf::Outcome(const dns::IpAddress&)>;

/// A verdict that is not dynamic depends on the address only through the networks of its trace.
/// So: try the first address; split the prefix where such a network begins or ends inside it; try
/// the first address of each new piece; until no new edge appears. Then every network that was
/// looked at for a piece contains the piece or is disjoint from it, and the piece's one verdict is
/// that of all its addresses. When a verdict is dynamic, every address is tried as well, or an
/// even sample of them with the first and the last.
Sweep sweep(const dns::Prefix& prefix, const Evaluate& evaluate, std::size_t max_steps = kMaxSteps);

/// The addresses tried of a dynamic policy: all of up to `kSampleSize`, else that many, evenly
/// spread from the first to the last.
std::vector<dns::IpAddress> sample(const dns::Prefix& prefix);

}  // namespace mandate::registry
