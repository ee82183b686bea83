// What is published of the provider's records, held against the sending pool.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "advice/pool_fit.h"
#include "advice/provider_zone.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// What one of the provider's names does.
struct NameCheck {
  advice::ProviderRecord::Purpose purpose;
  dns::Name name;       ///< as it is published: of `accounts` the wildcard
  dns::Name asked;      ///< of `accounts` a name that it makes, else the same
  advice::PoolFit fit;  ///< of a customer who includes it, or of a HELO name itself
  std::string problem;  ///< of a HELO name that has no address: that, or why it is not known
  bool lacks_address = false;
  /// Why bounces would not come to the bounce host by an alias of the name, or why that is not
  /// known; printable. Empty of a HELO name, and where no bounce host is configured.
  std::string bounces = {};
  bool loses_bounces = false;
};

struct ProviderCheck {
  dns::Name include_name;
  std::vector<dns::Prefix> pool;
  std::vector<NameCheck> names;

  bool differs() const;     ///< something is not as the configuration says
  bool unanswered() const;  ///< the DNS could not be asked for something
};

/// Asks for the include name and the HELO names, and for `label` below the include name, which no
/// account has. What customers include is looked at as it stands in a record of theirs, so that
/// their limits hold. `timeout` bounds each name.
ProviderCheck check_provider(const advice::ProviderNames& names, const dns::Name& label_below,
                             resolver::Lookup& lookup, std::chrono::milliseconds timeout);

}  // namespace mandate::app
