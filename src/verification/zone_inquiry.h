// Asking the servers of a domain's zone what a verification wants to know of them.
#pragma once

#include "registry/zone_answers.h"
#include "resolver/authority_client.h"

namespace mandate::verification {

/// The TXT records of the domain and of its `_mandate` name, and TXT and MX of its return path
/// unless that is the root, from every server of its zone, by the deadline. A return path in a zone
/// of its own is left to the resolver. Blocks; may be called from several threads at once.
registry::ZoneAnswers ask_zone(const dns::Name& domain, const dns::Name& return_path,
                               const resolver::AuthorityOptions& options,
                               resolver::Deadline deadline);

/// What stands in a view whose first question was for the domain's TXT. Pure.
registry::ZoneAnswers zone_answers_of(const resolver::AuthorityView& view);

}  // namespace mandate::verification
