#include "advice/known_network.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mandate::advice {
namespace {

struct Row {
  std::string_view prefix;
  std::string_view what;
};

/// RFC 6890 and the registries that it founded: where no mail on the Internet comes from.
constexpr auto kReserved = std::to_array<Row>({
    {"0.0.0.0/8", "of this network"},
    {"10.0.0.0/8", "for private use"},
    {"100.64.0.0/10", "for carriers' NAT"},
    {"127.0.0.0/8", "of the host itself"},
    {"169.254.0.0/16", "of the link"},
    {"172.16.0.0/12", "for private use"},
    {"192.0.2.0/24", "for documentation"},
    {"192.168.0.0/16", "for private use"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "for multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::1/128", "of the host itself"},
    {"::ffff:0:0/96", "for IPv4-mapped addresses, which no client has"},
    {"2001:db8::/32", "for documentation"},
    {"fc00::/7", "for private use"},
    {"fe80::/10", "of the link"},
    {"ff00::/8", "for multicast"},
});

/// What two services publish as the ranges that all their customers share: Cloudflare at
/// https://www.cloudflare.com/ips, Fastly at https://api.fastly.com/public-ip-list. Neither list is
/// whole here, nor will stay as it is: what is not found here is not known to be anybody's own.
constexpr auto kShared = std::to_array<Row>({
    {"103.21.244.0/22", "Cloudflare"}, {"103.22.200.0/22", "Cloudflare"},
    {"103.31.4.0/22", "Cloudflare"},   {"104.16.0.0/13", "Cloudflare"},
    {"104.24.0.0/14", "Cloudflare"},   {"108.162.192.0/18", "Cloudflare"},
    {"131.0.72.0/22", "Cloudflare"},   {"141.101.64.0/18", "Cloudflare"},
    {"162.158.0.0/15", "Cloudflare"},  {"172.64.0.0/13", "Cloudflare"},
    {"173.245.48.0/20", "Cloudflare"}, {"188.114.96.0/20", "Cloudflare"},
    {"190.93.240.0/20", "Cloudflare"}, {"197.234.240.0/22", "Cloudflare"},
    {"198.41.128.0/17", "Cloudflare"}, {"2400:cb00::/32", "Cloudflare"},
    {"2606:4700::/32", "Cloudflare"},  {"2803:f800::/32", "Cloudflare"},
    {"2a06:98c0::/29", "Cloudflare"},  {"23.235.32.0/20", "Fastly"},
    {"43.249.72.0/22", "Fastly"},      {"104.156.80.0/20", "Fastly"},
    {"146.75.0.0/17", "Fastly"},       {"151.101.0.0/16", "Fastly"},
    {"199.232.0.0/16", "Fastly"},      {"2a04:4e40::/32", "Fastly"},
    {"2a04:4e42::/32", "Fastly"},
});

std::vector<KnownNetwork> networks_of(std::span<const Row> rows) {
  std::vector<KnownNetwork> out;
  for (const Row& row : rows) out.push_back({dns::Prefix::parse(row.prefix).value(), row.what});
  return out;
}

bool holds(const dns::Prefix& outer, const dns::Prefix& inner) {
  return outer.length() <= inner.length() && outer.contains(inner.network());
}

}  // namespace

const KnownNetwork* reserved_network(const dns::Prefix& addresses) {
  static const std::vector<KnownNetwork> known = networks_of(kReserved);
  const auto found = std::ranges::find_if(
      known, [&](const KnownNetwork& network) { return holds(network.prefix, addresses); });
  return found == known.end() ? nullptr : &*found;
}

const KnownNetwork* shared_network(const dns::Prefix& addresses) {
  static const std::vector<KnownNetwork> known = networks_of(kShared);
  const auto found = std::ranges::find_if(
      known, [&](const KnownNetwork& network) { return holds(addresses, network.prefix); });
  return found == known.end() ? nullptr : &*found;
}

}  // namespace mandate::advice
