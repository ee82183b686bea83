// Datagrams that are received with one call of the system: half of what a query costs is such
// calls.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "resolver/exchange.h"

namespace mandate::resolver {

class DatagramBatch {
 public:
  static constexpr std::size_t most = 64;

  DatagramBatch() {
    for (std::size_t i = 0; i < most; ++i) {
      places_[i] = {buffers_[i].data(), buffers_[i].size()};
      headers_[i].msg_hdr.msg_iov = &places_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// Takes what has arrived at a connected socket, at most `most`. The number, or -1 and errno.
  int receive(int socket) {
    return ::recvmmsg(socket, headers_.data(), most, MSG_DONTWAIT, nullptr);
  }

  /// Good until the next call of `receive`. One octet over `udp_payload_size` of what is too large.
  std::string_view operator[](std::size_t i) const {
    return {buffers_[i].data(), headers_[i].msg_len};
  }

 private:
  std::array<std::array<char, udp_payload_size + 1>, most> buffers_;
  std::array<iovec, most> places_{};
  std::array<mmsghdr, most> headers_{};
};

}  // namespace mandate::resolver
