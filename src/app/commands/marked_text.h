// A text with a part of it marked by a caret, as compilers do.
#pragma once

#include <string>
#include <string_view>

#include "app/terminal.h"
#include "mandate/spf/record.h"

namespace mandate::app {

/// Two indented lines: the text, escaped, and a caret under the span's begin with tildes to its
/// end. A span that reaches beyond the text is cut; of a text that a line of a terminal does not
/// take, what stands round the span's begin is shown between dots.
std::string marked_text(std::string_view text, const spf::Span& span, const Palette& palette);

/// The begin of a text, escaped, as far as a line of a terminal takes it.
std::string begin_of(std::string_view text);

}  // namespace mandate::app
