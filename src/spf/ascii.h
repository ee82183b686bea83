// ASCII as the grammar of RFC 7208 uses it: independent of the locale, safe on every octet.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace mandate::spf {

constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alphanum(char c) {
  return is_alpha(c) || is_digit(c);
}
constexpr bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
/// A visible character: %x21 to %x7E.
constexpr bool is_visible(char c) {
  return c > 0x20 && c < 0x7f;
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

/// Keywords are compared without regard to case (RFC 7208 section 4.6.1).
inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

/// A name without the dot of the root at its end.
constexpr std::string_view without_final_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

}  // namespace mandate::spf
