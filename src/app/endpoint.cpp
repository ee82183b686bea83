#include "app/endpoint.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <system_error>

#include "app/terminal.h"

namespace mandate::app {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || rest != end) return std::nullopt;
  return port;
}

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected(
      fmt::format("\"{}\" {}: write ADDRESS:PORT, as 127.0.0.1:8025, or [V6]:PORT, as [::1]:8025",
                  escaped(text), why));
}

}  // namespace

std::expected<Endpoint, std::string> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong(text, "has no port");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const std::optional<dns::IpAddress> address = dns::IpAddress::parse(host);
  if (!address) return wrong(text, "does not begin with an IP address");
  if (bracketed == address->is_v4()) {
    return wrong(text, bracketed ? "has brackets round an IPv4 address"
                                 : "has an IPv6 address without brackets");
  }
  const std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
  if (!port) return wrong(text, "does not end in a port from 0 to 65535");
  return Endpoint{*address, *port};
}

std::string text(const Endpoint& endpoint) {
  return endpoint.address.is_v4() ? fmt::format("{}:{}", endpoint.address.text(), endpoint.port)
                                  : fmt::format("[{}]:{}", endpoint.address.text(), endpoint.port);
}

}  // namespace mandate::app
