// A cache of facts before any other lookup.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "resolver/fact_cache.h"
#include "resolver/lookup.h"

namespace mandate::resolver {

/// Gives the facts that a cache of its own has, and asks `source` for the others. A fact that is
/// new has the TTL for which it is kept, within the bounds of the options.
///
/// As a `Lookup`, which is all that a verification takes, it never gives what has ceased to hold.
/// Thread-safe; threads that find what they ask do not wait for each other.
class CachedLookup final : public Lookup {
 public:
  /// `source` must outlive it.
  explicit CachedLookup(Lookup& source, const CacheOptions& options = {},
                        SteadyClock clock = std::chrono::steady_clock::now)
      : source_(source), cache_(options, std::move(clock)) {}

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline deadline) override;

  /// The same for a caller that would rather have an old answer than none: where asking fails, what
  /// was known before is given, as `FactCache::stale` has it. Of another type than `ask`, so that
  /// nobody who decides on permissions gets it unawares.
  std::vector<MaybeStale> ask_or_stale(std::span<const dns::Question> questions, Deadline deadline);

  std::size_t size() const { return cache_.size(); }    ///< answers kept
  std::size_t bytes() const { return cache_.bytes(); }  ///< of memory held; see `SharedTable`

 private:
  std::vector<dns::Fact> learn(std::span<const dns::Question> questions, Deadline deadline);

  Lookup& source_;
  FactCache cache_;
};

}  // namespace mandate::resolver
