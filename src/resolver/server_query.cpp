#include "resolver/server_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mandate::resolver {
namespace {

constexpr int most_silences = 2;  // with EDNS, before it is tried without
constexpr int most_connections = 2;

bool refuses_edns(dns::ResponseCode code) {
  return code == dns::ResponseCode::format_error || code == dns::ResponseCode::not_implemented ||
         code == dns::ResponseCode::bad_version;
}

}  // namespace

ServerQuery::ServerQuery(const Scope& scope, Upstream& upstream, dns::Question question, Done done)
    : scope_(scope), upstream_(upstream), question_(std::move(question)), done_(std::move(done)) {}

void ServerQuery::start() {
  sent_ = std::chrono::steady_clock::now();
  if (sent_ >= scope_.deadline) {
    return fail(Reply::Kind::not_asked, "was not asked, since the time was over");
  }
  edns_ = !upstream_.refuses_edns.holds(sent_);
  mix_case_ = !upstream_.changes_case.holds(sent_);
  send();
}

void ServerQuery::send() {
  sent_ = std::chrono::steady_clock::now();
  if (!write_query(question_, edns_, mix_case_ && !over_tcp_, scope_.random, false)) {
    return fail(Reply::Kind::not_asked, no_randomness);
  }
  const auto sent = over_tcp_ ? upstream_.tcp.send(*this) : upstream_.udp.send(*this);
  if (!sent) return fail(Reply::Kind::unreachable, sent.error());
  scope_.alarms.set(*this, std::min(sent_ + scope_.timeout, scope_.deadline));
}

void ServerQuery::ended(const Outcome& outcome) {
  scope_.alarms.cancel(*this);
  switch (outcome.kind) {
    case Outcome::Kind::answered:
      if (refuses_edns(outcome.message->code) && std::exchange(edns_, false)) return send();
      if (!edns_) upstream_.refuses_edns.seen(sent_);
      return finish({.kind = Reply::Kind::answered, .message = outcome.message->message()});
    case Outcome::Kind::other_case:
      mix_case_ = false;
      upstream_.changes_case.seen(sent_);
      return send();
    case Outcome::Kind::use_tcp:
    case Outcome::Kind::interrupted:
      return go_over_tcp();
    case Outcome::Kind::broken:
      return fail(over_tcp_ ? Reply::Kind::no_tcp : Reply::Kind::unreachable, outcome.reason);
  }
}

void ServerQuery::go_over_tcp() {
  over_tcp_ = true;
  if (connections_++ < most_connections) return send();
  fail(Reply::Kind::no_tcp, "closed the TCP connection before its answer was whole");
}

// The time-out of a try, or the deadline.
void ServerQuery::wake(MonotonicTime now) {
  withdraw();
  if (over_tcp_) return fail(Reply::Kind::no_tcp, "does not answer over TCP");
  if (now >= scope_.deadline) {
    return fail(Reply::Kind::silent, "had not answered when the time was over");
  }
  if (++silences_ > most_silences) {
    return fail(Reply::Kind::silent, fmt::format("does not answer, asked {} times", silences_));
  }
  if (silences_ == most_silences) edns_ = false;
  send();
}

void ServerQuery::fail(Reply::Kind kind, std::string reason) {
  finish({.kind = kind, .reason = std::move(reason)});
}

void ServerQuery::finish(Reply reply) {
  using namespace std::chrono;
  reply.without_edns = !edns_;
  reply.over_tcp = over_tcp_;
  reply.round_trip = duration_cast<microseconds>(steady_clock::now() - sent_);
  reply.at = floor<seconds>(system_clock::now());
  std::exchange(done_, nullptr)(std::move(reply));
}

}  // namespace mandate::resolver
