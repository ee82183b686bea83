// Who comes for the second time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mandate::resolver {

/// Remembers what it has met, in 128 KiB, so that a cache keeps only what is asked again: of very
/// many names most are met once, and keeping them costs more than asking twice for the others. It
/// forgets all after 100,000 new ones; by chance, every tenth at most is taken for known.
/// Thread-safe.
class Doorkeeper {
 public:
  /// Whether that hash was met before; from now on it was.
  bool knows(std::size_t hash) {
    const std::size_t bit = mix(hash) % (64 * words_.size());
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if ((words_[bit / 64].fetch_or(mask, std::memory_order_relaxed) & mask) != 0) return true;
    if (met_.fetch_add(1, std::memory_order_relaxed) + 1 == most) forget();
    return false;
  }

 private:
  static constexpr std::size_t most = 100'000;

  static std::uint64_t mix(std::uint64_t hash) {
    hash *= 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 29;
  }
  void forget() {
    for (auto& word : words_) word.store(0, std::memory_order_relaxed);
    met_.store(0, std::memory_order_relaxed);
  }

  using Words = std::vector<std::atomic<std::uint64_t>>;
  Words words_ = Words(std::size_t{1} << 14);
  std::atomic<std::size_t> met_{0};
};

}  // namespace mandate::resolver
