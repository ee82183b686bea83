// Eight octets at a time, as one number: texts of the DNS are short, and looked at often.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mandate::spf {

inline constexpr std::uint64_t kOnes8 = 0x0101010101010101U;
inline constexpr std::uint64_t kHigh8 = 0x8080808080808080U;

/// The first octet is the lowest of the number.
inline std::uint64_t load8(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? word : std::byteswap(word);
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

/// A to Z become a to z.
inline std::uint64_t lower8(std::uint64_t word) {
  const std::uint64_t low = word & ~kHigh8;
  const std::uint64_t from_a = low + kOnes8 * (0x80 - 'A');
  const std::uint64_t behind_z = low + kOnes8 * (0x7f - 'Z');
  return word + (((from_a & ~behind_z & ~word & kHigh8)) >> 2);
}

}  // namespace mandate::spf
