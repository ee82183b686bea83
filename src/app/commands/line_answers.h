// Lines of standard input, each answered with one JSON object on a line.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/failure.h"

namespace mandate::app {

struct LineAnswer {
  boost::json::value value;
  int exit_code = 0;
};

/// What a line is answered with that cannot be answered: `{"error", "line", "subject"}`, the subject
/// null where the line is too long to be told.
boost::json::object line_error(const Failure& failure, std::size_t number,
                               const std::optional<std::string>& subject);

/// The exit code that such a line comes to: 3 where the DNS could not be asked, else 1.
int line_exit_code(const Failure& failure);

/// Longer lines, in octets, are not taken.
inline constexpr std::size_t line_limit = std::size_t{64} << 10;

Failure line_too_long();

/// Answers every line that is not empty, in order, each before the next is read; one that cannot be
/// answered with `{"error", "line", "subject"}`. On a terminal stderr shows how far it has come.
/// The greatest of the answers' exit codes, which says most: of failures 3 where the DNS could not
/// be asked, else 1; or the code of an input or output that fails.
int answer_lines(std::string_view command,
                 const std::function<Attempt<LineAnswer>(const std::string& line)>& answer);

}  // namespace mandate::app
