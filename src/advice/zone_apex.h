// Where a domain's records are edited: the zone that it lies in.
#pragma once

#include <string>
#include <variant>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

struct ZoneApex {
  dns::Name name;
  bool found = false;  ///< false: no SOA was to be had, and the registrable domain is taken
};

/// The nearest name at or above the domain that has an SOA record (RFC 1034 section 4.2.1). Asks
/// name by name, at most up to the registrable domain. Pure: `resolver::settle` drives it.
std::variant<ZoneApex, spf::Questions> zone_apex(const dns::Name& domain, const dns::Facts& facts);

/// What stands for a name in its zone: the labels in front of the apex, `@` for the apex itself.
std::string host_in_zone(const dns::Name& name, const dns::Name& apex);

}  // namespace mandate::advice
