// Which words of a text another one no longer has, and which it has beyond it.
#pragma once

#include <string_view>
#include <vector>

#include "mandate/spf/record.h"

namespace mandate::advice {

struct WordChange {
  std::vector<spf::Span> removed;  ///< in the old text, in order
  std::vector<spf::Span> added;    ///< in the new text, in order
};

/// The fewest words, parted by spaces, whose removal and addition make the new text of the old one.
/// Of texts that differ in thousands of words, all between the first and the last difference.
WordChange word_change(std::string_view old_text, std::string_view new_text);

}  // namespace mandate::advice
