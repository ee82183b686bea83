// The provider's own settings, which every verification is made against.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::registry {

struct Provider {
  dns::Name include_name;               ///< whose SPF record lists the sending pool
  std::vector<dns::Prefix> pool;        ///< at least one
  std::vector<std::string> helo_names;  ///< at least one
  std::string default_sender;           ///< a mailbox of the provider's
  /// Takes the bounces of return paths; without one no domain can have any.
  std::optional<dns::Name> bounce_host = {};
};

}  // namespace mandate::registry
