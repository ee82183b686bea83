// The qualifier of a term as it is written (RFC 7208 section 4.6.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace mandate::advice {

inline constexpr std::string_view kQualifiers = "+-~?";

/// How many octets the qualifier in front of a term takes: one, or none.
inline std::size_t qualifier_size(std::string_view term) {
  return !term.empty() && kQualifiers.contains(term.front()) ? 1 : 0;
}

}  // namespace mandate::advice
