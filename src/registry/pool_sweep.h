// The dynamic part of a policy over addresses of the pool: tried for one sender and HELO name.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/spf/check_host.h"

namespace mandate::registry {

/// Pieces that one range may fall into, and so evaluations made of it.
inline constexpr std::size_t kMaxPieces = 4096;
/// Addresses tried of a range when a policy depends on the address by more than networks.
inline constexpr std::size_t kSampleSize = 256;

struct Sweep {
  struct Piece {
    dns::IpAddress first;  ///< the address tried; the piece goes on up to the next piece
    spf::Verdict verdict;
  };
  std::vector<Piece> pieces;    ///< in ascending order, the first at the range's first address
  bool exhaustive = true;       ///< false: a sample
  bool too_fragmented = false;  ///< over `kMaxPieces`; `pieces` are those tried so far
  spf::Questions lacking;       ///< when not empty, `pieces` lack those that need them
};

/// `check_host` with `Options::range` for one address.
using Evaluate = std::function<bool(const dns::IpAddress&, spf::Verdict&, spf::Questions&)>;

/// Tries the first address of a range; the verdict says how far it holds; tries the address behind
/// that, and so on. When a verdict holds for its very address alone, and the range has more than
/// `kSampleSize`, an even sample is tried instead.
Sweep sweep(const dns::AddressRange& range, const Evaluate& evaluate);

/// All addresses of a range of up to `kSampleSize`, else that many, evenly spread from the first to
/// the last.
std::vector<dns::IpAddress> sample(const dns::AddressRange& range);

}  // namespace mandate::registry
