// The addresses for which an evaluation comes out as for its client.
#pragma once

#include <algorithm>
#include <cstdint>

#include "mandate/dns/ip_address.h"
#include "spf/address_number.h"

namespace mandate::spf {

/// Begins with all addresses of the client's kind, and is narrowed by each network that the client
/// is held against. Reckons with numbers, since a check of a large policy does so hundreds of
/// times.
class ClientRange {
 public:
  explicit ClientRange(const dns::IpAddress& client)
      : family_(client.family()), client_(number(client)) {
    if (client.is_v4()) return;
    const dns::AddressRange all = clients_like(client);
    first_ = number(all.first);
    last_ = number(all.last);
  }

  /// Takes the side of the network that the client is on.
  void narrow(const dns::Prefix& network, bool contains_client) {
    if (network.family() != family_) return;
    const Number first = number(network.network());
    const Number last = first | behind(network.length());
    if (contains_client) {
      first_ = std::max(first_, first);
      last_ = std::min(last_, last);
    } else if (last < client_) {
      first_ = std::max(first_, last + 1);
    } else {
      last_ = std::min(last_, first - 1);
    }
  }

  /// Leaves the client alone.
  void narrow_to_client() {
    first_ = client_;
    last_ = family_ == dns::Family::v4 ? client_ | behind(32) : client_;
  }

  dns::AddressRange range() const { return {address(first_), address(last_)}; }

 private:
  /// An address in the upper bits; of the last one of a range all bits behind it are set, so that
  /// both families are reckoned with alike.
  __extension__ using Number = unsigned __int128;

  static Number number(const dns::IpAddress& address) {
    const auto [high, low] = number6(address);
    return Number{high} << 64 | low;
  }
  static Number behind(int length) { return length == 128 ? 0 : ~Number{0} >> length; }
  dns::IpAddress address(Number number) const {
    if (family_ == dns::Family::v4) return address4(static_cast<std::uint32_t>(number >> 96));
    return address6(static_cast<std::uint64_t>(number >> 64), static_cast<std::uint64_t>(number));
  }

  dns::Family family_;
  Number client_;
  Number first_ = 0;
  Number last_ = ~Number{0};
};

}  // namespace mandate::spf
