// The JSON API of docs/api.md: a request in, a response out.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "mail/outbox.h"
#include "registry/ownership.h"
#include "registry/provider.h"
#include "resolver/lookup.h"
#include "store/store.h"
#include "verification/probe.h"
#include "verification/watch.h"
#include "web/http.h"

namespace mandate::web {

/// What the API stands on; all of it outlives the API and is thread-safe.
struct Services {
  const registry::Provider& provider;
  registry::OwnershipRule ownership;
  store::Store& store;
  verification::Probe& probe;
  verification::Watch& watch;  ///< woken when a domain is to be checked
  resolver::Lookup& lookup;    ///< for what a domain publishes today
  mail::Outbox& outbox;
  verification::Clock clock;
  std::function<std::string()> new_id;  ///< unique, unguessable, ascending with time, `[0-9a-v]+`
  std::function<std::string()> new_token;  ///< of an account (registry/account.h)
  std::shared_ptr<spdlog::logger> log;
  std::string version;  ///< shown by /healthz
};

/// Thread-safe.
class Api {
 public:
  explicit Api(Services services);

  /// Answers any request; never throws for what the request holds or the store refuses. An
  /// exception of a part below is logged and answered with 500. Logs one line a request.
  Response handle(const Request& request);

 private:
  Services services_;
};

}  // namespace mandate::web
