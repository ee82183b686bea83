#include "dns/utf8.h"

#include <cstddef>
#include <cstdint>

namespace mandate::dns {
namespace {

struct Lead {
  std::size_t tail = 0;         // octets that follow
  std::uint8_t lowest = 0x80;   // bounds of the first of them: no overlong forms, no surrogates,
  std::uint8_t highest = 0xBF;  // nothing behind U+10FFFF
  bool valid = true;
};

// The table of RFC 3629 section 4.
Lead lead(std::uint8_t octet) {
  if (octet < 0x80) return {.tail = 0};
  if (octet >= 0xC2 && octet <= 0xDF) return {.tail = 1};
  if (octet == 0xE0) return {.tail = 2, .lowest = 0xA0};
  if (octet == 0xED) return {.tail = 2, .highest = 0x9F};
  if (octet >= 0xE1 && octet <= 0xEF) return {.tail = 2};
  if (octet == 0xF0) return {.tail = 3, .lowest = 0x90};
  if (octet >= 0xF1 && octet <= 0xF3) return {.tail = 3};
  if (octet == 0xF4) return {.tail = 3, .highest = 0x8F};
  return {.valid = false};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Lead head = lead(static_cast<std::uint8_t>(text[i]));
    if (!head.valid || text.size() - i <= head.tail) return false;
    for (std::size_t k = 1; k <= head.tail; ++k) {
      const auto octet = static_cast<std::uint8_t>(text[i + k]);
      const std::uint8_t lowest = k == 1 ? head.lowest : std::uint8_t{0x80};
      const std::uint8_t highest = k == 1 ? head.highest : std::uint8_t{0xBF};
      if (octet < lowest || octet > highest) return false;
    }
    i += head.tail + 1;
  }
  return true;
}

bool has_control_character(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(utf8[i]);
    const std::string_view rest = utf8.substr(i);
    if (octet < 0x20 || octet == 0x7F) return true;
    const bool c1 = rest.size() >= 2 && rest[0] == '\xC2' &&
                    (static_cast<std::uint8_t>(rest[1]) & 0xE0U) == 0x80U;
    if (c1 || rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return true;
  }
  return false;
}

}  // namespace mandate::dns
