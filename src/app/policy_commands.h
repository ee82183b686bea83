// The commands about policies in the DNS, which need no server of Mandate's.
#pragma once

#include <CLI/App.hpp>

#include "app/command_line.h"

namespace mandate::app {

/// Adds them below the root. The one that is named ends up in `chosen`, which must outlive it.
void add_policy_commands(CLI::App& root, Command& chosen);

}  // namespace mandate::app
