// Names that are aliases of others.
#pragma once

#include <optional>

#include "mandate/dns/facts.h"

namespace mandate::dns {

/// Of the answer to a question for CNAME: the name that its name is an alias of, if it is one.
std::optional<Name> alias_target(const Fact& cname);

/// The same of a name; nothing either where that was not asked, or could not be.
std::optional<Name> alias_target(const Name& name, const Facts& facts);

}  // namespace mandate::dns
