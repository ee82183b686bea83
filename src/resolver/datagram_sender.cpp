#include "resolver/datagram_sender.h"

#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace mandate::resolver {
namespace {

using SegmentSize = std::uint16_t;

/// The messages of one call, each of one datagram or of several that have the same length.
class Messages {
 public:
  Messages(std::span<const std::string_view> datagrams, bool in_pieces) {
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      const std::string_view datagram = datagrams[i];
      places_[i] = {const_cast<char*>(datagram.data()), datagram.size()};  // which are only read
      const bool goes_on = in_pieces && i > 0 && datagrams[i - 1].size() == datagram.size();
      if (!goes_on) headers_[count_++].msg_hdr.msg_iov = &places_[i];
      ++headers_[count_ - 1].msg_hdr.msg_iovlen;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      if (headers_[i].msg_hdr.msg_iovlen > 1) take_apart(i);
    }
  }

  /// Datagrams, or -1 and errno.
  int send(int socket) {
    const int sent =
        ::sendmmsg(socket, headers_.data(), static_cast<unsigned>(count_), MSG_NOSIGNAL);
    if (sent < 0) return sent;
    std::size_t datagrams = 0;
    for (const mmsghdr& header : std::span(headers_).first(static_cast<std::size_t>(sent))) {
      datagrams += header.msg_hdr.msg_iovlen;
    }
    return static_cast<int>(datagrams);
  }

 private:
  void take_apart(std::size_t message) {
    msghdr& header = headers_[message].msg_hdr;
    header.msg_control = controls_[message].octets.data();
    header.msg_controllen = controls_[message].octets.size();
    cmsghdr* const control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(SegmentSize));
    const auto size = static_cast<SegmentSize>(header.msg_iov->iov_len);
    std::memcpy(CMSG_DATA(control), &size, sizeof size);
  }

  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(SegmentSize))> octets;
  };

  std::array<mmsghdr, DatagramSender::most> headers_{};
  std::array<iovec, DatagramSender::most> places_;      // NOLINT: as many as there are datagrams
  std::array<Control, DatagramSender::most> controls_;  // NOLINT: likewise
  std::size_t count_ = 0;
};

/// No check sums in the interface, too narrow a path, or a system that does not know it.
bool refuses_pieces(int error) {
  return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
}

}  // namespace

int DatagramSender::send(int socket, std::span<const std::string_view> datagrams) {
  datagrams = datagrams.first(std::min(datagrams.size(), most));
  int sent = Messages(datagrams, in_pieces_).send(socket);
  if (sent < 0 && in_pieces_ && refuses_pieces(errno)) {
    in_pieces_ = false;
    sent = Messages(datagrams, in_pieces_).send(socket);
  }
  return sent;
}

}  // namespace mandate::resolver
