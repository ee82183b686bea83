// Eight octets at a time, as one number: texts of the DNS are short, and looked at often.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mandate::dns {

inline constexpr std::uint64_t kOnes8 = 0x0101010101010101U;
inline constexpr std::uint64_t kHigh8 = 0x8080808080808080U;

/// The first octet is the lowest of the number.
inline std::uint64_t load8(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? word : std::byteswap(word);
}

/// Less than eight octets; the others of the number are zero.
inline std::uint64_t load_less_than8(const char* at, std::size_t count) {
  const auto octet = [&](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  };
  if (count >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + count - 4, 4);
    if constexpr (std::endian::native != std::endian::little) {
      first = std::byteswap(first);
      last = std::byteswap(last);
    }
    return first | std::uint64_t{last} << (8 * (count - 4));
  }
  // Of one to three octets all, some of them twice.
  return count == 0 ? 0 : octet(0) | octet(count / 2) | octet(count - 1);
}

/// Gives a text to `use(word, at)` eight octets at a time; what is behind its end is zero.
template <class Use>
void for_each8(std::string_view text, const Use& use) {
  const std::size_t size = text.size();
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) use(load8(text.data() + at), at);
  const std::size_t left = size - at;
  if (left == 0) return;
  use(size < 8 ? load_less_than8(text.data(), size)
               : load8(text.data() + size - 8) >> (8 * (8 - left)),
      at);
}

inline void store8(char* at, std::uint64_t word) {
  if constexpr (std::endian::native != std::endian::little) word = std::byteswap(word);
  std::memcpy(at, &word, sizeof word);
}

/// The highest bit of each octet that is `c`, exactly.
inline std::uint64_t equal8(std::uint64_t word, char c) {
  const std::uint64_t x = word ^ (kOnes8 * static_cast<unsigned char>(c));
  return ~(((x & ~kHigh8) + ~kHigh8) | x | ~kHigh8);
}

/// Which octet, in the order of memory, the first bit of `equal8` is of; at least one is set.
inline std::size_t first8(std::uint64_t bits) {
  return static_cast<std::size_t>(std::countr_zero(bits)) / 8;
}

/// The highest bit of each octet from `first` to `last`, which are ASCII.
inline std::uint64_t between8(std::uint64_t word, char first, char last) {
  const std::uint64_t low = word & ~kHigh8;
  const std::uint64_t from_first = low + kOnes8 * static_cast<unsigned char>(0x80 - first);
  const std::uint64_t behind_last = low + kOnes8 * static_cast<unsigned char>(0x7f - last);
  return from_first & ~behind_last & ~word & kHigh8;
}

/// A to Z become a to z.
inline std::uint64_t lower8(std::uint64_t word) {
  return word + (between8(word, 'A', 'Z') >> 2);
}

}  // namespace mandate::dns
