#include "app/json_writer.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "app/terminal.h"
#include "dns/octets8.h"

namespace mandate::app {
namespace {

using Block [[gnu::vector_size(16)]] = unsigned char;  // what is looked at together
constexpr std::size_t kBlock = sizeof(Block);

/// Of each octet whether it is other than visible ASCII and spaces that stand for themselves.
Block others_in(Block block) {
  return static_cast<Block>((block - 0x20 > 0x7e - 0x20) | (block == '"') | (block == '\\'));
}

Block block_at(const char* octets) {
  Block block;
  std::memcpy(&block, octets, kBlock);
  return block;
}

/// Of less octets than a block: some of them twice, and spaces.
Block block_of(std::string_view octets) {
  const std::size_t size = octets.size();
  const char* const begin = octets.data();
  std::array<std::uint64_t, 2> words{};
  if (size >= 8) {
    words = {dns::load8(begin), dns::load8(begin + size - 8)};
  } else {
    words.fill(dns::load_less_than8(begin, size) | dns::kOnes8 * ' ' << (8 * size));
  }
  return std::bit_cast<Block>(words);
}

/// Whether all octets are visible ASCII or spaces that stand for themselves.
bool is_plain(std::string_view octets) {
  Block others{};
  if (octets.size() < kBlock) {
    others = others_in(block_of(octets));
  } else {
    const char* const last = octets.data() + octets.size() - kBlock;
    for (const char* at = octets.data(); at < last; at += kBlock) others |= others_in(block_at(at));
    others |= others_in(block_at(last));
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

void JsonWriter::string(std::string_view octets) {
  if (octets.size() <= kStage / 2 && is_plain(octets)) {
    make_room(octets.size() + 3);
    separate();
    put('"');
    put(octets);
    return put('"');
  }
  make_room(2);
  separate();
  put('"');
  for (const char c : json_text(octets)) {
    const std::string escaped = escape(c);
    make_room(escaped.size());
    put(escaped);
  }
  make_room(1);
  put('"');
}

}  // namespace mandate::app
