// Linting one subject: a record's text, or what a domain has.
#pragma once

#include <chrono>
#include <string>

#include "app/commands/lint_report.h"
#include "app/failure.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// The DNS that domains are linted in.
struct LintDns {
  resolver::Lookup& lookup;
  std::chrono::milliseconds timeout;  ///< of one domain
  bool whole_ttls = false;            ///< see `advice::LintedName`
};

LintReport lint_record(const std::string& text);

/// The texts at a name, and what else stands there; when just one of them is a record that can be
/// read, its tree as well. The error is a call that makes no sense, or a DNS that cannot be asked.
Attempt<LintReport> lint_domain(const std::string& domain, const LintDns& dns);

/// Whether some finding is of that severity or worse.
bool reaches(const LintReport& report, advice::Severity severity);

}  // namespace mandate::app
