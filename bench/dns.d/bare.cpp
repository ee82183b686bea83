// The yardstick: a client that does nothing but send and receive. `dns_bare PORT COUNT WINDOW`
// sends the queries of ours.cpp, in batches over eight connected sockets, and counts the datagrams
// that come back. It reads nothing of them, tells no reply from another, and asks nothing twice.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "bulk.h"
#include "mandate/dns/message.h"

namespace mandate::bench {
namespace {

constexpr std::size_t sockets = 8;
constexpr std::size_t most = 64;  // datagrams in a batch
constexpr int patience = 500;     // milliseconds without any reply until the window is empty

class Round {
 public:
  Round(std::uint16_t port, std::size_t count) : count_(count) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int& socket : sockets_) {
      socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      const int room = 1 << 20;
      ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
      epoll_event event{EPOLLIN, {.fd = socket}};
      if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
          ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
        throw std::runtime_error("no socket is to be had");
      }
    }
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;
  ~Round() {
    for (const int socket : sockets_) ::close(socket);
    ::close(epoll_);
  }

  std::size_t run(std::size_t window) {
    for (std::size_t i = 0; next_ < std::min(window, count_); ++i) {
      send(sockets_[i % sockets], std::min({most, window - next_, count_ - next_}));
    }
    std::array<epoll_event, sockets> events{};
    while (received_ < count_) {
      const int ready = ::epoll_wait(epoll_, events.data(), sockets, patience);
      if (ready == 0 && next_ == count_) break;  // the rest was lost
      if (ready == 0) refill(window);
      for (int i = 0; i < ready; ++i) take(events[static_cast<std::size_t>(i)].data.fd);
    }
    return received_;
  }

 private:
  void take(int socket) {
    std::array<mmsghdr, most> headers{};
    std::array<iovec, most> places{};
    for (std::size_t i = 0; i < most; ++i) {
      places[i] = {buffers_[i].data(), buffers_[i].size()};
      headers[i].msg_hdr.msg_iov = &places[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int count = ::recvmmsg(socket, headers.data(), most, 0, nullptr);
    if (count <= 0) return;
    received_ += static_cast<std::size_t>(count);
    send(socket, std::min(static_cast<std::size_t>(count), count_ - next_));
  }

  void send(int socket, std::size_t count) {
    std::array<mmsghdr, most> headers{};
    std::array<iovec, most> places{};
    std::array<std::string, most> queries;
    for (std::size_t i = 0; i < count; ++i) {
      const dns::Question question{dns::Name::parse(bulk_name(next_)).value(),
                                   dns::RecordType::txt};
      queries[i] = dns::encode_query(static_cast<std::uint16_t>(next_), question, true, 1232);
      places[i] = {queries[i].data(), queries[i].size()};
      headers[i].msg_hdr.msg_iov = &places[i];
      headers[i].msg_hdr.msg_iovlen = 1;
      ++next_;
    }
    if (count > 0) ::sendmmsg(socket, headers.data(), static_cast<unsigned>(count), 0);
  }

  void refill(std::size_t window) {
    for (std::size_t i = 0; i * most < window && next_ < count_; ++i) {
      send(sockets_[i % sockets], std::min(most, count_ - next_));
    }
  }

  const std::size_t count_;
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::array<int, sockets> sockets_{};
  std::array<std::array<char, 1233>, most> buffers_{};
  std::size_t next_ = 0;
  std::size_t received_ = 0;
};

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: dns_bare PORT COUNT WINDOW\n", stderr);
    return 64;
  }
  const Stopwatch stopwatch;
  Round round(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)),
              std::strtoull(argv[2], nullptr, 10));
  const std::size_t received = round.run(std::strtoull(argv[3], nullptr, 10));
  std::fputs(stopwatch.report(received).c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace mandate::bench

int main(int argc, char** argv) {
  return mandate::bench::main(argc, argv);
}
