// The DNS of the benchmarks in memory, and what is evaluated over it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/dns/ip_address.h"
#include "mandate/dns/zone_file.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/policy_map.h"
#include "mandate/spf/result.h"

namespace mandate::bench {

/// One line of `peers.d/workloads`.
struct Workload {
  std::string name;
  dns::IpAddress ip;
  std::string sender;
  spf::Result expected = spf::Result::none;
  /// Of the sender.
  std::string_view domain() const;
};

// A benchmark has nobody to recover for: what is malformed ends the program with a message.

/// The contents of a file.
std::string contents_of(const std::string& path);
dns::ZoneData read_zone(const std::string& path);
std::vector<Workload> read_workloads(const std::string& path);

/// The request that a workload makes.
spf::Request request_of(const dns::IpAddress& ip, std::string_view sender);

/// Adds the facts that the check of a request and the compilation of its domain's policy need.
void learn(const spf::Request& request, const dns::ZoneData& zone, dns::Facts& facts);

/// The policy of a domain, whose facts are all there.
spf::PolicyMap compiled(std::string_view domain, const dns::Facts& facts);

/// IPv4 addresses in random order, the same in every run: half of them anywhere, half within a
/// piece of the map taken by lot, so that small networks are met as well. Each was found to have
/// the same result in the map and by `check_host`.
std::vector<dns::IpAddress> mixed_addresses(const spf::PolicyMap& map, const dns::Facts& facts,
                                            std::size_t count);

}  // namespace mandate::bench
