#include "app/dns_source.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/zones.h"

namespace mandate::app {

Attempt<std::unique_ptr<resolver::Lookup>> open_dns(const DnsOptions& options) {
  if (!options.zones.empty()) {
    auto zones = read_zones(options.zones);
    if (!zones) return std::unexpected(std::move(zones.error()));
    return std::make_unique<resolver::ZoneLookup>(std::move(*zones));
  }
  if (options.resolver.empty()) return open_resolver(std::nullopt);
  const auto server = resolver::parse_server(options.resolver);
  if (!server) return fail(exit_code::usage, "--resolver: " + server.error());
  return open_resolver(*server);
}

std::unique_ptr<resolver::Lookup> open_resolver(const std::optional<resolver::Server>& server) {
  if (server) {
    resolver::StubOptions options;
    options.servers = {*server};
    return resolver::make_stub_client(std::move(options));
  }
  constexpr std::size_t file_limit = std::size_t{1} << 20;
  const auto contents = read_input_file("/etc/resolv.conf", file_limit);
  return resolver::make_stub_client(resolver::parse_resolv_conf(contents.value_or("")));
}

}  // namespace mandate::app
