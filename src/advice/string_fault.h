// Where the strings of a TXT record meet (RFC 7208 section 3.3).
#pragma once

#include <vector>

#include "advice/finding.h"
#include "mandate/dns/record.h"

namespace mandate::advice {

/// The terms that are glued together because no space stands where two strings meet, each with the
/// fix that parts them. Spans are in the strings joined.
std::vector<Finding> glued_strings(const dns::TxtData& txt);

}  // namespace mandate::advice
