#include "app/dns_source.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/zones.h"

namespace mandate::app {
namespace {

resolver::StubOptions configured_servers() {
  constexpr std::size_t file_limit = std::size_t{1} << 20;
  const auto contents = read_input_file("/etc/resolv.conf", file_limit);
  return resolver::parse_resolv_conf(contents.value_or(""));
}

}  // namespace

Attempt<std::unique_ptr<resolver::Lookup>> open_dns(const DnsOptions& options) {
  if (!options.zones.empty()) {
    auto zones = read_zones(options.zones);
    if (!zones) return std::unexpected(std::move(zones.error()));
    return std::make_unique<resolver::ZoneLookup>(std::move(*zones));
  }
  auto servers = stub_options(options);
  if (!servers) return std::unexpected(std::move(servers.error()));
  return resolver::make_stub_client(std::move(*servers));
}

Attempt<resolver::StubOptions> stub_options(const DnsOptions& options) {
  if (options.resolver.empty()) return configured_servers();
  const auto server = resolver::parse_server(options.resolver);
  if (!server) return fail(exit_code::usage, "--resolver: " + server.error());
  return resolver::StubOptions{.servers = {*server}};
}

std::unique_ptr<resolver::Lookup> open_resolver(const std::optional<resolver::Server>& server) {
  return resolver::make_stub_client(server ? resolver::StubOptions{.servers = {*server}}
                                           : configured_servers());
}

}  // namespace mandate::app
