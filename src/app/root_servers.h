// The root that the way down the DNS begins at, as a person configures it.
#pragma once

#include <string>
#include <vector>

#include "app/failure.h"
#include "resolver/root_hints.h"

namespace mandate::app {

/// Those of a file of root hints; without one (an empty path) the Internet's. The failure's exit
/// code tells unreadable (66) from malformed (65).
Attempt<std::vector<resolver::NameServer>> root_servers(const std::string& hints_file);

}  // namespace mandate::app
