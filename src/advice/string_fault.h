// The strings that a TXT record is made of (RFC 7208 section 3.3).
#pragma once

#include <vector>

#include "advice/finding.h"
#include "mandate/dns/record.h"

namespace mandate::advice {

/// What is wrong with the boundaries and the sizes of the strings. Spans and fixes are of the
/// strings joined; a fix puts the space in that is missing there. A string may have any size, as
/// texts that are not published yet do.
std::vector<Finding> string_faults(const dns::TxtData& txt);

}  // namespace mandate::advice
