#include "app/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "dns/utf8.h"

namespace mandate::app {
namespace {

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
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
  if (dns::is_utf8(octets)) return std::string(octets);
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
