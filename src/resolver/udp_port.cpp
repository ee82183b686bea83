#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "resolver/exchange.h"

namespace mandate::resolver {
namespace {

using boost::asio::ip::udp;
using boost::system::error_code;

// So many strangers among the replies are no accident (RFC 5452 section 9.3): each one is a guess
// at the id, and a limit keeps the odds of a right one below a hundred in 65,536.
constexpr int forgery_limit = 100;

// Looks at the header alone (RFC 1035 section 4.1.1), of a message that cannot be read whole.
bool has_id(std::string_view bytes, std::uint16_t id) {
  return bytes.size() >= 12 && static_cast<unsigned char>(bytes[0]) == id >> 8 &&
         static_cast<unsigned char>(bytes[1]) == (id & 0xff);
}

bool has_truncation_bit(std::string_view bytes) {
  return (static_cast<unsigned char>(bytes[2]) & 0x02) != 0;
}

class UdpExchange : public std::enable_shared_from_this<UdpExchange> {
 public:
  UdpExchange(boost::asio::io_context& io, Query query, OutcomeHandler done)
      : socket_(io), timer_(io), query_(std::move(query)), done_(std::move(done)) {}

  void start() {
    const std::optional<std::uint16_t> id = random_id();
    if (!id) return fail("was not asked, since the system gives no random numbers");
    id_ = *id;
    if (const error_code error = send()) return fail("cannot be reached: " + error.message());
    timer_.expires_at(query_.deadline);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish({.kind = Outcome::Kind::silent, .message = {}, .reason = {}});
    });
    receive();
  }

 private:
  // Connected, so that the kernel drops what comes from any other address or port, and tells of
  // a port where nobody listens. It also chooses the source port, at random.
  error_code send() {
    const udp::endpoint server = endpoint_of<udp>(query_.server);
    error_code error;
    socket_.open(server.protocol(), error);
    if (!error) socket_.connect(server, error);
    if (error) return error;
    const std::string bytes = dns::encode_query(
        id_, query_.question, true,
        query_.edns ? std::optional<std::uint16_t>(udp_payload_size) : std::nullopt);
    socket_.send(boost::asio::buffer(bytes), 0, error);
    return error;
  }

  void receive() {
    socket_.async_receive(boost::asio::buffer(buffer_),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            self->received(error, size);
                          });
  }

  void received(error_code error, std::size_t size) {
    if (finished_) return;
    if (error) return fail("cannot be reached: " + error.message());
    consider(std::string_view(buffer_.data(), size));
  }

  void consider(std::string_view bytes) {
    if (bytes.size() > udp_payload_size) {
      return has_id(bytes, id_) ? finish_by_tcp() : pass_over();
    }
    std::expected<dns::Message, std::string> message = dns::decode(bytes);
    // A server may cut its answer anywhere once it has set TC, also inside a record.
    if (!message) {
      return has_id(bytes, id_) && has_truncation_bit(bytes) ? finish_by_tcp() : pass_over();
    }
    if (!is_reply(*message, id_, query_.question)) return pass_over();
    if (message->truncated) return finish_by_tcp();
    finish({.kind = Outcome::Kind::answered, .message = std::move(*message), .reason = {}});
  }

  void pass_over() {
    if (++passed_over_ >= forgery_limit) return finish_by_tcp();
    receive();
  }

  void finish_by_tcp() { finish({.kind = Outcome::Kind::use_tcp, .message = {}, .reason = {}}); }

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

  udp::socket socket_;
  boost::asio::steady_timer timer_;
  Query query_;
  OutcomeHandler done_;
  std::uint16_t id_ = 0;
  int passed_over_ = 0;
  bool finished_ = false;
  std::array<char, udp_payload_size + 1> buffer_{};  // the last octet tells of one too large
};

}  // namespace

void exchange_over_udp(boost::asio::io_context& io, Query query, OutcomeHandler done) {
  std::make_shared<UdpExchange>(io, std::move(query), std::move(done))->start();
}

}  // namespace mandate::resolver
