// Which DNS a command asks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/failure.h"
#include "resolver/lookup.h"
#include "resolver/stub_client.h"

namespace mandate::app {

/// As given on the command line: zone files, else a resolver, else those of /etc/resolv.conf.
struct DnsOptions {
  std::vector<std::string> zones;
  std::string resolver;         ///< `HOST[:PORT]`, or empty
  std::string timeout = "20s";  ///< of one whole evaluation
};

/// The servers that the options name, without their zones.
Attempt<resolver::StubOptions> stub_options(const DnsOptions& options);

Attempt<std::unique_ptr<resolver::Lookup>> open_dns(const DnsOptions& options);

/// Asks the server, or without one the servers of /etc/resolv.conf; a missing file means the local
/// host, as resolv.conf(5) has it.
std::unique_ptr<resolver::Lookup> open_resolver(const std::optional<resolver::Server>& server);

}  // namespace mandate::app
