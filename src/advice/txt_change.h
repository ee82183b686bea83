// The change of a name's TXT records, written as the tools take it by which zones are kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mandate/dns/record.h"

namespace mandate::advice {

/// What stands at a name today, and what is to stand there.
struct TxtChange {
  dns::Name zone;  ///< the apex
  dns::Name name;
  std::uint32_t ttl = 0;  ///< seconds
  std::vector<dns::TxtData> today;
  std::vector<dns::TxtData> kept;     ///< of today's, those that stay
  std::vector<dns::TxtData> removed;  ///< of today's, those that go
  dns::TxtData added;
};

/// Of a name with these TXT records that is to have that one SPF record: all SPF records and near
/// misses go, other texts stay (RFC 7208 section 4.5).
TxtChange txt_change(const dns::Name& zone, const dns::Name& name, std::uint32_t ttl,
                     const std::vector<dns::TxtData>& today, const std::string& record);

/// Lines of a zone file, those that go as comments.
std::string as_zone_lines(const TxtChange& change);

/// A script for nsupdate(1), refused by the server unless the name has just the TXT records of
/// today (RFC 2136 section 2.4.2).
std::string as_nsupdate(const TxtChange& change);

/// A `dns_txt_record_set` of Terraform's DNS provider, which holds all TXT records of the name.
std::string as_terraform(const TxtChange& change);

/// The name's entry in the YAML of a zone for octoDNS, which holds all its TXT records.
std::string as_octodns(const TxtChange& change);

/// The `TXT` lines of a zone for DNSControl.
std::string as_dnscontrol(const TxtChange& change);

}  // namespace mandate::advice
