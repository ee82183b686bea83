#include "app/commands/lint_batch.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "app/exit_code.h"
#include "app/line_reader.h"

namespace mandate::app {
namespace {

constexpr std::size_t kLineLimit = std::size_t{64} << 10;

/// How many lines are done, on a terminal and nowhere else.
class Progress {
 public:
  void count() {
    if (!shown_) return;
    fmt::print(stderr, "\rlint: {} done", ++done_);
    std::fflush(stderr);
  }
  void end() const {
    if (shown_ && done_ > 0) fmt::print(stderr, "\n");
  }

 private:
  bool shown_ = isatty(STDERR_FILENO) == 1;
  std::size_t done_ = 0;
};

Attempt<LintReport> lint_line(const LineReader::Line& line, const LintDns& dns) {
  if (line.too_long) {
    return fail(exit_code::usage, fmt::format("the line is longer than {} octets", kLineLimit));
  }
  if (is_record_text(line.text)) return lint_record(line.text);
  return lint_domain(line.text, dns);
}

}  // namespace

int lint_batch(const LintDns& dns, advice::Severity fail_on) {
  auto reader = LineReader::open("-", kLineLimit);
  if (!reader) return report({exit_code::no_input, reader.error()});
  Progress progress;
  int code = exit_code::done;  // of several the greatest, which says most
  for (std::size_t number = 1;; ++number) {
    const auto line = reader->next();
    if (!line) return report({exit_code::no_input, line.error()});
    if (!*line) break;
    if ((*line)->text.empty() && !(*line)->too_long) continue;
    boost::json::value answer;
    if (const auto linted = lint_line(**line, dns)) {
      answer = lint_json(*linted);
      code = std::max(code, reaches(*linted, fail_on) ? exit_code::refused : exit_code::done);
    } else {
      const Failure& failure = linted.error();
      answer = {{"error", json_text(failure.message)}, {"line", number}};
      const bool unknown = failure.exit_code == exit_code::unknown;
      code = std::max(code, unknown ? exit_code::unknown : exit_code::refused);
    }
    fmt::print("{}\n", boost::json::serialize(answer));
    if (std::fflush(stdout) != 0) {
      return report({exit_code::output, fmt::format("cannot write: {}", std::strerror(errno))});
    }
    progress.count();
  }
  progress.end();
  return code;
}

}  // namespace mandate::app
