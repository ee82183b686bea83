// `mandate provider simulate`: which sending domains a change of the provider's would break.
#pragma once

#include <string>
#include <vector>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct ProviderSimulateOptions {
  InquiryOptions asked;           ///< no subject: the DNS alone
  std::string config;             ///< the configuration file
  std::vector<std::string> pool;  ///< the new one; empty: that of the configuration
  std::string record;             ///< the new one of the include name; empty: the published one
  bool published = false;         ///< as if the records of the new pool were published
  bool evidence = false;          ///< ask the evidence of the last checks, not the DNS
  double rate = 0;                ///< queries a second; 0: no limit
};

/// Tries the change on every sending domain of the store that may send now, in the order of
/// accounts and domains and in bounded memory: a line for each that would break, is not proven
/// anyway, or could not be looked at; a summary on stderr. 0 nothing breaks, 1 something does, 3
/// nothing is known to, but for some the DNS could not be asked. Or a failure's.
int provider_simulate(const ProviderSimulateOptions& options);

}  // namespace mandate::app
