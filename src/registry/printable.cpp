#include "registry/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace mandate::registry {
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

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (octet >= 0x20 && octet < 0x7F) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\{:03}", octet);
    }
  }
  if (text.size() > limit) out += "...";
  return out;
}

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

}  // namespace mandate::registry
