// Networks as terms of a record, and as few of them as can be.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "mandate/dns/ip_address.h"

namespace mandate::advice {

/// The term that matches just that network, such as `ip4:192.0.2.0/28`; of a single address it has
/// no length.
std::string network_term(const dns::Prefix& network);

/// The same addresses in ascending order, IPv4 first; no range overlaps or touches the next.
std::vector<dns::AddressRange> united(std::vector<dns::AddressRange> ranges);

/// The fewest networks that hold exactly the clients of some networks, ascending, IPv4 first. Those
/// within ::ffff:0:0/96 become IPv4, as the clients in there are (RFC 7208 section 5).
std::vector<dns::Prefix> aggregated(std::span<const dns::Prefix> networks);

/// Whether a network holds IPv6 clients and, in ::ffff:0:0/96, IPv4 ones as well, so that no term
/// matches all of it.
bool mixes_families(const dns::Prefix& network);

}  // namespace mandate::advice
