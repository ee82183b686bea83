// `mandate provider zone`: the provider's own DNS records, and whether they are published.
#pragma once

#include <cstddef>
#include <string>

#include "advice/provider_zone.h"
#include "app/commands/inquiry.h"

namespace mandate::app {

struct ProviderZoneOptions {
  InquiryOptions asked;                            ///< no subject: the DNS alone
  std::string config;                              ///< the configuration file
  std::string format = "zone";                     ///< or `nsupdate`, `json`
  bool check = false;                              ///< look at what is published instead
  std::size_t answer_size = advice::kPlainAnswer;  ///< octets
};

/// Prints the records that the configuration makes; of `nsupdate` what differs from today's. 0 they
/// are written, 3 the DNS could not be asked what stands there. With `check` 0 the pool passes, no
/// other address does, the wildcard does the same and bounces come to the bounce host, 1 something
/// differs, 3 the DNS could not be asked. Or a failure's.
int provider_zone(const ProviderZoneOptions& options);

}  // namespace mandate::app
