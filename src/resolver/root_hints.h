// Where the way down the DNS begins: the root's servers.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::resolver {

/// A server of a zone as somebody names it, with the addresses that came along.
struct NameServer {
  dns::Name name;
  std::vector<dns::IpAddress> addresses;
  friend bool operator==(const NameServer&, const NameServer&) = default;
};

/// The root servers of the Internet (https://www.iana.org/domains/root/servers).
std::vector<NameServer> iana_root_servers();

/// The root servers of a file in the form of IANA's `named.root`: NS records of the root, and an A
/// or AAAA record for each of them at least. The error names the file, and says how to mend it.
std::expected<std::vector<NameServer>, std::string> parse_root_hints(std::string_view contents,
                                                                     std::string_view file);

}  // namespace mandate::resolver
