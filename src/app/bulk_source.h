// The DNS of a command that works on very many domains at once.
#pragma once

#include <memory>

#include "app/dns_source.h"
#include "app/failure.h"
#include "resolver/bulk.h"

namespace mandate::app {

/// Holds what a bulk run answers from where that is in memory; has to outlive the run.
class BulkSource {
 public:
  /// As `open_dns` has it: zone files, else servers, which are asked over few source ports.
  Attempt<std::unique_ptr<resolver::Bulk>> open(const DnsOptions& dns,
                                                const resolver::BulkOptions& options,
                                                resolver::Bulk::Finished finished);

 private:
  std::unique_ptr<resolver::ZoneLookup> zones_;
};

/// One a core, four at most.
std::size_t usual_threads();

}  // namespace mandate::app
