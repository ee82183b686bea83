#include "resolver/exchange.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

namespace mandate::resolver {

std::optional<std::uint16_t> random_id() {
  std::array<unsigned char, 2> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return std::nullopt;
  return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
}

bool is_reply(const dns::Message& message, std::uint16_t id, const dns::Question& question) {
  if (!message.is_response || message.id != id) return false;
  if (message.questions.empty()) {
    return message.code == dns::ResponseCode::format_error ||
           message.code == dns::ResponseCode::not_implemented;
  }
  return message.questions.size() == 1 && message.questions.front() == question;
}

template <class Protocol>
typename Protocol::endpoint endpoint_of(const Server& server) {
  const dns::IpAddress::Bytes& octets = server.address.octets();
  if (!server.address.is_v4()) return {boost::asio::ip::address_v6(octets), server.port};
  boost::asio::ip::address_v4::bytes_type first_four{};
  std::copy_n(octets.begin(), first_four.size(), first_four.begin());
  return {boost::asio::ip::address_v4(first_four), server.port};
}

template boost::asio::ip::udp::endpoint endpoint_of<boost::asio::ip::udp>(const Server&);
template boost::asio::ip::tcp::endpoint endpoint_of<boost::asio::ip::tcp>(const Server&);

}  // namespace mandate::resolver
