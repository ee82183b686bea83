#include "web/listening_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace mandate::web {
namespace {

constexpr int kBacklog = 511;

/// An address and port as the sockets interface takes them.
class SocketAddress {
 public:
  SocketAddress(const dns::IpAddress& address, std::uint16_t port) {
    if (address.is_v4()) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      std::memcpy(&v4.sin_addr, address.octets().data(), sizeof v4.sin_addr);
      set(v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      std::memcpy(&v6.sin6_addr, address.octets().data(), sizeof v6.sin6_addr);
      set(v6);
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }

 private:
  template <class Address>
  void set(const Address& address) {
    std::memcpy(&storage_, &address, sizeof address);
    size_ = sizeof address;
  }
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

bool set_option(int descriptor, int level, int option) {
  const int on = 1;
  return setsockopt(descriptor, level, option, &on, sizeof on) == 0;
}

}  // namespace

std::expected<ListeningSocket, std::string> ListeningSocket::open(const dns::IpAddress& address,
                                                                  std::uint16_t port) {
  const auto failed = [&](int number) {
    const std::string host = address.is_v4() ? address.text() : "[" + address.text() + "]";
    return std::unexpected(fmt::format("cannot listen on {}:{}: {}", host, port,
                                       std::generic_category().message(number)));
  };
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  ListeningSocket socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int descriptor = socket.descriptor();
  if (descriptor < 0) return failed(errno);
  // A restart need not wait for the connections of the last run; a port in use is refused still.
  if (!set_option(descriptor, SOL_SOCKET, SO_REUSEADDR)) return failed(errno);
  if (family == AF_INET6 && !set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY)) {
    return failed(errno);
  }
  const SocketAddress bound(address, port);
  if (bind(descriptor, bound.get(), bound.size()) != 0) return failed(errno);
  if (listen(descriptor, kBacklog) != 0) return failed(errno);
  return socket;
}

ListeningSocket::~ListeningSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::uint16_t ListeningSocket::port() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  // Both families have the port in the same place (RFC 3493 section 3.3).
  sockaddr_in address{};
  std::memcpy(&address, &storage, sizeof address);
  return ntohs(address.sin_port);
}

}  // namespace mandate::web
