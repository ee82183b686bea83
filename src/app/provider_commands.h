// The commands of who runs Mandate: the server, its keys, accounts, domains, messages and audit
// log.
#pragma once

#include <CLI/App.hpp>

#include "app/command_line.h"

namespace mandate::app {

/// Adds them below the root. The one that is named ends up in `chosen`, which must outlive it.
void add_provider_commands(CLI::App& root, Command& chosen);

}  // namespace mandate::app
