// What a program takes from the heap. A program that is linked with allocations.cpp has counting
// operators new and delete.
#pragma once

#include <cstddef>

namespace mandate::bench {

struct Heap {
  std::size_t allocations = 0;  ///< so far
  std::size_t bytes = 0;        ///< held now, as the allocator rounds them
};

/// Of the thread that asks.
Heap heap();

}  // namespace mandate::bench
