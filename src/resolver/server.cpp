#include "resolver/server.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <system_error>

namespace mandate::resolver {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || rest != end || port == 0) return std::nullopt;
  return port;
}

// The text comes from a configuration or a command line and ends on a terminal or in a log.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char octet : text.substr(0, 100)) {
    shown += octet >= ' ' && octet <= '~' ? octet : '?';
  }
  return shown;
}

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected(
      fmt::format("\"{}\" is no DNS server: {}; write ADDRESS, ADDRESS:PORT or [V6]:PORT, as "
                  "127.0.0.1:5353 or [::1]:5353",
                  printable(text), why));
}

}  // namespace

std::string Server::text() const {
  return address.is_v4() ? fmt::format("{}:{}", address.text(), port)
                         : fmt::format("[{}]:{}", address.text(), port);
}

std::expected<Server, std::string> parse_server(std::string_view text) {
  if (text.empty()) return wrong(text, "it is empty");
  // First, since in a bare IPv6 address the last colon begins no port.
  if (const auto address = dns::IpAddress::parse(text)) return Server{*address};

  const bool bracketed = text.front() == '[';
  const std::size_t end = bracketed ? text.find(']') : text.rfind(':');
  if (bracketed && end == std::string_view::npos) return wrong(text, "its bracket is not closed");
  const std::string_view host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? "" : text.substr(end);
  if (bracketed) rest.remove_prefix(1);

  const auto address = dns::IpAddress::parse(host);
  if (!address) return wrong(text, "it does not begin with an IP address");
  if (address->is_v4() == bracketed) {
    return wrong(text, bracketed ? "brackets are for an IPv6 address"
                                 : "an IPv6 address before a port needs brackets");
  }
  if (rest.empty()) return Server{*address};
  if (rest.front() != ':') return wrong(text, "only a colon and a port may follow the address");
  const auto port = parse_port(rest.substr(1));
  if (!port) return wrong(text, "its port is not a number from 1 to 65535");
  return Server{*address, *port};
}

}  // namespace mandate::resolver
