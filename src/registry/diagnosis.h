// Why a pool does not pass: the first thing that a domain's admin has to mend.
#pragma once

#include <string>
#include <vector>

#include "mandate/dns/facts.h"
#include "registry/assessment.h"

namespace mandate::registry {

struct Diagnosis {
  std::string reason_code;  ///< one of those that `assess` lists
  std::string reason;       ///< what is wrong and how to mend it; printable ASCII
};

/// What a domain's record is to have.
struct WantedInclude {
  dns::Name wanted;  ///< what is proposed
  dns::Name shared;  ///< which all accounts share; has the same effect on mail
};

/// Reads the domain's record, and those that it redirects to, for the reason of checks of which at
/// least one did not pass and none ended in temperror. The verdicts are the proof; this only finds
/// words for them.
Diagnosis diagnose(const WantedInclude& include, const dns::Name& domain, const dns::Facts& facts,
                   const std::vector<PoolCheck>& checks);

}  // namespace mandate::registry
