// What the DNS of other names makes of a record: the targets of its terms, and the limits.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "advice/finding.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

/// The findings of a domain's one record, or the questions that are lacking. What depends on the
/// sender is left out. Pure: `resolver::settle` drives it.
std::variant<std::vector<Finding>, spf::Questions> tree_faults(const dns::Name& domain,
                                                               const spf::Record& record,
                                                               const dns::Facts& facts);

}  // namespace mandate::advice
