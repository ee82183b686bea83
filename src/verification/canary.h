// The canary: the provider's own record, which is there and lets the pool pass as long as the DNS
// can be believed.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "registry/provider.h"
#include "resolver/lookup.h"

namespace mandate::verification {

/// Evaluates the record of the include name over the whole pool, for each HELO name, as customers'
/// records are. What is wrong with it, for the provider's people; nothing when every address
/// passes. `timeout` bounds the whole. Thread-safe as far as the lookup is.
std::optional<std::string> canary_fault(const registry::Provider& provider,
                                        resolver::Lookup& lookup, std::chrono::sys_seconds now,
                                        std::chrono::milliseconds timeout);

}  // namespace mandate::verification
