// Public suffixes: the names under which others register theirs (libpsl).
#pragma once

#include "mandate/dns/name.h"

namespace mandate::dns {

/// False when no list of public suffixes is to be had on this machine; then nothing is known of
/// any.
bool knows_public_suffixes();

/// Whether others register their names below it. False for every name without a list. Thread-safe.
bool is_public_suffix(const Name& name);

/// The registrable domain of a name, which is the organizational domain of RFC 7489 section 3.2; or
/// the name itself when it has none, as a public suffix has not. Thread-safe.
Name registrable_domain(const Name& name);

}  // namespace mandate::dns
