// Zone files as the whole DNS.
#pragma once

#include <string>
#include <vector>

#include "app/failure.h"
#include "mandate/dns/zone_file.h"

namespace mandate::app {

/// Reads every file into one set of zones. The failure names the file, and the line of a syntax
/// error; its exit code tells unreadable (66) from malformed (65).
Attempt<dns::ZoneData> read_zones(const std::vector<std::string>& files);

}  // namespace mandate::app
