#include "app/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace mandate::app {
namespace {

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

/// The length of the well-formed UTF-8 sequence that `text` begins with, or 0 (RFC 3629 section 4:
/// no overlong form, no surrogate, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const std::uint8_t first = octet(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(text[i]) & 0xc0) != 0x80) return 0;
  }
  const std::uint8_t second = octet(text[1]);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_printable(char c) {
  return octet(c) >= 0x20 && octet(c) < 0x7f;
}

/// The text with every octet that may not stay as `\xHH`, and a backslash as `\\`.
std::string shown(std::string_view text, bool (*may_stay)(char)) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (may_stay(c)) {
      out += c;
    } else {
      out += c == '\\' ? std::string("\\\\") : fmt::format("\\x{:02x}", octet(c));
    }
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view text) {
  return shown(text, [](char c) { return is_printable(c) && c != '\\'; });
}

std::string printable(std::string_view sentence) {
  return shown(sentence, is_printable);
}

std::string json_text(std::string_view octets) {
  if (is_utf8(octets)) return std::string(octets);
  return shown(octets, [](char c) { return octet(c) < 0x80; });
}

bool shows_colour(int file_descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* kind = std::getenv("TERM");
  if (kind == nullptr || std::string_view(kind) == "dumb") return false;
  return ::isatty(file_descriptor) == 1;
}

std::string Palette::wrap(std::string_view code, std::string_view text) const {
  return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace mandate::app
