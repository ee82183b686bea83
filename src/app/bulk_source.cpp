#include "app/bulk_source.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "app/zones.h"

namespace mandate::app {

Attempt<std::unique_ptr<resolver::Bulk>> BulkSource::open(const DnsOptions& dns,
                                                          const resolver::BulkOptions& options,
                                                          resolver::Bulk::Finished finished) {
  constexpr std::size_t kQueriesPerPort = 500;
  if (!dns.zones.empty()) {
    auto zones = read_zones(dns.zones);
    if (!zones) return std::unexpected(std::move(zones.error()));
    zones_ = std::make_unique<resolver::ZoneLookup>(std::move(*zones));
    return std::make_unique<resolver::Bulk>(*zones_, options, std::move(finished));
  }
  auto client = stub_options(dns);
  if (!client) return std::unexpected(std::move(client.error()));
  client->in_flight = options.window;
  client->queries_per_port = kQueriesPerPort;
  return std::make_unique<resolver::Bulk>(*client, options, std::move(finished));
}

std::size_t usual_threads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
}

}  // namespace mandate::app
