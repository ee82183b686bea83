// Which servers a client asks, and how patiently.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "resolver/server.h"

namespace mandate::resolver {

/// What is out of its range is taken as the nearest value within it.
struct StubOptions {
  std::vector<Server> servers;              ///< tried in order; at least one
  std::chrono::milliseconds timeout{2000};  ///< of one try, from 1 ms to 5 minutes
  int attempts = 2;                         ///< rounds over all servers, from 1 to 100
  bool rotate = false;                      ///< each lookup begins with the next server in turn
  /// Lookups that are under way at once, at least 1; the others wait for their turn. The usual
  /// number is bearable for any resolver, and each may hold a descriptor.
  std::size_t in_flight = 128;
  /// Queries that are sent from one source port before another one takes its place, from 1 to
  /// 10,000. One, with which nobody can guess the port from traffic that he saw, is for answers
  /// that a permission rests on; some hundreds are three times as fast and for scans.
  std::size_t queries_per_port = 1;
};

/// The `nameserver` lines (three at most) and `options timeout: attempts: rotate` of
/// resolv.conf(5). An empty list of servers in the text means 127.0.0.1, as there.
StubOptions parse_resolv_conf(std::string_view contents);

}  // namespace mandate::resolver
