// What stands at the names of the provider's records today, and what is to change there.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "advice/provider_zone.h"
#include "advice/txt_change.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

struct ProviderChange {
  enum class State : std::uint8_t {
    in_place,    ///< the name has the record
    to_publish,  ///< `change` puts it there
    has_other,   ///< a HELO name with a record of its own, which its keeper has to judge
    unanswered,  ///< the DNS could not be asked: `problem`
  };
  ProviderRecord record;
  State state = State::in_place;
  TxtChange change;
  std::string problem;
};

/// In the order of the records. What a wildcard answers for a name is no record of it. Asks for the
/// TXT records of each name and for its zone. Pure: `resolver::settle` drives it.
std::variant<std::vector<ProviderChange>, spf::Questions> provider_changes(const ProviderZone& zone,
                                                                           std::uint32_t ttl,
                                                                           const dns::Facts& facts);

}  // namespace mandate::advice
