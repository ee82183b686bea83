// The address and port of a DNS server, and how a person writes them.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "mandate/dns/ip_address.h"

namespace mandate::resolver {

struct Server {
  dns::IpAddress address;
  std::uint16_t port = 53;
  std::string text() const;  ///< `192.0.2.53:53`, `[2001:db8::53]:53`
  friend bool operator==(const Server&, const Server&) = default;
};

/// `HOST[:PORT]`, `[V6]:PORT` or a bare IPv6 address; HOST is an address, since a name would need
/// a resolver. The error says what is wrong.
std::expected<Server, std::string> parse_server(std::string_view text);

}  // namespace mandate::resolver
