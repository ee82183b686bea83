// Where the API listens.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "mandate/dns/ip_address.h"

namespace mandate::app {

/// An address and a TCP port. A value type.
struct Endpoint {
  dns::IpAddress address;
  std::uint16_t port = 0;  ///< 0: any free one
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `ADDRESS:PORT` or `[V6]:PORT`, without a name, since a name may mean several addresses. The
/// error says what is wrong and how to mend it.
std::expected<Endpoint, std::string> parse_endpoint(std::string_view text);

/// `192.0.2.1:8025`, `[2001:db8::1]:8025`: what stands in a URL.
std::string text(const Endpoint& endpoint);

}  // namespace mandate::app
