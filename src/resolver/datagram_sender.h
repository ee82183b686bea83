// Datagrams that leave with one call of the system, those of equal length in one piece, which the
// system takes apart at the end of its way: half of what a query costs is that way.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mandate::resolver {

/// Of one connected socket.
class DatagramSender {
 public:
  static constexpr std::size_t most = 64;  ///< in one call, and in one piece (UDP_SEGMENT, udp(7))

  /// Sends from the first on, at most `most`; a piece is made of those of one length that follow
  /// each other. How many have left, or -1 and errno.
  int send(int socket, std::span<const std::string_view> datagrams);

 private:
  bool in_pieces_ = true;  // until the system refuses, as it does on some interfaces
};

}  // namespace mandate::resolver
