// The JSON API of docs/api.md: a request in, a response out.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "mail/outbox.h"
#include "registry/provider.h"
#include "resolver/lookup.h"
#include "store/store.h"
#include "verification/probe.h"
#include "web/http.h"

namespace mandate::web {

/// What the API stands on; all of it outlives the API and is thread-safe.
struct Services {
  const registry::Provider& provider;
  store::Store& store;
  verification::Probe& probe;
  resolver::Lookup& lookup;  ///< for what a domain publishes today
  mail::Outbox& outbox;
  verification::Clock clock;
  std::function<std::string()> new_id;  ///< unique, unguessable, ascending with time, `[0-9a-v]+`
  std::shared_ptr<spdlog::logger> log;
};

/// Thread-safe.
class Api {
 public:
  explicit Api(Services services);
  ~Api();
  Response handle(const Request& request);

 private:
  struct Routes;
  std::unique_ptr<Routes> routes_;
};

}  // namespace mandate::web
