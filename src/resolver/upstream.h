// One server as a client knows it: the ways to it, what it cannot do, and whether it is well.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "resolver/alarm_clock.h"
#include "resolver/server_health.h"
#include "resolver/tcp_connection.h"
#include "resolver/udp_port.h"

namespace mandate::resolver {

struct Upstream {
  Upstream(boost::asio::io_context& io, const Server& address, std::size_t queries_per_port,
           RandomNumbers& random, DatagramBatch& batch, std::function<void()> wants_flush)
      : server(address),
        text(server.text()),
        udp(io, server, queries_per_port, random, batch, std::move(wants_flush)),
        tcp(io, server, random) {}

  const Server server;
  const std::string text;
  UdpPorts udp;
  TcpConnections tcp;
  ServerHealth health;
  std::uint64_t queries = 0;  ///< sent, retries and those over TCP included
  /// It has refused a query with an OPT record, and answered it without.
  Shortcoming refuses_edns;
  /// It has changed the letters of a name in mixed case, and answered when all were lower case.
  Shortcoming changes_case;
};

}  // namespace mandate::resolver
