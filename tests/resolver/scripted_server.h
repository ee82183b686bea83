// A DNS server that misbehaves as a test tells it to: one thread, UDP and TCP on one loopback
// port, and a second UDP port to answer from wrongly.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "mandate/dns/message.h"
#include "resolver/stub_client.h"

namespace mandate::resolver::testing {

struct Asked {
  dns::Message query;
  bool edns = false;
  std::uint16_t source_port = 0;  ///< over UDP
  int connection = 0;             ///< over TCP: from 1
  std::string name = {};          ///< of the question, in wire form and in its own case
  int nth = 0;                    ///< from 1, over this transport
};

struct Datagram {
  std::string bytes;
  bool from_other_port = false;
  std::uint16_t to_port = 0;  ///< zero: where the query came from
  std::string name = {};      ///< whose case the question takes; empty: the query's
};

struct Stream {
  enum class Then : std::uint8_t { close, hold, drip, go_on };
  std::string bytes;        ///< sent as they are: the length before a message is the script's
  Then then = Then::close;  ///< drip: one zero octet every few milliseconds, for ever
};  ///< go_on: the next query over the same connection is answered too

struct Script {
  std::function<std::vector<Datagram>(const Asked&)> udp;
  std::function<Stream(const Asked&)> tcp;  ///< without one, nobody listens on TCP
  bool keeps_case = true;                   ///< of the question, over UDP
  bool is_ipv6 = false;
};

/// A descriptor that is closed once.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "descriptor");
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

class ScriptedServer {
 public:
  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    bind_to_one_port();
    if (script_.tcp && ::listen(tcp_.get(), 64) != 0) {
      throw std::system_error(errno, std::generic_category(), "listen");
    }
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    const std::uint64_t one = 1;
    if (::write(stop_.get(), &one, sizeof one) != sizeof one) std::terminate();
    thread_.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  Server server() const {
    return {dns::IpAddress::parse(script_.is_ipv6 ? "::1" : "127.0.0.1").value(), port_};
  }

  std::vector<Asked> udp_queries() const {
    const std::lock_guard lock(mutex_);
    return udp_queries_;
  }
  std::vector<Asked> tcp_queries() const {
    const std::lock_guard lock(mutex_);
    return tcp_queries_;
  }
  /// True when no TCP connection is open any more before the time is over.
  bool all_connections_end_within(std::chrono::seconds time) const {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, time, [&] { return open_connections_ == 0; });
  }

 private:
  struct Connection {
    Descriptor socket;
    std::string received;
    int number = 0;
    bool answered = false;  ///< and no more queries are read
    bool dripping = false;
  };

  Descriptor bound(int type, std::uint16_t port) const {
    Descriptor socket(::socket(script_.is_ipv6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
    const Address address = loopback(port);
    if (::bind(socket.get(), &address.any, sizeof address.v6) != 0) {
      throw std::system_error(errno, std::generic_category(), "bind");
    }
    return socket;
  }

  union Address {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };

  Address loopback(std::uint16_t port) const {
    Address address{};
    std::memset(&address, 0, sizeof address);
    if (script_.is_ipv6) {
      address.v6 = {AF_INET6, htons(port), 0, IN6ADDR_LOOPBACK_INIT, 0};
    } else {
      address.v4 = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
    }
    return address;
  }

  static std::uint16_t port_of(const Descriptor& socket) {
    Address address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), &address.any, &size);
    return ntohs(address.v4.sin_port);  // which stands where sin6_port does
  }

  void bind_to_one_port() {
    for (int tries = 0; tries < 50; ++tries) {
      udp_ = bound(SOCK_DGRAM, 0);
      port_ = port_of(udp_);
      try {
        tcp_ = bound(SOCK_STREAM, port_);
        return;
      } catch (const std::system_error&) {
        continue;  // the port is taken for TCP: another one
      }
    }
    throw std::runtime_error("no port is free for both UDP and TCP");
  }

  void serve() {
    for (;;) {
      std::vector<pollfd> polled{{stop_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}};
      polled.push_back({script_.tcp ? tcp_.get() : -1, POLLIN, 0});
      bool dripping = false;
      for (const Connection& connection : connections_) {
        polled.push_back({connection.answered ? -1 : connection.socket.get(), POLLIN, 0});
        dripping |= connection.dripping;
      }
      ::poll(polled.data(), polled.size(), dripping ? 5 : -1);
      if (polled[0].revents != 0) return;
      if (polled[1].revents != 0) answer_datagram();
      for (std::size_t i = connections_.size(); i-- > 0;) {
        if (!advance(connections_[i], polled[i + 3].revents != 0)) {
          connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
          count_connections();
        }
      }
      if (polled[2].revents != 0) accept();
    }
  }

  void answer_datagram() {
    std::array<char, 65535> buffer;
    Address peer{};
    socklen_t size = sizeof peer;
    const ssize_t length =
        ::recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, &peer.any, &size);
    if (length < 0) return;  // an ICMP error about an earlier reply whose socket is gone
    const Asked asked = note(std::string_view(buffer.data(), static_cast<std::size_t>(length)),
                             ntohs(peer.v4.sin_port), udp_queries_);
    for (Datagram& datagram : script_.udp(asked)) {
      if (script_.keeps_case) {
        keep_case(datagram.bytes, datagram.name.empty() ? asked.name : datagram.name);
      }
      Address to = peer;
      if (datagram.to_port != 0) to.v4.sin_port = htons(datagram.to_port);
      const Descriptor& from = datagram.from_other_port ? other_ : udp_;
      ::sendto(from.get(), datagram.bytes.data(), datagram.bytes.size(), 0, &to.any, size);
    }
  }

  // dns::encode knows lower case only.
  static void keep_case(std::string& bytes, const std::string& name) {
    const auto folded = [](char octet) {
      return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet + 32) : octet;
    };
    if (bytes.size() < 12 + name.size()) return;
    const std::string_view there = std::string_view(bytes).substr(12, name.size());
    if (std::ranges::equal(there, name, {}, {}, folded)) bytes.replace(12, name.size(), name);
  }

  void accept() {
    const int socket = ::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    connections_.push_back({Descriptor(socket), {}, ++accepted_});
    count_connections();
  }

  void count_connections() {
    const std::lock_guard lock(mutex_);
    open_connections_ = connections_.size();
    ended_.notify_all();
  }

  // False when the connection is to be closed.
  bool advance(Connection& connection, bool readable) {
    if (connection.dripping) {
      return ::send(connection.socket.get(), "", 1, MSG_NOSIGNAL) == 1;
    }
    if (!readable) return true;
    std::array<char, 4096> buffer;
    const ssize_t length = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (length <= 0) return false;
    connection.received.append(buffer.data(), static_cast<std::size_t>(length));
    while (!connection.answered) {
      const std::string& received = connection.received;
      const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(received[at]); };
      if (received.size() < 2) return true;
      const std::size_t whole = 2U + static_cast<std::size_t>(octet(0) << 8 | octet(1));
      if (received.size() < whole) return true;
      const std::string query = received.substr(2, whole - 2);
      connection.received.erase(0, whole);
      if (!answer(connection, query)) return false;
    }
    return true;
  }

  bool answer(Connection& connection, std::string_view query) {
    const Stream stream = script_.tcp(note(query, 0, tcp_queries_, connection.number));
    connection.answered = stream.then != Stream::Then::go_on;
    connection.dripping = stream.then == Stream::Then::drip;
    std::string_view rest = stream.bytes;
    while (!rest.empty()) {
      const ssize_t sent = ::send(connection.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return stream.then != Stream::Then::close;
  }

  Asked note(std::string_view bytes, std::uint16_t source_port, std::vector<Asked>& queries,
             int connection = 0) {
    Asked asked;
    asked.query = dns::decode(bytes).value();  // the client's queries are well-formed, or the
    asked.edns = bytes[11] == 1;               // test ends here; ARCOUNT counts OPT alone
    asked.source_port = source_port;
    asked.connection = connection;
    asked.name = bytes.substr(12, asked.query.questions.at(0).name.wire().size());
    const std::lock_guard lock(mutex_);
    asked.nth = static_cast<int>(queries.size()) + 1;
    queries.push_back(asked);
    return asked;
  }

  Script script_;
  Descriptor stop_{::eventfd(0, EFD_CLOEXEC)};
  Descriptor udp_ = bound(SOCK_DGRAM, 0);
  Descriptor tcp_ = bound(SOCK_STREAM, 0);
  Descriptor other_ = bound(SOCK_DGRAM, 0);
  std::uint16_t port_ = 0;
  std::vector<Connection> connections_;  // the thread's own, as the next
  int accepted_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;  // one of the connections
  std::size_t open_connections_ = 0;
  std::vector<Asked> udp_queries_;
  std::vector<Asked> tcp_queries_;
  std::thread thread_;
};

}  // namespace mandate::resolver::testing
