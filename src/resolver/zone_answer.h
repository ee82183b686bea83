// What a server of a zone says about the way to a name: the part of its reply that may be believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "resolver/root_hints.h"
#include "resolver/server_reply.h"

namespace mandate::resolver {

/// Name servers of one zone that are looked at, and addresses of one name server. A hostile zone
/// may name thousands.
inline constexpr std::size_t most_name_servers = 16;
inline constexpr std::size_t most_addresses = 8;

/// The servers of a zone, as a message names them.
struct NamedServers {
  std::vector<NameServer> servers;
  std::size_t left_out = 0;  ///< of them, beyond `most_name_servers`
};

/// The NS records of an owner in a section, with the addresses that the message gives for names at
/// or below `credible`, the zone that the server is asked for: of other names it knows no better
/// than anybody (RFC 2181 section 5.4.1).
NamedServers servers_in(const std::vector<dns::Record>& section, const dns::Name& owner,
                        const dns::Message& message, const dns::Name& credible);

struct ZoneAnswer {
  enum class Kind : std::uint8_t {
    referral,  ///< to `zone`, which is below the server's and at or above the name
    apex,      ///< the name is the apex of `zone`, whose NS records the server has itself
    inside,    ///< the name is in `zone`, below its apex, or would be
    alias,     ///< the name has a CNAME to `target`, so that it is no apex
    useless,   ///< none of these: `reason`
  };
  Kind kind = Kind::useless;
  dns::Name zone = {};
  NamedServers named = {};  ///< of a referral and of an apex
  dns::Name target = {};
  bool exists = true;       ///< false: the zone says that there is no such name
  std::string reason = {};  ///< follows the server's name in a sentence
};

/// Reads the reply of a server of `zone` to the question for a name's NS records.
ZoneAnswer read_zone_answer(const Reply& reply, const dns::Question& question,
                            const dns::Name& zone);

}  // namespace mandate::resolver
