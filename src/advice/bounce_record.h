// The provider's MX records by which bounces come to it where a return path is one CNAME of the
// include name, or of an account's own below it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "advice/provider_zone.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

struct BounceRecord {
  dns::Name name;
  dns::MxData exchange;
};

/// Those of the include name and of the wildcard below it; none without a bounce host, or where the
/// name is too long to have any below it.
std::vector<BounceRecord> bounce_records(const ProviderNames& names);

/// A line of a zone file.
std::string as_zone_line(const BounceRecord& record, std::uint32_t ttl);

/// What stands at the name today.
struct BounceChange {
  enum class State : std::uint8_t {
    in_place,    ///< mail goes to the bounce host
    to_publish,  ///< the name has no MX record
    has_other,   ///< one that takes mail elsewhere, which its keeper has to judge: `other`
    unanswered,  ///< the DNS could not be asked: `problem`
  };
  BounceRecord record;
  State state = State::in_place;
  dns::Name zone;       ///< the apex
  std::string other;    ///< as `10 mail.example`, printable
  std::string problem;  ///< printable
};

/// In the order of the records, by what the DNS answers today: where a wildcard above the include
/// name does, that ends with the first record there, and the next script has its own. Asks for the
/// MX records of each name and for its zone. Pure: `resolver::settle` drives it.
std::variant<std::vector<BounceChange>, spf::Questions> bounce_changes(
    const std::vector<BounceRecord>& records, const dns::Facts& facts);

/// A script for nsupdate(1), which the server refuses once the name has an MX record (RFC 2136
/// section 2.4.3).
std::string as_nsupdate(const BounceChange& change, std::uint32_t ttl);

}  // namespace mandate::advice
