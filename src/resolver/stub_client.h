// A stub client: asks recursive (or authoritative) servers over UDP, and over TCP when truncated.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "resolver/lookup.h"

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

struct StubOptions {
  std::vector<Server> servers;              ///< tried in order; at least one
  std::chrono::milliseconds timeout{2000};  ///< of one try
  int attempts = 2;                         ///< rounds over all servers
};

/// The `nameserver` lines (three at most) and `options timeout: attempts:` of resolv.conf(5).
/// An empty list of servers in the text means 127.0.0.1, as there.
StubOptions parse_resolv_conf(std::string_view contents);

/// Random ids and source ports for every query; a reply counts only from the address asked, with
/// the id and the whole question; EDNS with 1232 octets, without it after FORMERR or NOTIMP; TCP
/// on truncation; the next server on time-out, SERVFAIL, REFUSED or nonsense. Equal questions in
/// one `ask` are asked once. Thread-safe.
std::unique_ptr<Lookup> make_stub_client(StubOptions options);

}  // namespace mandate::resolver
