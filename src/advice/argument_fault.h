// What is wrong with the argument of a term: an address, a prefix length, a name, a macro.
#pragma once

#include <string_view>

#include "advice/term_finding.h"

namespace mandate::advice {

/// Each is one look at a term; of what it does not know it finds nothing.
Found u_label(const Term& term);
Found url_or_email(const Term& term);
Found bad_prefix_length(const Term& term);
Found bad_address(const Term& term);
Found macro(const Term& term);
Found bad_domain(const Term& term);
/// A name that the grammar lets through, and nobody can ask for.
Found unusable_domain(const Term& term);

/// `ip4` or `ip6`, as the mechanism of a network is called; empty when it is none.
std::string_view family_of(std::string_view network);

}  // namespace mandate::advice
