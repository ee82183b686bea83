// Text without the blanks beside it.
#pragma once

#include <cstddef>
#include <string_view>

namespace mandate::dns {

/// Without any of `blanks` in front and behind; those within stay.
inline std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace mandate::dns
