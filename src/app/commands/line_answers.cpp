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

namespace mandate::app {
namespace {

constexpr std::size_t kLineLimit = std::size_t{64} << 10;

using Answer = std::function<Attempt<LineAnswer>(const std::string&)>;

Attempt<LineAnswer> attempt(const LineReader::Line& line, const Answer& answer) {
  if (!line.too_long) return answer(line.text);
  return fail(exit_code::usage, fmt::format("the line is longer than {} octets", kLineLimit));
}

LineAnswer answer_of(const LineReader::Line& line, std::size_t number, const Answer& answer) {
  auto found = attempt(line, answer);
  if (found) return std::move(*found);
  const Failure& failure = found.error();
  const bool unknown = failure.exit_code == exit_code::unknown;
  return {{{"error", json_text(failure.message)},
           {"line", number},
           {"subject", line.too_long ? nullptr : boost::json::value(json_text(line.text))}},
          unknown ? exit_code::unknown : exit_code::refused};
}

}  // namespace

int answer_lines(std::string_view command, const Answer& answer) {
  auto reader = LineReader::open("-", kLineLimit);
  if (!reader) return report({exit_code::no_input, reader.error()});
  Progress progress(command, size_of_input());
  int code = exit_code::done;
  for (std::size_t number = 1;; ++number) {
    const auto line = reader->next();
    if (!line) return report({exit_code::no_input, line.error()});
    if (!*line) return code;
    const std::size_t octets = (*line)->text.size() + 1;
    if (octets == 1 && !(*line)->too_long) continue;
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
