// The way of one question to its fact: servers in order, round after round, until one answers.
//
//   next_try ── a server ──► UDP ──► judge ──► finish            NOERROR, NXDOMAIN
//      ▲                      │ TC     │ FORMERR, NOTIMP ──► UDP again, without OPT
//      │                      ▼        │ a CNAME that leads elsewhere ──► next_try for its target
//      └── fail_try ◄──────  TCP ──► judge
//
// Silence, a broken exchange, any other response code or an answer without sense fails the try.
// When all tries are spent, or the deadline has come, the fact is `failed` and says why.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/exchange.h"

namespace mandate::resolver {

/// One question on its way. Belongs to one io_context that one thread runs; keeps itself alive
/// until its handler has been called, which happens once and by the deadline.
class Resolution : public std::enable_shared_from_this<Resolution> {
 public:
  using Done = std::function<void(dns::Fact)>;

  /// `options` must outlive the resolution.
  Resolution(boost::asio::io_context& io, const StubOptions& options, dns::Question question,
             Deadline deadline, Done done);

  void start() { next_try(); }

 private:
  using Exchange = decltype(exchange_over_udp);

  struct Trial {  // what one server was asked, and how it failed
    int tries = 0;
    bool edns = true;
    std::string failure;
  };

  void next_try();
  void fail_try(std::string failure);
  void exchange(Exchange& over);
  void ended(Outcome outcome);
  void judge(const dns::Message& response);
  void settle_for(const dns::Message& response);
  void follow(const dns::Name& target, std::uint32_t ttl);
  void give_up(std::string detail);
  std::string failures() const;
  std::string silence() const;
  const Server& server() const { return options_.servers[current_]; }

  boost::asio::io_context& io_;
  const StubOptions& options_;
  const dns::Question question_;
  const Deadline deadline_;
  Done done_;

  dns::Question asked_;  // the question, or the target that its CNAMEs lead to
  int hops_ = 0;
  std::uint32_t chain_ttl_;
  std::vector<Trial> trials_;  // beside options_.servers
  std::size_t first_ = 0;      // where the rounds begin
  std::size_t step_ = 0;       // tries begun
  std::size_t current_ = 0;
};

}  // namespace mandate::resolver
