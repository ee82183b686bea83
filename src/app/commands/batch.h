// `mandate check --batch`: JSON lines in, JSON lines out.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "resolver/lookup.h"

namespace mandate::app {

/// Answers every line of the file (`-`: standard input) with one line on stdout, in order, each
/// written before the next is read. A line that is wrong is answered with `{"error", "line"}`.
/// 0 when every line was answered with a result, 1 when some line was wrong, or the code of a
/// failure.
int check_batch(const std::string& file, resolver::Lookup& lookup,
                std::chrono::milliseconds timeout);

}  // namespace mandate::app
