// The names that a record's terms ask for: whether they are anybody's, and what they say in HELO.
#pragma once

#include <optional>
#include <vector>

#include "advice/finding.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/known_records.h"

namespace mandate::advice {

struct TargetFaults {
  std::vector<Finding> findings;
  spf::Questions lacking;  ///< while there are any, the findings are not all
};

/// The findings of a domain's one record. `known` has the records of the facts. What depends on the
/// sender is left out, and without a list of public suffixes whether a domain can be registered.
TargetFaults target_faults(const dns::Name& domain, const spf::Record& record,
                           const dns::Facts& facts, const spf::KnownRecords& known);

/// The name of a domain-spec; nothing when a macro makes it, or it is none.
std::optional<dns::Name> name_of(const spf::MacroString& spec);

}  // namespace mandate::advice
