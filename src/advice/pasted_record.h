// A TXT record as people paste it: the way zone files and tools show it.
#pragma once

#include <optional>
#include <string_view>

#include "mandate/dns/record.h"

namespace mandate::advice {

/// The strings of a TXT in presentation format (RFC 1035 section 5.1): `"v=spf1 a " "mx -all"`, or
/// an entry of a zone file such as `customer.example. 3600 IN TXT "v=spf1 mx -all"`, whose strings
/// need no quotes behind a name. Nothing when the text is neither: it stands for itself then.
/// Unlike a published one, a string may be over 255 octets.
std::optional<dns::TxtData> pasted_record(std::string_view text);

}  // namespace mandate::advice
