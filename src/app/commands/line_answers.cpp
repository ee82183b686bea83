#include "app/commands/line_answers.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "app/exit_code.h"
#include "app/line_reader.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "dns/trimmed.h"

namespace mandate::app {
namespace {

using Answer = std::function<Attempt<LineAnswer>(const std::string&)>;

LineAnswer answer_of(const LineReader::Line& line, std::size_t number, const Answer& answer) {
  const auto subject = line.too_long ? std::nullopt : std::optional(std::string(line.text));
  auto found = subject ? answer(*subject) : std::unexpected(line_too_long());
  if (found) return std::move(*found);
  return {line_error(found.error(), number, subject), line_exit_code(found.error())};
}

}  // namespace

boost::json::object line_error(const Failure& failure, std::size_t number,
                               const std::optional<std::string>& subject) {
  return {{"error", json_text(failure.message)},
          {"line", number},
          {"subject", subject ? boost::json::value(json_text(*subject)) : nullptr}};
}

int line_exit_code(const Failure& failure) {
  return failure.exit_code == exit_code::unknown ? exit_code::unknown : exit_code::refused;
}

Failure line_too_long() {
  return {exit_code::usage, fmt::format("the line is longer than {} octets", line_limit)};
}

int answer_lines(std::string_view command, const Answer& answer) {
  auto reader = LineReader::open("-", line_limit);
  if (!reader) return report({exit_code::no_input, reader.error()});
  Progress progress(command, size_of_input());
  int code = exit_code::done;
  for (std::size_t number = 1;; ++number) {
    const auto line = reader->next();
    if (!line) return report({exit_code::no_input, line.error()});
    if (!*line) return code;
    const std::size_t octets = (*line)->text.size() + 1;
    if (dns::trimmed((*line)->text).empty() && !(*line)->too_long) continue;
    const LineAnswer found = answer_of(**line, number, answer);
    code = std::max(code, found.exit_code);
    fmt::print("{}\n", boost::json::serialize(found.value));
    if (std::fflush(stdout) != 0) {
      return report({exit_code::output, fmt::format("cannot write: {}", std::strerror(errno))});
    }
    progress.advance(octets);
  }
}

}  // namespace mandate::app
