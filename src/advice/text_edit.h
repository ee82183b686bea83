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

/// All of them, in any order; of those that overlap the first one, of those that begin
/// together the one given first.
std::string edited(std::string_view text, std::vector<TextEdit> edits);

/// The one edit that makes a text another: the words from the first that differs to the last.
TextEdit changed_words(std::string_view before, std::string_view after);

}  // namespace mandate::advice
