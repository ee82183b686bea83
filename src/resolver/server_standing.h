// How a server stands to a zone, by what it made of a question about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/server_reply.h"

namespace mandate::resolver {

enum class ServerStatus : std::uint8_t {
  answers,         ///< with authority, in every way that was tried
  no_edns,         ///< with authority, but only when asked without EDNS
  no_tcp,          ///< what does not fit into a datagram cannot be had
  recursion_only,  ///< out of a cache, as a resolver does, not from the zone
  lame,            ///< it does not serve the zone: REFUSED, a referral, no authority
  server_failure,  ///< SERVFAIL
  broken,          ///< any other reply that is no answer
  silent,
  unreachable,
  no_address,  ///< none is known of its name, or none that is public
  not_asked,   ///< it may be well
};

/// `answers`, `no_edns`, …
std::string_view text(ServerStatus status);

struct ServerStanding {
  ServerStatus status = ServerStatus::answers;
  std::string detail = {};  ///< follows the server's name in a sentence; empty where it answers
  friend bool operator==(const ServerStanding&, const ServerStanding&) = default;
};

/// The standing that a reply to a question about the zone shows.
ServerStanding standing_of(const Reply& reply, const dns::Question& question,
                           const dns::Name& zone);

ServerStanding no_edns_standing();

/// Whether what it says of the zone may be held against what others say.
constexpr bool is_answer(ServerStatus status) {
  return status == ServerStatus::answers || status == ServerStatus::no_edns;
}

}  // namespace mandate::resolver
