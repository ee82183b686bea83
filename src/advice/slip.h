// Words that were mistyped.
#pragma once

#include <string_view>

namespace mandate::advice {

/// At most one letter more, fewer or other than in `meant`, or two neighbours exchanged.
bool is_one_slip_from(std::string_view word, std::string_view meant);

}  // namespace mandate::advice
