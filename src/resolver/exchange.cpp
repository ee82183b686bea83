#include "resolver/exchange.h"

#include <algorithm>
#include <utility>

namespace mandate::resolver {
namespace {

constexpr std::size_t header_size = 12;  // RFC 1035 section 4.1.1

unsigned octet(std::string_view message, std::size_t at) {
  return static_cast<unsigned char>(message[at]);
}

unsigned number(std::string_view message, std::size_t at) {
  return octet(message, at) << 8 | octet(message, at + 1);
}

bool is_letter(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

char folded(char octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet | 0x20) : octet;
}

bool is_response(std::string_view message) {
  return message.size() >= header_size && (octet(message, 2) & 0x80) != 0;
}

bool is_truncated(std::string_view message) {
  return (octet(message, 2) & 0x02) != 0;
}

// Where the name of the only question ends; the type and the class follow.
std::size_t name_end(std::string_view query) {
  std::size_t at = header_size;
  while (octet(query, at) != 0) at += 1 + octet(query, at);
  return at + 1;
}

enum class Match : std::uint8_t { none, but_case, full };

// Octet by octet: name, type and class, and no question beside it.
Match match(std::string_view message, const Exchange& exchange) {
  const unsigned questions = number(message, 4);
  if (questions == 0) {
    const auto code = static_cast<dns::ResponseCode>(octet(message, 3) & 0x0f);
    const bool may_be_bare =
        code == dns::ResponseCode::format_error || code == dns::ResponseCode::not_implemented;
    return may_be_bare ? Match::full : Match::none;
  }
  const std::string_view query = exchange.query();
  const std::string_view asked = query.substr(header_size, name_end(query) + 4 - header_size);
  if (questions != 1 || message.size() < header_size + asked.size()) return Match::none;
  const std::string_view echoed = message.substr(header_size, asked.size());
  if (echoed == asked) return Match::full;
  if (!std::ranges::equal(echoed, asked, {}, folded, folded)) return Match::none;
  // Folding has blurred type and class as well, where one octet may be 'A' or 'a'.
  if (echoed.substr(asked.size() - 4) != asked.substr(asked.size() - 4)) return Match::none;
  return exchange.has_mixed_case() ? Match::but_case : Match::full;
}

}  // namespace

void Exchange::withdraw() {
  if (Channel* const channel = channel_) {
    channel->forget(*this);
    channel->withdrawn();
  }
}

bool Exchange::write_query(const dns::Question& question, bool edns, bool mix_case,
                           RandomNumbers& random, bool recursion) {
  query_ = dns::encode_query(0, question, recursion,
                             edns ? std::optional<std::uint16_t>(udp_payload_size) : std::nullopt);
  has_mixed_case_ = mix_case;
  if (!mix_case) return true;
  unsigned lots = 1;  // a one above those that are left
  for (std::size_t at = header_size, end = name_end(query_); at < end; ++at) {
    if (lots == 1) {
      const std::optional<std::uint16_t> drawn = random.next();
      if (!drawn) return false;
      lots = 0x10000U | *drawn;
    }
    if (!is_letter(query_[at])) continue;
    query_[at] = static_cast<char>(query_[at] ^ static_cast<int>(lots & 1) << 5);
    lots >>= 1;
  }
  return true;
}

Channel::~Channel() {
  for (const Place& place : places_) {
    if (place.exchange != nullptr) place.exchange->channel_ = nullptr;
  }
}

std::uint32_t Channel::admit(Exchange& exchange, RandomNumbers& random) {
  std::optional<std::uint16_t> id = random.next();
  while (id && find(*id) != nullptr) id = random.next();
  if (!id) return 0;
  exchange.query_[0] = static_cast<char>(*id >> 8);
  exchange.query_[1] = static_cast<char>(*id & 0xff);
  places_.push_back({*id, &exchange});
  index_.add(*id, places_.size());
  exchange.channel_ = this;
  exchange.number_ = static_cast<std::uint32_t>(places_.size());
  ++waiting_;
  return exchange.number_;
}

const Channel::Place* Channel::find(std::uint16_t id) const {
  const std::uint32_t number =
      index_.find(id, [&](std::uint32_t candidate) { return places_[candidate - 1].id == id; });
  return number == 0 ? nullptr : &places_[number - 1];
}

void Channel::forget(Exchange& exchange) {
  places_[exchange.number_ - 1].exchange = nullptr;
  exchange.channel_ = nullptr;
  --waiting_;
}

void Channel::end(Exchange& exchange, const Outcome& outcome) {
  exchange.channel_->forget(exchange);
  exchange.ended(outcome);
}

// An end may begin another exchange here: it is none of those that end now.
void Channel::end_all(const Outcome& outcome) {
  const std::size_t last = places_.size();
  for (std::size_t at = 0; at < last; ++at) {
    if (Exchange* const exchange = places_[at].exchange) end(*exchange, outcome);
  }
}

std::optional<std::uint16_t> id_of(std::string_view message) {
  if (message.size() < header_size) return std::nullopt;
  return static_cast<std::uint16_t>(number(message, 0));
}

std::optional<Outcome> read_datagram(std::string_view message, const Exchange& exchange,
                                     dns::MessageView& view) {
  if (!is_response(message)) return std::nullopt;
  const Match matched = match(message, exchange);
  if (matched == Match::none) return std::nullopt;
  if (matched == Match::but_case) return Outcome{.kind = Outcome::Kind::other_case};
  if (message.size() > udp_payload_size) return Outcome{.kind = Outcome::Kind::use_tcp};
  // A server may cut its answer anywhere once it has set TC, also inside a record.
  if (is_truncated(message)) return Outcome{.kind = Outcome::Kind::use_tcp};
  if (!dns::read_message(message, view)) return std::nullopt;
  return Outcome{.kind = Outcome::Kind::answered, .message = &view};
}

Outcome read_stream(std::string_view message, const Exchange& exchange, dns::MessageView& view) {
  if (auto read = dns::read_message(message, view); !read) {
    return {.reason = "sent a malformed answer over TCP: " + read.error()};
  }
  if (!is_response(message) || match(message, exchange) == Match::none) {
    return {.reason = "answered over TCP what it was not asked"};
  }
  if (view.truncated) return {.reason = "sent a truncated answer over TCP"};
  return {.kind = Outcome::Kind::answered, .message = &view};
}

}  // namespace mandate::resolver
