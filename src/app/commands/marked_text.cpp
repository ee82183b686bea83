#include "app/commands/marked_text.h"

#include <fmt/core.h>

#include <algorithm>

namespace mandate::app {

std::string marked_text(std::string_view text, const spf::Span& span, const Palette& palette) {
  // The marks are placed in the escaped text, where one octet may take four columns.
  const std::size_t begin = std::min(span.begin, text.size());
  const std::size_t end = std::clamp(span.end, begin, text.size());
  const std::size_t column = escaped(text.substr(0, begin)).size();
  const std::size_t width = escaped(text.substr(begin, end - begin)).size();
  return fmt::format("  {}\n  {:{}}{}\n", escaped(text), "", column,
                     palette.strong("^" + std::string(width > 0 ? width - 1 : 0, '~')));
}

}  // namespace mandate::app
