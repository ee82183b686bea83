// `mandate lint -`: domains and records in, JSON lines out.
#pragma once

#include "advice/rule.h"
#include "app/commands/linting.h"

namespace mandate::app {

/// Answers every line of standard input that is not empty with one JSON object on stdout, in order,
/// each written before the next line is read; a line that cannot be answered with `{"error",
/// "line"}`. On a terminal stderr counts them. 0 when nothing reaches `fail_on`, 1 when something
/// does or a line makes no sense, 3 when for one the DNS could not be asked, or a failure's code.
int lint_batch(const LintDns& dns, advice::Severity fail_on);

}  // namespace mandate::app
