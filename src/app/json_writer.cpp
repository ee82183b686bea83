#include "app/json_writer.h"

#include <cstdint>

#include "app/terminal.h"
#include "dns/octets8.h"

namespace mandate::app {
namespace {

/// Whether all octets are visible ASCII or spaces that stand for themselves.
bool is_plain(std::string_view octets) {
  // The highest bit of an octet is set when it was before, or when something was taken from less.
  std::uint64_t others = 0;
  const auto is = [](std::uint64_t word, char c) {
    return (word ^ (dns::kOnes8 * static_cast<unsigned char>(c))) - dns::kOnes8;
  };
  dns::for_each8(octets, [&](std::uint64_t word, std::size_t at) {
    // What is behind the end is no octet of the text.
    if (octets.size() - at < 8) word |= dns::kOnes8 * ' ' << (8 * (octets.size() - at));
    others |= word | (word - dns::kOnes8 * ' ') | is(word, 0x7f) | is(word, '"') | is(word, '\\');
  });
  return (others & dns::kHigh8) == 0;
}

/// One that is not plain (RFC 8259 section 7).
std::string escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return {'\\', c};
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (static_cast<std::uint8_t>(c) >= 0x20) return {c};
  return fmt::format("\\u{:04x}", static_cast<std::uint8_t>(c));
}

}  // namespace

void JsonWriter::string(std::string_view octets) {
  separate();
  add('"');
  if (is_plain(octets)) {
    add(octets);
  } else {
    for (const char c : json_text(octets)) add(escape(c));
  }
  add('"');
}

}  // namespace mandate::app
