#include "resolver/udp_port.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "resolver/endpoint.h"

namespace mandate::resolver {
namespace {

using boost::asio::ip::udp;
using boost::system::error_code;

// So many strangers among the replies are no accident (RFC 5452 section 9.3): each one is a guess
// at an id, and a limit keeps the odds of a right one low.
constexpr int forgery_limit = 100;

// Ports that stand open at once where a port has more than one query: a forger must guess between
// them, and no receive buffer fills up.
constexpr std::size_t most_ports = 8;

// A burst of answers to all queries of a port; the system may allow less.
constexpr int receive_buffer = 1 << 20;

std::string unreachable(const std::string& why) {
  return "cannot be reached: " + why;
}

}  // namespace

std::expected<std::shared_ptr<UdpPort>, std::string> UdpPort::open(boost::asio::io_context& io,
                                                                   const Server& server,
                                                                   DatagramBatch& batch) {
  auto port = std::make_shared<UdpPort>(io, batch);
  const udp::endpoint endpoint = endpoint_of<udp>(server);
  error_code error;
  port->socket_.open(endpoint.protocol(), error);
  if (!error) port->socket_.native_non_blocking(true, error);
  if (!error) port->socket_.connect(endpoint, error);
  if (error) return std::unexpected(unreachable(error.message()));
  error_code ignored;  // a smaller buffer loses no more than the network does
  port->socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer), ignored);
  port->await_replies();
  return port;
}

bool UdpPort::put(Exchange& exchange, RandomNumbers& random) {
  const std::uint32_t number = admit(exchange, random);
  if (number != 0) unsent_.push_back(number);
  return number != 0;
}

void UdpPort::flush() {
  std::erase_if(unsent_, [&](std::uint32_t number) { return at(number) == nullptr; });
  while (!unsent_.empty() && socket_.is_open()) {
    const int sent = send_some();
    if (sent < 0) return errno == EAGAIN ? await_room() : fail(errno);
    unsent_.erase(unsent_.begin(), unsent_.begin() + sent);
  }
}

int UdpPort::send_some() {
  std::array<mmsghdr, DatagramBatch::most> headers{};
  std::array<iovec, DatagramBatch::most> places{};
  const std::size_t count = std::min(unsent_.size(), headers.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& query = at(unsent_[i])->query();
    places[i] = {const_cast<char*>(query.data()), query.size()};  // which are only read
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  return ::sendmmsg(socket_.native_handle(), headers.data(), static_cast<unsigned>(count),
                    MSG_NOSIGNAL);
}

void UdpPort::await_room() {
  if (std::exchange(awaits_room_, true)) return;
  socket_.async_wait(udp::socket::wait_write, [self = shared_from_this()](error_code error) {
    self->awaits_room_ = false;
    if (!error) self->flush();
  });
}

void UdpPort::await_replies() {
  socket_.async_wait(udp::socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error && self->socket_.is_open()) self->receive();
  });
}

void UdpPort::receive() {
  const int count = batch_.receive(socket_.native_handle());
  if (count < 0 && errno != EAGAIN) return fail(errno);
  for (int i = 0; i < count; ++i) consider(batch_[static_cast<std::size_t>(i)]);
  close_if_done();
  if (socket_.is_open()) await_replies();
}

void UdpPort::consider(std::string_view datagram) {
  const std::optional<std::uint16_t> id = id_of(datagram);
  const Place* const place = id ? find(*id) : nullptr;
  if (place != nullptr && place->exchange == nullptr) return;  // late, or the second one
  std::optional<Outcome> outcome;
  if (place != nullptr) outcome = read_datagram(datagram, *place->exchange, view_);
  if (outcome) return end(*place->exchange, *outcome);
  if (++strangers_ < forgery_limit) return;
  retire();
  end_all({.kind = Outcome::Kind::use_tcp});
}

// Such as ECONNREFUSED: nobody listens there.
void UdpPort::fail(int error) {
  retire();
  unsent_.clear();
  end_all({.reason = unreachable(std::generic_category().message(error))});
  close_if_done();
}

void UdpPort::retire() {
  retired_ = true;
  close_if_done();
}

void UdpPort::close_if_done() {
  if (!retired_ || waiting() != 0) return;
  error_code ignored;  // the socket is given up: nothing follows from how it closes
  socket_.close(ignored);
}

UdpPorts::UdpPorts(boost::asio::io_context& io, const Server& server, std::size_t queries_per_port,
                   RandomNumbers& random, DatagramBatch& batch, std::function<void()> wants_flush)
    : io_(io),
      server_(server),
      queries_per_port_(queries_per_port),
      random_(random),
      batch_(batch),
      wants_flush_(std::move(wants_flush)) {}

UdpPorts::~UdpPorts() {
  for (const Port& port : ports_) port->retire();
}

std::expected<void, std::string> UdpPorts::send(Exchange& exchange) {
  const auto port = choose();
  if (!port) return std::unexpected(port.error());
  const bool had_unsent = (*port)->unsent() > 0;
  if (!(*port)->put(exchange, random_)) return std::unexpected(no_randomness);
  if (!had_unsent) unsent_.push_back(*port);
  if ((*port)->sent() >= queries_per_port_) (*port)->retire();
  wants_flush_();
  return {};
}

std::expected<UdpPorts::Port, std::string> UdpPorts::choose() {
  if (chosen_ && !chosen_->is_retired() && chosen_->unsent() < DatagramBatch::most) return chosen_;
  std::erase_if(ports_, [](const Port& port) { return port->is_retired(); });
  const std::optional<std::uint16_t> drawn = random_.next();
  if (!drawn) return std::unexpected(no_randomness);
  const std::size_t lot = queries_per_port_ == 1 ? 0 : *drawn % most_ports;
  if (lot < ports_.size()) return chosen_ = ports_[lot];
  auto opened = UdpPort::open(io_, server_, batch_);
  if (!opened) return opened;
  ports_.push_back(*opened);
  return chosen_ = *opened;
}

void UdpPorts::flush() {
  chosen_.reset();
  for (const Port& port : std::exchange(unsent_, {})) port->flush();
}

}  // namespace mandate::resolver
