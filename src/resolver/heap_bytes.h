// What things take of the heap, so that a bound on memory means the memory of the machine.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "mandate/dns/facts.h"

namespace mandate::resolver {

/// What the allocator sets aside for a block of `size` octets: glibc writes a length before it and
/// gives whole sixteens, thirty-two at least.
constexpr std::size_t heap_block(std::size_t size) {
  return size == 0 ? 0 : std::max<std::size_t>(32, (size + 8 + 15) / 16 * 16);
}

/// Nothing of a text that is short enough to stand in the string itself.
inline std::size_t heap_bytes(const std::string& text) {
  static const std::size_t in_place = std::string().capacity();
  return text.capacity() > in_place ? heap_block(text.capacity() + 1) : 0;
}

/// Of the elements alone, not of what they hold.
template <class Element>
std::size_t heap_bytes(const std::vector<Element>& elements) {
  return heap_block(elements.capacity() * sizeof(Element));
}

/// Of all that a fact holds, the fact itself left out.
std::size_t heap_bytes(const dns::Fact& fact);

}  // namespace mandate::resolver
