// The DNS that a configuration names, for commands that can be told another.
#pragma once

#include "app/config.h"
#include "app/dns_source.h"

namespace mandate::app {

/// As given on the command line where that names zone files or a server, else that of the
/// configuration. The time-out stays the given one.
DnsOptions configured_dns(const Config& config, const DnsOptions& given);

}  // namespace mandate::app
