// `mandate lint`: what is wrong with a record.
#pragma once

#include <string>
#include <vector>

#include "app/dns_source.h"

namespace mandate::app {

struct LintOptions {
  /// A domain or a record's text, and `@SERVER` in any order.
  std::vector<std::string> subjects;
  std::string fail_on = "error";  ///< the severity from which on the exit code is 1
  bool rules = false;             ///< list the rules instead
  DnsOptions dns;
  bool json = false;
};

/// 0 nothing at or above `fail_on`, 1 something, 3 the DNS could not be asked, or a failure's.
int lint(const LintOptions& options);

}  // namespace mandate::app
