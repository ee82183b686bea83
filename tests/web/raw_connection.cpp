#include "raw_connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace mandate::web {

RawConnection::RawConnection(std::uint16_t port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  EXPECT_EQ(setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  EXPECT_EQ(setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

RawConnection::~RawConnection() {
  close(descriptor_);
}

bool RawConnection::send(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      EXPECT_TRUE(errno == EPIPE || errno == ECONNRESET) << "sending took too long";
      return false;
    }
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawConnection::read_more() {
  char buffer[16384];
  const ssize_t size = recv(descriptor_, buffer, sizeof buffer, 0);
  EXPECT_TRUE(size >= 0 || errno == ECONNRESET) << "the server neither answers nor closes";
  if (size <= 0) return false;
  pending_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::string RawConnection::read_all() {
  while (read_more()) continue;
  return std::exchange(pending_, {});
}

std::string RawConnection::read_answer() {
  std::size_t head = 0;
  while ((head = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::exchange(pending_, {});
  }
  std::size_t length = 0;
  constexpr std::string_view kField = "\r\nContent-Length: ";
  if (const auto at = pending_.find(kField); at < head) {
    const char* begin = pending_.data() + at + kField.size();
    std::from_chars(begin, pending_.data() + head, length);
  }
  const std::size_t whole = head + 4 + length;
  while (pending_.size() < whole && read_more()) continue;
  std::string answer = pending_.substr(0, whole);
  pending_.erase(0, whole);
  return answer;
}

}  // namespace mandate::web
