// The canary: the provider's own record, which is there and lets the pool pass as long as the DNS
// can be believed.
//
// Of the records at the HELO names it sees those to which the include name's record leads
// (`a:%{h}`). A verdict rests on them only where a record leads there: checks evaluate a policy for
// every HELO name, and ask nothing at the name itself. Where a customer's own record leads there,
// the canary cannot tell which answer is right, since a HELO name's records need not list the pool,
// and most list their one host: what fails there changes no verdict, and what is wrong there is
// counted by the breaker like any loss.
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
