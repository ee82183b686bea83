// Who comes for the second time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mandate::resolver {

/// Remembers what it has met, so that a cache keeps only what is asked again: of very many names
/// most are met once, and keeping them costs more than asking twice for the others. It has 32 KiB,
/// since what is touched at random must stay in the processor's cache; forgets all after 25,000 new
/// names; and by chance takes about every tenth at most for known. Thread-safe: of what threads add
/// or count at the same moment some may be lost, which is cheaper than to lock the line of memory
/// for each name.
class Doorkeeper {
 public:
  /// Whether that hash was met before; from now on it was.
  bool knows(std::size_t hash) {
    const std::size_t bit = mix(hash) % (64 * word_count);
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    std::atomic<std::uint64_t>& word = words_[bit / 64];
    const std::uint64_t marks = word.load(std::memory_order_relaxed);
    if ((marks & mask) != 0) return true;
    word.store(marks | mask, std::memory_order_relaxed);
    const std::size_t met = met_.load(std::memory_order_relaxed) + 1;
    met_.store(met, std::memory_order_relaxed);
    if (met >= most) forget();
    return false;
  }

 private:
  static constexpr std::size_t most = 25'000;
  static constexpr std::size_t word_count = std::size_t{1} << 12;

  static std::uint64_t mix(std::uint64_t hash) {
    hash *= 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 29;
  }
  void forget() {
    for (auto& word : words_) word.store(0, std::memory_order_relaxed);
    met_.store(0, std::memory_order_relaxed);
  }

  using Words = std::vector<std::atomic<std::uint64_t>>;
  Words words_ = Words(word_count);
  std::atomic<std::size_t> met_{0};
};

}  // namespace mandate::resolver
