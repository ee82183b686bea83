#include "registry/pool_sweep.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mandate::registry {
namespace {

using dns::IpAddress;

__extension__ using Number = unsigned __int128;

Number number_of(const IpAddress& address) {
  Number out = 0;
  for (const std::uint8_t octet : address.octets()) out = out << 8 | octet;
  return address.is_v4() ? out >> 96 : out;
}

IpAddress address_of(Number number, dns::Family family) {
  if (family == dns::Family::v4) number <<= 96;
  IpAddress::Bytes octets{};
  for (std::size_t i = octets.size(); i-- > 0; number >>= 8) {
    octets[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  if (family == dns::Family::v6) return IpAddress::v6(octets);
  return IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
}

struct Tried {
  IpAddress last;        // for which the verdict holds, or the same is lacking
  bool dynamic = false;  // that is the address itself, since more than networks decides
};

Tried try_address(const IpAddress& address, const Evaluate& evaluate, Sweep& result) {
  spf::Verdict verdict;
  spf::Questions lacking;
  const bool complete = evaluate(address, verdict, lacking);
  const Tried tried{verdict.range.last, verdict.dynamic};
  if (complete) {
    result.pieces.push_back({address, std::move(verdict)});
  } else {
    result.lacking.insert(result.lacking.end(), lacking.begin(), lacking.end());
  }
  return tried;
}

Sweep sampled(const dns::AddressRange& range, const Evaluate& evaluate) {
  Sweep result;
  result.exhaustive = false;
  for (const IpAddress& address : sample(range)) try_address(address, evaluate, result);
  return result;
}

bool is_wide(const dns::AddressRange& range) {
  return number_of(range.last) - number_of(range.first) >= kSampleSize;
}

}  // namespace

std::vector<IpAddress> sample(const dns::AddressRange& range) {
  const Number first = number_of(range.first);
  const Number span = number_of(range.last) - first;
  const Number steps = std::min<Number>(span, kSampleSize - 1);
  std::vector<IpAddress> out;
  for (Number n = 0; n <= steps; ++n) {
    // span * n / steps, without its overflow.
    const Number offset = steps == 0 ? 0 : span / steps * n + span % steps * n / steps;
    out.push_back(address_of(first + offset, range.first.family()));
  }
  return out;
}

Sweep sweep(const dns::AddressRange& range, const Evaluate& evaluate) {
  Sweep result;
  std::size_t count = 0;
  for (std::optional<IpAddress> next = range.first; next && *next <= range.last;) {
    if (++count > kMaxPieces) {
      result.too_fragmented = true;
      return result;
    }
    const Tried tried = try_address(*next, evaluate, result);
    if (tried.dynamic && is_wide(range)) return sampled(range, evaluate);
    next = tried.last.next();
  }
  return result;
}

}  // namespace mandate::registry
