// The DNS client: many lookups at once on one thread, and correct whatever servers send.
//
//   DnsClient ── lookups by question, in line beyond `in_flight`; equal questions share one
//     Resolution ── one question: servers in order, retries, EDNS, case, CNAMEs, deadlines
//       Upstream ── one server: its ports and connections, its health, what it cannot do
//         UdpPort ── a connected socket on a random port: recvmmsg and sendmmsg, some queries long
//         TcpConnection ── for truncated answers: many queries, kept until it is idle
//       AlarmClock ── all time-outs and deadlines on one timer
//
// Asio gives readiness, TCP and the timer; datagrams go in batches past it. What a lookup costs is
// then mostly the kernel's (docs/performance.md). docs/dns.md has the outcome of every fault.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "resolver/lookup.h"
#include "resolver/stub_options.h"

namespace mandate::resolver {

/// Random ids and source ports; a reply counts only from the address asked, with the id and the
/// whole question, also in the case of its letters where the server keeps it; EDNS with 1232
/// octets, without it after FORMERR, NOTIMP or BADVERS; TCP on truncation; the next server on
/// time-out, SERVFAIL, REFUSED or nonsense; a silent server rests.
///
/// Belongs to the io_context, which one thread runs: call it there only. Its open ports keep the
/// io_context at work until the client ends.
class DnsClient {
 public:
  /// Called once, from the io_context, not later than the deadline. May call `ask`; must not end
  /// the client.
  using Done = std::move_only_function<void(dns::Fact)>;

  DnsClient(boost::asio::io_context& io, StubOptions options);
  /// Lookups under way end without a call.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  /// Never fails: what could not be learned is a fact with status `failed`.
  void ask(dns::Question question, Deadline deadline, Done done);

  /// Whether it is under way or in line: then `ask` shares a fact that may be older than the call.
  bool is_asking(const dns::Question& question) const;

  /// Distinct questions that are under way or in line.
  std::size_t lookups() const;

  /// How many queries were sent so far to a server of the options, retries and those over TCP
  /// included.
  std::uint64_t queries(std::size_t server) const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace mandate::resolver
