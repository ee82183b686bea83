// Readers that are never waited for: how a shared table knows that nobody looks any more at what
// was taken out of it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mandate::resolver {

/// Epoch-based reclamation (Fraser, 2004) with counters in the place of a list of threads.
///
/// A reader says that it is there in a counter of its own thread's cache line, so that readers
/// touch nothing of each other's. A writer unlinks a thing, notes `now()`, and frees the thing once
/// `now()` is two higher. Why that is safe: a reader counts itself under the parity of an epoch `e`
/// and sees after it that the epoch is still `e`. The step from `e + 1` to `e + 2` asks that
/// nobody is counted under the parity of `e`, so while the reader reads, the epoch is at most
/// `e + 1`. What the reader can reach was unlinked after it came, thus noted at `e` or later, and
/// waits for `e + 2`. This needs one order of all that happens: every access here, and to the links
/// of the table, is sequentially consistent, which on x86 costs a reader no more than any order.
///
/// Thread-safe.
class ReadEpochs {
  struct alignas(64) Counters {
    std::array<std::atomic<std::uint32_t>, 2> reading{};  // by the parity of the epoch
  };

 public:
  /// A reader, for as long as it lives. To be short: nothing is freed meanwhile.
  class Reading {
   public:
    explicit Reading(const ReadEpochs& epochs);
    ~Reading() { counter_->fetch_sub(1); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    std::atomic<std::uint32_t>* counter_ = nullptr;
  };

  /// The epoch, to be noted after a thing was unlinked.
  std::uint64_t now() const { return epoch_.load(); }
  /// Begins the next epoch, unless readers of the last one are still there.
  void advance();

 private:
  /// More threads share lines, which costs them time and nothing else.
  static constexpr std::size_t kLines = 64;

  std::atomic<std::uint64_t> epoch_{0};
  mutable std::array<Counters, kLines> lines_{};
};

}  // namespace mandate::resolver
