// One line of a scan: what is asked for it, and how its answer is written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advice/rule.h"
#include "app/commands/planning.h"
#include "app/failure.h"
#include "resolver/bulk.h"

namespace mandate::app {

enum class ScanTask : std::uint8_t { check, lint, plan };
enum class ScanFormat : std::uint8_t { jsonl, csv };

/// What is done with every line.
struct ScanWork {
  ScanTask task = ScanTask::check;
  ScanFormat format = ScanFormat::jsonl;
  std::string ip;       ///< of check: for lines without an address; empty: none
  Provider provider{};  ///< of plan
  advice::Severity fail_on = advice::Severity::error;  ///< of lint
  bool is_in_memory = false;                           ///< see `LintScope`
};

/// What the summary counts of an answer.
struct ScanTally {
  std::string_view
      outcome;  ///< a result, a severity, a verdict, or `unanswered`; of static storage
  std::vector<std::string_view> findings;  ///< ids of rules, likewise
  std::string includes;  ///< names that the line's own records include, each with a space behind
};

struct ScanAnswer {
  std::uint64_t line = 0;  ///< from 1
  std::size_t octets = 0;  ///< of the input, its line end included
  bool is_empty = false;   ///< an empty line: there is nothing to write or to count
  std::string text;        ///< whole lines of output
  int exit_code = 0;
  ScanTally tally;

  /// Becomes the answer, yet to come, to another line, in the memory that it has.
  void renew(std::uint64_t number, std::size_t octets_of_line);
};

/// A line under way; when it is over it has its answer.
class ScanErrand : public resolver::Errand {
 public:
  ScanAnswer answer;
};

/// What the line asks for. `work` must outlive it. The failure is of a line that makes no sense,
/// of lint and plan; a check reads its line when it is begun, and answers that it makes none.
/// `spent`, which may be null, is an errand of that work that is over: its memory is used again.
Attempt<std::unique_ptr<ScanErrand>> scan_errand(const ScanWork& work, std::string_view line,
                                                 std::uint64_t number,
                                                 std::unique_ptr<ScanErrand> spent);

/// The answer to a line that cannot be answered.
ScanAnswer scan_error(const ScanWork& work, const Failure& failure, std::uint64_t number,
                      const std::optional<std::string>& subject);

/// The first line of CSV; of JSON lines nothing.
std::string_view scan_header(ScanTask task, ScanFormat format);

}  // namespace mandate::app
