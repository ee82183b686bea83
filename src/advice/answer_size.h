// How large the answer with a name's TXT records is.
#pragma once

#include <cstddef>

#include "mandate/dns/facts.h"

namespace mandate::advice {

/// Octets that cross every usual path in one UDP packet.
inline constexpr std::size_t kSafeAnswer = 1232;

/// The least octets that a response with the whole TXT answer takes (RFC 1035 section 4.1,
/// RFC 6891).
std::size_t answer_size(const dns::Fact& txt);

}  // namespace mandate::advice
