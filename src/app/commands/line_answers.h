// Lines of standard input, each answered with one JSON object on a line.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "app/failure.h"

namespace mandate::app {

struct LineAnswer {
  boost::json::value value;
  int exit_code = 0;
};

/// Answers every line that is not empty, in order, each before the next is read; one that cannot be
/// answered with `{"error", "line", "subject"}`. On a terminal stderr shows how far it has come.
/// The greatest of the answers' exit codes, which says most: of failures 3 where the DNS could not
/// be asked, else 1; or the code of an input or output that fails.
int answer_lines(std::string_view command,
                 const std::function<Attempt<LineAnswer>(const std::string& line)>& answer);

}  // namespace mandate::app
