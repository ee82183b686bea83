// The endpoint of a server as Asio has it.
#pragma once

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "resolver/server.h"

namespace mandate::resolver {

/// For asio::ip::udp or asio::ip::tcp.
template <class Protocol>
typename Protocol::endpoint endpoint_of(const Server& server) {
  const dns::IpAddress::Bytes& octets = server.address.octets();
  if (!server.address.is_v4()) return {boost::asio::ip::address_v6(octets), server.port};
  boost::asio::ip::address_v4::bytes_type first_four{};
  std::copy_n(octets.begin(), first_four.size(), first_four.begin());
  return {boost::asio::ip::address_v4(first_four), server.port};
}

}  // namespace mandate::resolver
