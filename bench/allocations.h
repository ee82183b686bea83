// What a program takes from the heap. A program that is linked with allocations.cpp has counting
// operators new and delete.
#pragma once

#include <cstddef>

namespace mandate::bench {

struct Heap {
  std::size_t allocations = 0;  ///< so far
  std::size_t blocks = 0;       ///< held now
  std::size_t bytes = 0;        ///< in them, as the allocator rounds them, without its own words
};

/// Of the thread that asks.
Heap heap();

}  // namespace mandate::bench
