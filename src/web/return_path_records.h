// What a domain is to publish for its return path, from the DNS as it is now.
#pragma once

#include <boost/json/array.hpp>
#include <chrono>
#include <optional>

#include "advice/return_path.h"
#include "resolver/lookup.h"

namespace mandate::web {

/// The record objects of docs/api.md: `spf` and `bounces`; and where one CNAME does as well, that
/// too, as one that is not required. Without a bounce host there is nothing to propose, which the
/// one object says. `from` is the domain of From: when it asks for strict alignment, the notes of
/// the first record say what that comes to. Blocks until the deadline at most.
boost::json::array return_path_records(const dns::Name& from,
                                       const std::optional<dns::Name>& bounce_host,
                                       advice::ReturnPathRequest request, resolver::Lookup& lookup,
                                       resolver::Deadline deadline,
                                       std::chrono::sys_seconds checked_at);

}  // namespace mandate::web
