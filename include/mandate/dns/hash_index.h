// The numbers of things in a row, found by the hash of what names them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mandate::dns {

/// An open-addressed table, at most half full. A value type; const functions may be called from
/// several threads at once.
class HashIndex {
 public:
  /// The number, from 1, that was added with that hash and for which `is_it(number)` holds; 0 when
  /// there is none.
  template <class IsIt>
  std::uint32_t find(std::size_t hash, const IsIt& is_it) const {
    if (slots_.empty()) return 0;
    const auto tag = static_cast<std::uint32_t>(hash);
    for (std::size_t at = place(tag); slots_[at].number != 0; at = place(at + 1)) {
      if (slots_[at].tag == tag && is_it(slots_[at].number)) return slots_[at].number;
    }
    return 0;
  }

  /// Adds a number, from 1, that is not there.
  void add(std::size_t hash, std::size_t number) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    put({static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(number)});
    ++count_;
  }

  /// Takes all numbers out.
  void clear() {
    std::ranges::fill(slots_, Slot());
    count_ = 0;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;  ///< of the hash: spares most comparisons of names
    std::uint32_t number = 0;
  };

  std::size_t place(std::size_t tag) const { return tag & (slots_.size() - 1); }
  void put(Slot slot) {
    std::size_t at = place(slot.tag);
    while (slots_[at].number != 0) at = place(at + 1);
    slots_[at] = slot;
  }
  void grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(16, old.size() * 2), Slot());
    for (const Slot& slot : old) {
      if (slot.number != 0) put(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, or none
  std::size_t count_ = 0;
};

}  // namespace mandate::dns
