#include "app/configured_dns.h"

namespace mandate::app {

DnsOptions configured_dns(const Config& config, const DnsOptions& given) {
  if (!given.zones.empty() || !given.resolver.empty()) return given;
  DnsOptions out = given;
  out.zones = config.zones;
  if (config.resolver) out.resolver = config.resolver->text();
  return out;
}

}  // namespace mandate::app
