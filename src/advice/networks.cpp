#include "advice/networks.h"

#include <algorithm>
#include <utility>

#include "spf/address_number.h"

namespace mandate::advice {
namespace {

constexpr int kMappedLength = 96;  // of ::ffff:0:0/96

/// What clients an IPv6 network within the mapped ones stands for.
dns::AddressRange clients_of(const dns::Prefix& network) {
  return {network.network().unmapped(), network.last().unmapped()};
}

}  // namespace

std::string network_term(const dns::Prefix& network) {
  const bool single = network.length() == network.network().bits();
  return (network.family() == dns::Family::v4 ? "ip4:" : "ip6:") +
         (single ? network.network().text() : network.text());
}

std::vector<dns::AddressRange> united(std::vector<dns::AddressRange> ranges) {
  std::ranges::sort(ranges, {}, &dns::AddressRange::first);
  std::vector<dns::AddressRange> out;
  for (const dns::AddressRange& range : ranges) {
    const bool meets = !out.empty() && out.back().last.family() == range.first.family() &&
                       (range.first <= out.back().last || out.back().last.next() == range.first);
    if (meets) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

std::vector<dns::Prefix> aggregated(std::span<const dns::Prefix> networks) {
  std::vector<dns::AddressRange> ranges;
  ranges.reserve(networks.size());
  for (const dns::Prefix& network : networks) ranges.push_back(clients_of(network));
  std::vector<dns::Prefix> out;
  for (const dns::AddressRange& range : united(std::move(ranges))) {
    const std::vector<dns::Prefix> parts = dns::prefixes_of(range);
    out.insert(out.end(), parts.begin(), parts.end());
  }
  return out;
}

bool mixes_families(const dns::Prefix& network) {
  return network.length() < kMappedLength && network.contains(spf::mapped_range().first);
}

}  // namespace mandate::advice
