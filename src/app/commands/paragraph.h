// Text in lines that a terminal takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mandate::app {

/// The text broken at spaces into lines of at most 78 columns, each with its end: the first behind
/// `lead`, the others indented as far. A word that is longer stays whole, and so does what stands
/// between backticks, since it is there to be pasted. The text is to be safe to print.
std::string paragraph(std::string_view lead, std::string_view text);

}  // namespace mandate::app
