#include "registry/pool_sweep.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace mandate::registry {
namespace {

using dns::IpAddress;
using dns::Prefix;

constexpr int kSampleBits = 8;  // of kSampleSize

IpAddress with_octets(const IpAddress& like, const IpAddress::Bytes& octets) {
  if (like.is_v4()) return IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
  return IpAddress::v6(octets);
}

// An IPv4 network as clients in ::ffff:0:0/96 meet it: they are IPv4 to SPF (RFC 7208 section 5).
Prefix mapped(const Prefix& v4) {
  IpAddress::Bytes octets{};
  octets[10] = octets[11] = 0xFF;
  for (std::size_t i = 0; i < 4; ++i) octets[12 + i] = v4.network().octets()[i];
  return Prefix(IpAddress::v6(octets), 96 + v4.length());
}

// One prefix's pieces, growing.
class Pieces {
 public:
  explicit Pieces(const Prefix& prefix) : prefix_(prefix) {
    add(prefix.network());
    if (!prefix.network().is_v4()) add_edges(mapped(Prefix()));  // ::ffff:0:0/96
  }

  void add(const IpAddress& first) {
    if (!prefix_.contains(first) || full()) return;
    if (pieces_.try_emplace(first).second) waiting_.push_back(first);
  }

  void add_edges(Prefix network) {
    if (network.family() != prefix_.family()) {
      if (prefix_.network().is_v4()) return;
      network = mapped(network);
    }
    add(network.network());
    if (const auto behind = network.last().next()) add(*behind);
  }

  std::optional<IpAddress> take() {
    if (waiting_.empty()) return std::nullopt;
    const IpAddress first = waiting_.back();
    waiting_.pop_back();
    return first;
  }

  bool full() const { return pieces_.size() > kMaxPieces; }

  void set(const IpAddress& first, spf::Verdict verdict) {
    pieces_[first].emplace(std::move(verdict));
  }

  std::vector<Sweep::Piece> tried() && {
    std::vector<Sweep::Piece> out;
    for (auto& [first, verdict] : pieces_) {
      if (verdict) out.push_back({first, std::move(*verdict)});
    }
    return out;
  }

 private:
  Prefix prefix_;
  std::map<IpAddress, std::optional<spf::Verdict>> pieces_;
  std::vector<IpAddress> waiting_;
};

void note_trace(const std::vector<spf::Step>& trace, Pieces& pieces, Sweep& result) {
  result.steps += trace.size();
  for (const spf::Step& step : trace) {
    for (const Prefix& network : step.networks) pieces.add_edges(network);
    // The sender and the HELO name enter a policy by macros alone (RFC 7208 section 7).
    if (step.kind == spf::Step::Kind::record && step.text.find('%') != step.text.npos) {
      result.depends_on_identity = true;
    }
  }
}

}  // namespace

std::vector<IpAddress> sample(const Prefix& prefix) {
  std::vector<IpAddress> out;
  const int host_bits = prefix.network().bits() - prefix.length();
  if (host_bits <= kSampleBits) {
    std::optional<IpAddress> next = prefix.network();
    for (; next && prefix.contains(*next); next = next->next()) out.push_back(*next);
    return out;
  }
  // The n-th address has the eight bits of n, repeated, as its host bits: n / 255 of the way.
  for (std::uint32_t n = 0; n < kSampleSize; ++n) {
    IpAddress::Bytes octets = prefix.network().octets();
    for (int bit = prefix.length(); bit < prefix.network().bits(); ++bit) {
      if (((n >> (7 - (bit - prefix.length()) % 8)) & 1U) == 0) continue;
      std::uint8_t& octet = octets[static_cast<std::size_t>(bit / 8)];
      octet = static_cast<std::uint8_t>(octet | (0x80U >> (bit % 8)));
    }
    out.push_back(with_octets(prefix.network(), octets));
  }
  return out;
}

Sweep sweep(const Prefix& prefix, const Evaluate& evaluate, std::size_t max_steps) {
  Sweep result;
  Pieces pieces(prefix);
  bool dynamic = false;
  while (const auto first = pieces.take()) {
    spf::Outcome outcome = evaluate(*first);
    if (const auto* questions = std::get_if<spf::Questions>(&outcome)) {
      result.lacking.insert(result.lacking.end(), questions->begin(), questions->end());
      continue;
    }
    auto& verdict = std::get<spf::Verdict>(outcome);
    note_trace(verdict.trace, pieces, result);
    if (verdict.dynamic && !dynamic) {
      dynamic = true;
      result.exhaustive = prefix.network().bits() - prefix.length() <= kSampleBits;
      for (const IpAddress& address : sample(prefix)) pieces.add(address);
    }
    verdict.trace.clear();
    pieces.set(*first, std::move(verdict));
    if (pieces.full() || result.steps > max_steps) {
      result.too_fragmented = true;
      break;
    }
  }
  result.pieces = std::move(pieces).tried();
  return result;
}

}  // namespace mandate::registry
