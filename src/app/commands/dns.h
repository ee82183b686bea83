// `mandate dns`: what the authoritative servers of a domain say, each for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mandate::app {

struct DnsViewOptions {
  std::string domain;
  std::string root_hints;  ///< a file; else that of the configuration, else the Internet's root
  std::string config;
  std::optional<std::uint16_t> port;  ///< of every server; else that of the configuration, else 53
  std::string timeout = "20s";
  bool json = false;
};

/// 0 all servers answer alike, 1 they differ or some are at fault, 3 the zone could not be found or
/// asked, or a failure's.
int dns_view(const DnsViewOptions& options);

}  // namespace mandate::app
