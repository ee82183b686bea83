// What one server made of one question: a whole message, or why there is none.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "mandate/dns/message.h"

namespace mandate::resolver {

/// A question, and the address that it is put to.
struct ServerQuestion {
  dns::IpAddress server;
  dns::Question question;
  friend bool operator==(const ServerQuestion&, const ServerQuestion&) = default;
  friend auto operator<=>(const ServerQuestion&, const ServerQuestion&) = default;
};

struct Reply {
  enum class Kind : std::uint8_t {
    answered,     ///< `message` is the reply, whatever it says
    silent,       ///< none came, with EDNS or without
    unreachable,  ///< the network, or the server's host, says that nobody is there
    no_tcp,       ///< the answer is too large for UDP, and TCP does not give it
    not_public,   ///< the question was not put: others cannot reach such an address
    not_asked,    ///< the question was not put for another reason
  };
  Kind kind = Kind::silent;
  dns::Message message = {};
  bool without_edns = false;  ///< there was no answer until the query had no OPT record
  bool over_tcp = false;
  std::string reason = {};  ///< but of `answered`; follows the server's name in a sentence
  std::chrono::microseconds round_trip{};  ///< of the query that was answered
  std::chrono::sys_seconds at{};
};

using Replies = std::map<ServerQuestion, Reply>;

}  // namespace mandate::resolver
