// Changes of parts of a text that leave the rest of it byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mandate/spf/record.h"

namespace mandate::advice {

struct TextEdit {
  spf::Span span;    ///< of the text as it was
  std::string text;  ///< what stands there then; empty removes it, with the space in front
};

/// All of them, in any order; of those that overlap the first one.
std::string edited(std::string_view text, std::vector<TextEdit> edits);

}  // namespace mandate::advice
