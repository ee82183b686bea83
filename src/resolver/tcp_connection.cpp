#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

#include "resolver/exchange.h"

namespace mandate::resolver {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

class TcpExchange : public std::enable_shared_from_this<TcpExchange> {
 public:
  TcpExchange(boost::asio::io_context& io, Query query, OutcomeHandler done)
      : socket_(io), timer_(io), query_(std::move(query)), done_(std::move(done)) {}

  void start() {
    const std::optional<std::uint16_t> id = random_id();
    if (!id) return fail("was not asked, since the system gives no random numbers");
    id_ = *id;
    timer_.expires_at(query_.deadline);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish({.kind = Outcome::Kind::silent, .message = {}, .reason = {}});
    });
    socket_.async_connect(endpoint_of<tcp>(query_.server),
                          [self = shared_from_this()](error_code error) {
                            if (self->goes_on(error)) self->write();
                          });
  }

 private:
  // Length and query in one write: some servers take a lone length for the whole (RFC 7766
  // section 8).
  void write() {
    const std::string query = dns::encode_query(
        id_, query_.question, true,
        query_.edns ? std::optional<std::uint16_t>(udp_payload_size) : std::nullopt);
    bytes_.assign({static_cast<char>(query.size() >> 8), static_cast<char>(query.size() & 0xff)});
    bytes_ += query;
    boost::asio::async_write(socket_, boost::asio::buffer(bytes_),
                             [self = shared_from_this()](error_code error, std::size_t) {
                               if (self->goes_on(error)) self->read_length();
                             });
  }

  void read_length() {
    boost::asio::async_read(socket_, boost::asio::buffer(length_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (self->goes_on(error)) self->read_message();
                            });
  }

  void read_message() {
    bytes_.assign(static_cast<std::size_t>(length_[0] << 8 | length_[1]), '\0');
    boost::asio::async_read(socket_, boost::asio::buffer(bytes_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (self->goes_on(error)) self->consider();
                            });
  }

  // Nobody else's answer can come over a connection of our own: a message that does not fit is
  // the server's fault, and there is nothing to wait for.
  void consider() {
    std::expected<dns::Message, std::string> message = dns::decode(bytes_);
    if (!message) return fail("sent a malformed answer over TCP: " + message.error());
    if (!is_reply(*message, id_, query_.question)) {
      return fail("answered over TCP what it was not asked");
    }
    if (message->truncated) return fail("sent a truncated answer over TCP");
    finish({.kind = Outcome::Kind::answered, .message = std::move(*message), .reason = {}});
  }

  bool goes_on(error_code error) {
    if (finished_) return false;
    if (!error) return true;
    fail(error == boost::asio::error::eof
             ? std::string("closed the TCP connection before its answer was whole")
             : "cannot be reached over TCP: " + error.message());
    return false;
  }

  void fail(std::string reason) {
    finish({.kind = Outcome::Kind::broken, .message = {}, .reason = std::move(reason)});
  }

  void finish(Outcome outcome) {
    if (std::exchange(finished_, true)) return;
    timer_.cancel();
    error_code ignored;  // the socket is given up: nothing follows from how it closes
    socket_.close(ignored);
    boost::asio::post(socket_.get_executor(),
                      [done = std::move(done_), result = std::move(outcome)]() mutable {
                        done(std::move(result));
                      });
  }

  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Query query_;
  OutcomeHandler done_;
  std::uint16_t id_ = 0;
  bool finished_ = false;
  std::array<unsigned char, 2> length_{};
  std::string bytes_;  // the query, then the answer
};

}  // namespace

void exchange_over_tcp(boost::asio::io_context& io, Query query, OutcomeHandler done) {
  std::make_shared<TcpExchange>(io, std::move(query), std::move(done))->start();
}

}  // namespace mandate::resolver
