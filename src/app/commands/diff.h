// `mandate diff`: what changes for senders between two policies.
#pragma once

#include <string>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct DiffOptions {
  InquiryOptions asked;  ///< OLD and NEW: each a record in quotes, a domain or a zone file
  std::string domain;    ///< of records and zone files: whose policy is compared
  bool all = false;      ///< every change and every range
};

/// 0 it is proven that no address changes, 1 some change or may, 3 the DNS could not be asked, or
/// a failure's.
int diff(const DiffOptions& options);

}  // namespace mandate::app
