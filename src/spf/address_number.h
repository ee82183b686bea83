// Addresses as numbers, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "mandate/dns/ip_address.h"

namespace mandate::spf {

/// `count` octets from `at` on, the first the most significant.
inline std::uint64_t octets_as_number(const dns::IpAddress& address, std::size_t at,
                                      std::size_t count) {
  std::uint64_t out = 0;
  for (std::size_t i = at; i < at + count; ++i) out = out << 8 | address.octets()[i];
  return out;
}

inline std::uint32_t number4(const dns::IpAddress& address) {
  return static_cast<std::uint32_t>(octets_as_number(address, 0, 4));
}

/// The upper and the lower half.
inline std::pair<std::uint64_t, std::uint64_t> number6(const dns::IpAddress& address) {
  return {octets_as_number(address, 0, 8), octets_as_number(address, 8, 8)};
}

inline dns::IpAddress address4(std::uint32_t number) {
  return dns::IpAddress::v4(
      {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
       static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
}

inline dns::IpAddress address6(std::uint64_t high, std::uint64_t low) {
  dns::IpAddress::Bytes octets{};
  for (std::size_t i = 0; i < 8; ++i) {
    octets[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    octets[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return dns::IpAddress::v6(octets);
}

/// ::ffff:0:0/96, whose addresses are IPv4 clients (RFC 4291 section 2.5.5.2).
inline dns::AddressRange mapped_range() {
  return {address6(0, 0xffff'0000'0000), address6(0, 0xffff'ffff'ffff)};
}

/// The addresses of a client's kind: all of IPv4, or IPv6 up to, within or behind the mapped ones.
inline dns::AddressRange clients_like(const dns::IpAddress& client) {
  dns::AddressRange out = dns::whole(client.family());
  if (client.is_v4()) return out;
  const dns::AddressRange mapped = mapped_range();
  if (mapped.contains(client)) return mapped;
  if (client < mapped.first) {
    out.last = *mapped.first.previous();
  } else {
    out.first = *mapped.last.next();
  }
  return out;
}

}  // namespace mandate::spf
