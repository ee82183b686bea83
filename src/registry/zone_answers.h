// What the authoritative servers of a domain's zone said, each for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/facts.h"

namespace mandate::registry {

/// One address of one server of the zone.
struct ServerAnswers {
  enum class Standing : std::uint8_t {
    answers,    ///< from the zone, with authority
    fails,      ///< asked, and gave no such answer: silent, lame, SERVFAIL, garbage
    not_asked,  ///< no address of it is known, or none that this machine has a way to
  };
  dns::Name name;
  std::string address;  ///< `192.0.2.53:53`; empty when none is known
  Standing standing = Standing::fails;
  std::string detail;  ///< what became of the question, for people; of `answers` empty
  std::optional<std::uint32_t> serial;  ///< of the SOA
  bool newest = false;                  ///< no other server has a newer serial (RFC 1982)
  /// Of `answers`: one a question, but for those that lead to another zone, where the resolver's
  /// word is taken.
  std::vector<dns::Fact> facts;
  friend bool operator==(const ServerAnswers&, const ServerAnswers&) = default;
};

struct ZoneAnswers {
  dns::Name zone;
  std::vector<ServerAnswers> servers;
  std::string problem;  ///< why the zone's servers were not found; empty when they were
  /// Seconds after which no cache has what stood there before (resolver/authority_view.h).
  std::optional<std::uint32_t> turned_within;
  friend bool operator==(const ZoneAnswers&, const ZoneAnswers&) = default;
};

/// Whether two answers to a question say the same: the set of records, whatever its order and TTLs.
bool is_same_answer(const dns::Fact& a, const dns::Fact& b);

std::string_view text(ServerAnswers::Standing standing);
std::optional<ServerAnswers::Standing> parse_server_standing(std::string_view text);

}  // namespace mandate::registry
