// A TCP socket that listens.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "mandate/dns/ip_address.h"

namespace mandate::web {

/// Closes its socket unless it was handed over. Not thread-safe.
class ListeningSocket {
 public:
  /// Binds and listens; port 0 is any free one. Non-blocking, closed on exec; an IPv6 socket takes
  /// no IPv4. The error is a sentence with the address in it.
  static std::expected<ListeningSocket, std::string> open(const dns::IpAddress& address,
                                                          std::uint16_t port);

  ListeningSocket(ListeningSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;
  ~ListeningSocket();

  int descriptor() const { return descriptor_; }
  std::uint16_t port() const;
  /// Another closes it from now on.
  void release() { descriptor_ = -1; }

 private:
  explicit ListeningSocket(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace mandate::web
