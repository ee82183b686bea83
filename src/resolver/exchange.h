// One exchange: one query to one server over one transport, and what came of it.
//
// A resolution (resolution.h) is made of exchanges. Each one opens a socket of its own, so its
// source port is new and random (RFC 5452 section 9.2), ends by its deadline whatever the server
// does, and calls its handler exactly once, from the io_context and never from within the call
// that began it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mandate/dns/message.h"
#include "resolver/stub_client.h"

namespace mandate::resolver {

/// The UDP payload that is announced and taken: what crosses every usual path in one piece.
inline constexpr std::uint16_t udp_payload_size = 1232;

struct Query {
  Server server;
  dns::Question question;
  bool edns = true;     ///< with an OPT record
  Deadline deadline{};  ///< of this exchange
};

struct Outcome {
  enum class Kind : std::uint8_t {
    answered,  ///< `message` replies to the query
    use_tcp,   ///< UDP cannot carry the answer, or too many replies were forged (UDP only)
    silent,    ///< the deadline came first
    broken,    ///< `reason`: the server cannot be reached, or what it sent is no reply
  };
  Kind kind = Kind::broken;
  dns::Message message;
  std::string reason;  ///< follows the server's name in a sentence: `closed the connection`
};

using OutcomeHandler = std::function<void(Outcome)>;

/// Waits for the reply; whatever else arrives is passed over (RFC 5452 section 9.1), unless
/// there is so much of it that somebody is guessing.
void exchange_over_udp(boost::asio::io_context& io, Query query, OutcomeHandler done);

/// One query over a connection of its own (RFC 7766), with the two-octet length before each
/// message (RFC 1035 section 4.2.2). What comes first over it must be the reply.
void exchange_over_tcp(boost::asio::io_context& io, Query query, OutcomeHandler done);

/// An id that cannot be foreseen; nothing when the system gives no randomness.
std::optional<std::uint16_t> random_id();

/// True of a response with this id and exactly this question; also of a bare FORMERR or NOTIMP
/// without any question, the way in which servers older than EDNS refuse it (RFC 6891 section 7).
bool is_reply(const dns::Message& message, std::uint16_t id, const dns::Question& question);

/// The endpoint of a server for asio::ip::udp or asio::ip::tcp.
template <class Protocol>
typename Protocol::endpoint endpoint_of(const Server& server);

}  // namespace mandate::resolver
