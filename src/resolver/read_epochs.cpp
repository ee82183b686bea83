#include "resolver/read_epochs.h"

#include <algorithm>

namespace mandate::resolver {
namespace {

/// A number for the calling thread, the same at each call.
std::size_t thread_number() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1);
  return number;
}

}  // namespace

ReadEpochs::Reading::Reading(const ReadEpochs& epochs) {
  Counters& line = epochs.lines_[thread_number() % kLines];
  for (;;) {
    const std::uint64_t epoch = epochs.now();
    counter_ = &line.reading[epoch % 2];
    counter_->fetch_add(1);
    if (epochs.now() == epoch) return;
    counter_->fetch_sub(1);
  }
}

void ReadEpochs::advance() {
  std::uint64_t epoch = now();
  const bool all_gone = std::ranges::all_of(
      lines_, [&](const Counters& line) { return line.reading[(epoch + 1) % 2].load() == 0; });
  if (all_gone) epoch_.compare_exchange_strong(epoch, epoch + 1);
}

}  // namespace mandate::resolver
