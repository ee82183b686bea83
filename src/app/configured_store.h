// The store of a configuration, for commands that work on it directly, beside a running server.
#pragma once

#include <memory>
#include <string>

#include "app/failure.h"
#include "registry/change.h"
#include "store/store.h"

namespace mandate::app {

/// Reads the configuration file and opens its store, which is made when there is none. The failure
/// has the exit code of whichever could not be had.
Attempt<std::unique_ptr<store::Store>> open_configured_store(const std::string& config_path);

/// The same for who only reads: where there is no store that is a failure, and none is made.
Attempt<std::unique_ptr<store::Store>> open_existing_store(const std::string& config_path);

/// What a person does at a shell, now: the actor is `person:USER`, the user of the system that runs
/// the program (by number where it has no name).
registry::Cause cause_at_shell();

}  // namespace mandate::app
