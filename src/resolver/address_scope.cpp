#include "resolver/address_scope.h"

#include <algorithm>
#include <array>

namespace mandate::resolver {
namespace {

struct Network {
  const char* prefix;
  AddressScope scope;
};

// Of the special-purpose registries (RFC 6890), what is not simply unused.
constexpr std::array networks{
    Network{"0.0.0.0/8", AddressScope::nowhere},     Network{"10.0.0.0/8", AddressScope::inside},
    Network{"100.64.0.0/10", AddressScope::inside},  Network{"127.0.0.0/8", AddressScope::inside},
    Network{"169.254.0.0/16", AddressScope::inside}, Network{"172.16.0.0/12", AddressScope::inside},
    Network{"192.168.0.0/16", AddressScope::inside}, Network{"224.0.0.0/3", AddressScope::nowhere},
    Network{"::/128", AddressScope::nowhere},        Network{"::1/128", AddressScope::inside},
    Network{"fc00::/7", AddressScope::inside},       Network{"fe80::/10", AddressScope::inside},
    Network{"ff00::/8", AddressScope::nowhere},
};

}  // namespace

AddressScope scope_of(const dns::IpAddress& address) {
  const dns::IpAddress plain = address.unmapped();
  const auto* const found = std::ranges::find_if(networks, [&](const Network& network) {
    return dns::Prefix::parse(network.prefix).value().contains(plain);
  });
  return found == networks.end() ? AddressScope::anywhere : found->scope;
}

}  // namespace mandate::resolver
