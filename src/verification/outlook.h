// What a check tells beside its verdict: what changed since the last one, and what is coming.
#pragma once

#include <vector>

#include "advice/drift.h"
#include "advice/forecast.h"
#include "registry/evidence.h"
#include "registry/sending_domain.h"
#include "registry/zone_answers.h"
#include "resolver/lookup.h"

namespace mandate::verification {

struct Outlook {
  advice::Drift drift;  ///< against the last evidence
  std::vector<registry::Warning> warnings;
};

/// Looks up what the whole policy asks for, the domain's or that of its return path, beyond what
/// the verdict over the pool needed, and puts it into the evidence, so that the next check has it
/// to compare with; the verdict reads none of it. Of a return path it also warns, with the code
/// `spf_unaligned`, where DMARC asks for strict alignment. `last` has the facts that the last
/// verdict rested on, and is empty of a first check.
Outlook look_ahead(registry::Evidence& evidence, const dns::Facts& last, resolver::Lookup& lookup,
                   resolver::Deadline deadline);

/// What each server of the zone says to a question; those that gave no answer are left out.
std::vector<advice::ServerAnswer> answers_of(const registry::ZoneAnswers& zone,
                                             const dns::Question& question);

/// The row with what the check at `at` tells: the warnings are its own; changes stay those of the
/// last check that found any.
void tell(registry::SendingDomain& domain, const Outlook& outlook, std::chrono::sys_seconds at);

}  // namespace mandate::verification
