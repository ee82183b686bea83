#include "app/json_writer.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "app/terminal.h"

namespace mandate::app {
namespace {

using Block [[gnu::vector_size(16)]] = unsigned char;  // what is looked at together
constexpr std::size_t kBlock = sizeof(Block);

/// Whether all octets are visible ASCII or spaces that stand for themselves; `size` is rounded up
/// to whole blocks.
bool is_plain(const char* octets, std::size_t size) {
  Block others{};
  for (std::size_t at = 0; at < size; at += kBlock) {
    Block block;
    std::memcpy(&block, octets + at, kBlock);
    others |= static_cast<Block>((block - 0x20 > 0x7e - 0x20) | (block == '"') | (block == '\\'));
  }
  const auto [low, high] = std::bit_cast<std::array<std::uint64_t, 2>>(others);
  return (low | high) == 0;
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

/// What is behind the octets, up to a whole block, is filled with spaces, which are plain.
bool JsonWriter::put_plain(std::string_view octets) {
  char* const begin = stage_.data() + staged_;
  std::memcpy(begin, octets.data(), octets.size());
  std::memset(begin + octets.size(), ' ', kBlock);
  if (!is_plain(begin, octets.size())) return false;
  staged_ += octets.size();
  return true;
}

void JsonWriter::string(std::string_view octets) {
  make_room(2);
  separate();
  put('"');
  while (!octets.empty()) {
    const std::string_view part = octets.substr(0, kStage / 2);
    make_room(part.size() + kBlock);
    if (!put_plain(part)) break;
    octets.remove_prefix(part.size());
  }
  if (!octets.empty()) {
    for (const char c : json_text(octets)) {
      const std::string escaped = escape(c);
      make_room(escaped.size());
      put(escaped);
    }
  }
  make_room(1);
  put('"');
}

}  // namespace mandate::app
