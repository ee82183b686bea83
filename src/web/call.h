// One call of the API on its way: what a handler knows, and what handlers share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "registry/api_key.h"
#include "store/store.h"
#include "web/api.h"
#include "web/http.h"

namespace mandate::web {

/// Lives for one request, on one thread.
struct Call {
  const Services& services;
  const Request& request;
  registry::ApiKey caller;             ///< whose key it is; without an id before that is known
  std::vector<std::string> arguments;  ///< what stands in the braces of the route's path, in order

  store::Store& store() const { return services.store; }
  std::chrono::sys_seconds now() const { return services.clock(); }
  /// Of what the call changes: the caller's key, now.
  registry::Cause cause() const { return {.actor = actor(), .at = now()}; }
  std::string actor() const { return "key:" + caller.id; }
  /// Of routes below an account: its id. The account exists and the caller may see it.
  const std::string& account() const { return arguments.at(0); }
};

/// 404: there is no such thing, or the key's owner may not know of it.
Response not_found();

/// 503 `store_unavailable` with `Retry-After`; logs what the store says, which callers do not see.
Response store_problem(const Services& services, const store::StoreError& error);

using LogFields = std::vector<std::pair<std::string, std::string>>;

/// Logs at info what a call changed, or was refused to change: one JSON object with `message`,
/// `key` (the id of the caller's key, never the key) and the fields, in printable ASCII whatever
/// they hold.
void log_event(const Call& call, std::string_view message, const LogFields& fields);

/// A log line as a JSON object; every string in it is made printable ASCII.
std::string log_line(std::string_view message, const LogFields& fields);

}  // namespace mandate::web
