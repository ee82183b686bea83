// Where the mail of a name goes, by the MX records of an answer.
#pragma once

#include <string>
#include <vector>

#include "mandate/dns/facts.h"

namespace mandate::dns {

/// The hosts that are tried first: those of the lowest preference (RFC 5321 section 5.1), each
/// once. The root alone says that the name takes no mail (RFC 7505). Empty without MX records.
std::vector<Name> first_exchanges(const Fact& mx);

/// `10 mail.example`: the host as a name, without a final dot, as the field of a DNS console takes
/// it; `0 .` of a null MX.
std::string text(const MxData& exchange);

/// Whether mail goes to the host and, while it can be reached, to no other.
bool delivers_to(const Fact& mx, const Name& host);

}  // namespace mandate::dns
