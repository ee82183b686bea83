// `mandate scan`: the same question for very many domains.
#pragma once

#include <cstddef>
#include <string>

#include "app/commands/plan.h"

namespace mandate::app {

struct ScanOptions {
  /// What is done, `check` where it is left out; files of lines, standard input where there are
  /// none; and `@SERVER`, in any order. `json` is the summary's.
  PlanOptions plan;
  std::string ip;       ///< of check; empty: none
  std::string fail_on;  ///< of lint; empty: `error`
  std::string format = "jsonl";
  std::size_t threads = 0;  ///< 0: one a core, four at most
  std::size_t window = 256;
  double rate = 0;         ///< queries a second; 0: without a limit
  double server_rate = 0;  ///< likewise, to any one server
  bool unordered = false;
  std::string resume;  ///< the file of the state; empty: none
};

/// Answers every line on stdout, and sums up on stderr. The greatest of the answers' codes; 130
/// when it was interrupted, with all answered that was begun; or the code of a failure.
int scan(const ScanOptions& options);

}  // namespace mandate::app
