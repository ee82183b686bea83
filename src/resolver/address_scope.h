// How far an address reaches: a hostile zone may name addresses inside a network as its servers,
// and whoever asks them from there would be its hand.
#pragma once

#include <cstdint>

#include "mandate/dns/ip_address.h"

namespace mandate::resolver {

enum class AddressScope : std::uint8_t {
  nowhere,   ///< no single host has it: unspecified, multicast, broadcast, reserved
  inside,    ///< loopback, link-local and private addresses (RFC 6890)
  anywhere,  ///< every other one
};

AddressScope scope_of(const dns::IpAddress& address);

}  // namespace mandate::resolver
