// What a domain is to publish so that an account may send as it, from the DNS as it is now.
#pragma once

#include <boost/json/array.hpp>
#include <chrono>
#include <string>

#include "registry/authorization.h"
#include "resolver/lookup.h"

namespace mandate::web {

/// The record objects of docs/api.md. There are two choices, each of them whole: `own_include`, one
/// record, and `token`, an SPF record with the include that all share and a TXT record beside it.
/// The first is the one to take, which is `token` where a TXT names the account already; it stands
/// alone where nothing is left to do. Where no ownership is asked for there is only
/// `shared_include`. With a return path there is one choice, `return_path`: its records
/// (return_path_records.h), and before them the TXT that names the account, since they do not; it
/// is required unless the domain's own record names it. Blocks until the deadline at most.
boost::json::array records_to_publish(const registry::AuthorizationRequest& request,
                                      resolver::Lookup& lookup, resolver::Deadline deadline);

}  // namespace mandate::web
