// `mandate lint`: what is wrong with a record.
#pragma once

#include <string>
#include <vector>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct LintOptions {
  InquiryOptions asked;              ///< a domain or a record's text; `-`: lines of them on stdin
  std::string fail_on = "error";     ///< the severity from which on the exit code is 1
  std::vector<std::string> ignored;  ///< ids of rules that are not held against anybody
  bool not_checked = false;          ///< name the rules that could not be looked at
  bool rules = false;                ///< list the rules instead
};

/// 0 nothing at or above `fail_on`, 1 something, 3 the DNS could not be asked, or a failure's.
int lint(const LintOptions& options);

}  // namespace mandate::app
