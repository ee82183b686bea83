// `mandate serve`: the API and the outbox, until a signal ends them.
#pragma once

#include <string>

namespace mandate::app {

struct ServeOptions {
  std::string config;  ///< the configuration file
};

/// Serves until SIGINT or SIGTERM, reads the zone files that the
/// configuration names on SIGHUP. 0 after an orderly stop, or
/// the exit code of what kept it from starting.
int serve(const ServeOptions& options);

}  // namespace mandate::app
