// TCP to one server (RFC 7766): connections that carry many queries, and close when idle.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "resolver/exchange.h"
#include "resolver/random_numbers.h"
#include "resolver/server.h"
#include "resolver/server_health.h"

namespace mandate::resolver {

/// One connection. Queries are sent as they come, without waiting for replies, which may come in
/// any order (RFC 7766 section 6.2.1.1).
class TcpConnection final : public Channel, public std::enable_shared_from_this<TcpConnection> {
 public:
  explicit TcpConnection(boost::asio::io_context& io) : socket_(io), idle_(io) {}

  void open(const Server& server);
  /// False when the system gives no randomness.
  bool send(Exchange& exchange, RandomNumbers& random);
  bool takes_more() const;
  /// The server has ended it with several queries waiting.
  bool takes_one() const { return takes_one_; }
  void close();

 private:
  void write();
  void read_length();
  void read_message();
  void consider();
  bool goes_on(boost::system::error_code error);
  void fail(const Outcome& outcome);
  void close_when_idle();
  void withdrawn() override;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer idle_;
  bool connected_ = false;
  bool closed_ = false;
  bool stalled_ = false;  // an exchange waited in vain: no more of them
  bool writing_ = false;
  bool has_replied_ = false;
  bool takes_one_ = false;
  std::string unsent_;
  std::string sending_;
  std::array<unsigned char, 2> length_{};
  std::string message_;
};

/// The connections to one server.
class TcpConnections {
 public:
  /// All must outlive the connections.
  TcpConnections(boost::asio::io_context& io, const Server& server, RandomNumbers& random)
      : io_(io), server_(server), random_(random) {}
  TcpConnections(const TcpConnections&) = delete;
  TcpConnections& operator=(const TcpConnections&) = delete;
  ~TcpConnections();

  /// Over a connection that is there, or over a new one. The error follows the server's name.
  std::expected<void, std::string> send(Exchange& exchange);

 private:
  boost::asio::io_context& io_;
  const Server& server_;
  RandomNumbers& random_;
  std::vector<std::shared_ptr<TcpConnection>> connections_;
  Shortcoming takes_one_;  // query at a time over a connection
};

}  // namespace mandate::resolver
