#include "advice/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace mandate::advice {

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

}  // namespace mandate::advice
