// Answers that are a wildcard's, and no records of the name that was asked (RFC 4592).
#pragma once

#include <optional>

#include "mandate/dns/facts.h"

namespace mandate::advice {

/// For the TXT records of the wildcard that answers for a name which has none of its own. Nothing
/// of a wildcard itself, and of a registrable domain: what is above it is others'.
std::optional<dns::Question> wildcard_beside(const dns::Name& name);

/// Whether two answers have the same records, and some: then that of the name is the wildcard's, or
/// as good as that.
bool answers_alike(const dns::Fact& wildcard, const dns::Fact& of_name);

}  // namespace mandate::advice
