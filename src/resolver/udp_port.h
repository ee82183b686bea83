// UDP to one server: source ports that many queries share, each for a while.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/datagram_batch.h"
#include "resolver/exchange.h"
#include "resolver/random_numbers.h"
#include "resolver/stub_options.h"

namespace mandate::resolver {

/// One connected socket, so that the kernel drops what comes from any other address or port, and
/// tells of a port where nobody listens. The kernel also chooses the source port, at random
/// (RFC 5452 section 9.2). Queries leave, and replies come, in batches.
class UdpPort final : public Channel, public std::enable_shared_from_this<UdpPort> {
 public:
  /// The error follows the server's name in a sentence.
  static std::expected<std::shared_ptr<UdpPort>, std::string> open(boost::asio::io_context& io,
                                                                   const Server& server,
                                                                   DatagramBatch& batch);

  UdpPort(boost::asio::io_context& io, DatagramBatch& batch) : socket_(io), batch_(batch) {}

  /// The query leaves with the next `flush`. False when the system gives no randomness.
  bool put(Exchange& exchange, RandomNumbers& random);
  std::size_t unsent() const { return unsent_.size(); }
  void flush();

  /// Takes no more queries, and closes with the end of its last exchange.
  void retire();
  bool is_retired() const { return retired_; }

 private:
  int send_some();  // as sendmmsg(2)
  void await_room();
  void await_replies();
  void receive();
  void consider(std::string_view datagram);
  void fail(int error);
  void withdrawn() override { close_if_done(); }
  void close_if_done();

  boost::asio::ip::udp::socket socket_;
  DatagramBatch& batch_;
  std::vector<std::uint32_t> unsent_;  // numbers of exchanges
  int strangers_ = 0;
  bool awaits_room_ = false;
  bool retired_ = false;
};

/// The ports towards one server. Of those open, the lot chooses one for each batch of queries that
/// leave together; each is replaced after so many queries.
class UdpPorts {
 public:
  /// `wants_flush` is called when a query waits for `flush`. All must outlive the ports.
  UdpPorts(boost::asio::io_context& io, const Server& server, std::size_t queries_per_port,
           RandomNumbers& random, DatagramBatch& batch, std::function<void()> wants_flush);
  UdpPorts(const UdpPorts&) = delete;
  UdpPorts& operator=(const UdpPorts&) = delete;
  ~UdpPorts();

  /// The error follows the server's name in a sentence.
  std::expected<void, std::string> send(Exchange& exchange);
  void flush();

 private:
  using Port = std::shared_ptr<UdpPort>;

  std::expected<Port, std::string> choose();

  boost::asio::io_context& io_;
  const Server& server_;
  const std::size_t queries_per_port_;
  RandomNumbers& random_;
  DatagramBatch& batch_;
  std::function<void()> wants_flush_;
  std::vector<Port> ports_;   // open to queries
  Port chosen_;               // for the next batch
  std::vector<Port> unsent_;  // with queries that have not left
};

}  // namespace mandate::resolver
