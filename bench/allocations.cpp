#include "allocations.h"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace mandate::bench {
namespace {
thread_local Heap counted;
}  // namespace

Heap heap() {
  return counted;
}

}  // namespace mandate::bench

// The operators for arrays and those that do not throw go through these; nothing here is
// over-aligned.
void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);  // NOLINT(*-no-malloc,*-owning-memory)
  if (memory == nullptr) throw std::bad_alloc();
  ++mandate::bench::counted.allocations;
  ++mandate::bench::counted.blocks;
  mandate::bench::counted.bytes += malloc_usable_size(memory);
  return memory;
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  --mandate::bench::counted.blocks;
  mandate::bench::counted.bytes -= malloc_usable_size(memory);
  std::free(memory);  // NOLINT(*-no-malloc,*-owning-memory)
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
