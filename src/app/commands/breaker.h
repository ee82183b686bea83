// `mandate breaker`: what it holds, and a person's decision on it; in the store directly, beside a
// running server.
#pragma once

#include <string>

namespace mandate::app {

struct BreakerOptions {
  std::string config;  ///< the configuration file
  std::string after;   ///< `ACCOUNT/DOMAIN`, behind which the list begins; empty: at its beginning
  int limit = 100;     ///< held domains that are listed at most
  bool json = false;
};

/// 0 when it is closed, 1 when it holds.
int breaker_status(const BreakerOptions& options);

// Both end a hold by count, list whom it concerns, and give 1 where there is none to end.
int breaker_confirm(const BreakerOptions& options);
int breaker_dismiss(const BreakerOptions& options);

}  // namespace mandate::app
