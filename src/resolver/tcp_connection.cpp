#include "resolver/tcp_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "resolver/endpoint.h"

namespace mandate::resolver {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// A server has limits for a connection: the next queries go over another one.
constexpr std::size_t most_waiting = 100;
constexpr std::size_t most_queries = 10'000;

// RFC 7766 section 6.2.3 asks clients to close idle connections, and not at once.
constexpr std::chrono::seconds idle_time{5};

}  // namespace

void TcpConnection::open(const Server& server) {
  socket_.async_connect(endpoint_of<tcp>(server), [self = shared_from_this()](error_code error) {
    if (!self->goes_on(error)) return;
    self->connected_ = true;
    self->write();
    self->read_length();
  });
}

bool TcpConnection::takes_more() const {
  return !closed_ && !stalled_ && waiting() < most_waiting && sent() < most_queries;
}

// Length and query in one write: some servers take a lone length for the whole (RFC 7766
// section 8).
bool TcpConnection::send(Exchange& exchange, RandomNumbers& random) {
  if (admit(exchange, random) == 0) return false;
  const std::string& query = exchange.query();
  unsent_ += {static_cast<char>(query.size() >> 8), static_cast<char>(query.size() & 0xff)};
  unsent_ += query;
  idle_.cancel();
  if (connected_) write();
  return true;
}

void TcpConnection::write() {
  if (writing_ || unsent_.empty()) return;
  writing_ = true;
  sending_ = std::exchange(unsent_, {});
  boost::asio::async_write(socket_, boost::asio::buffer(sending_),
                           [self = shared_from_this()](error_code error, std::size_t) {
                             if (!self->goes_on(error)) return;
                             self->writing_ = false;
                             self->write();
                           });
}

void TcpConnection::read_length() {
  boost::asio::async_read(socket_, boost::asio::buffer(length_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->goes_on(error)) self->read_message();
                          });
}

void TcpConnection::read_message() {
  message_.assign(static_cast<std::size_t>(length_[0] << 8 | length_[1]), '\0');
  boost::asio::async_read(socket_, boost::asio::buffer(message_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->goes_on(error)) self->consider();
                          });
}

// Nobody else's answer can come over a connection of our own: a message that does not fit is the
// server's fault, and nothing behind it can be trusted to.
void TcpConnection::consider() {
  const std::optional<std::uint16_t> id = id_of(message_);
  const Place* const place = id ? find(*id) : nullptr;
  if (place == nullptr) {
    return fail({.reason = id ? "answered over TCP what it was not asked"
                              : "sent a malformed answer over TCP: it is shorter than a header"});
  }
  has_replied_ = true;
  if (Exchange* const exchange = place->exchange) {
    const Outcome outcome = read_stream(message_, *exchange, view_);
    if (outcome.kind == Outcome::Kind::broken) return fail(outcome);
    end(*exchange, outcome);
  }
  if (closed_) return;
  if (waiting() == 0) close_when_idle();
  read_length();
}

bool TcpConnection::goes_on(error_code error) {
  if (closed_) return false;
  if (!error) return true;
  const bool is_over = error == boost::asio::error::eof ||
                       error == boost::asio::error::connection_reset ||
                       error == boost::asio::error::broken_pipe;
  // A server may close when it likes; what it has not answered is asked again over another
  // connection (RFC 7766 section 6.2.4). One that reads a single query resets the connection, by
  // which its reply is lost too: from then on each query has a connection to itself, and an end
  // without a reply is the server's.
  if (is_over && (has_replied_ || waiting() > 1)) {
    takes_one_ = waiting() > 1;
    fail({.kind = Outcome::Kind::interrupted});
  } else if (is_over && connected_) {
    fail({.reason = "closed the TCP connection before its answer was whole"});
  } else {
    fail({.reason = "cannot be reached over TCP: " + error.message()});
  }
  return false;
}

void TcpConnection::fail(const Outcome& outcome) {
  close();
  end_all(outcome);
}

void TcpConnection::close() {
  closed_ = true;
  idle_.cancel();
  error_code ignored;  // the socket is given up: nothing follows from how it closes
  socket_.close(ignored);
}

void TcpConnection::close_when_idle() {
  if (!takes_more()) return close();
  idle_.expires_after(idle_time);
  idle_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && self->waiting() == 0) self->close();
  });
}

// A time-out, or the end of the lookup: what waits beside it may still come.
void TcpConnection::withdrawn() {
  stalled_ = true;
  if (waiting() == 0) close();
}

TcpConnections::~TcpConnections() {
  for (const auto& connection : connections_) connection->close();
}

std::expected<void, std::string> TcpConnections::send(Exchange& exchange) {
  const MonotonicTime now = std::chrono::steady_clock::now();
  if (std::ranges::any_of(connections_, &TcpConnection::takes_one)) takes_one_.seen(now);
  std::erase_if(connections_, [](const auto& connection) {
    return !connection->takes_more() && connection->waiting() == 0;
  });
  const bool takes_one = takes_one_.holds(now);
  auto chosen = std::ranges::find_if(connections_, [&](const auto& connection) {
    return connection->takes_more() && (!takes_one || connection->waiting() == 0);
  });
  if (chosen == connections_.end()) {
    auto opened = std::make_shared<TcpConnection>(io_);
    opened->open(server_);
    connections_.push_back(std::move(opened));
    chosen = std::prev(connections_.end());
  }
  if ((*chosen)->send(exchange, random_)) return {};
  return std::unexpected(no_randomness);
}

}  // namespace mandate::resolver
