// Facts kept as long as they hold.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "resolver/lookup.h"
#include "resolver/shared_table.h"
#include "resolver/stopwatch.h"

namespace mandate::resolver {

/// Seconds: a shorter time to live is taken for `least`, a longer one for `most`.
struct TtlBounds {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
};

struct CacheOptions {
  std::size_t most_bytes = std::size_t{64} << 20;
  TtlBounds found{0, 86'400};
  /// RFC 2308 section 5 asks for a bound of one to three hours. A negative answer without SOA,
  /// whose TTL is zero, is never kept.
  TtlBounds negative{0, 10'800};
  /// Of failures: `least` of the first one, and for each that follows twice as long as of the one
  /// before, up to `most` (RFC 9520 section 3.2). Both lie within one second and five minutes,
  /// whatever is given (RFC 2308 section 7).
  TtlBounds failed{5, 300};
  /// A failure that came by the caller's deadline is kept only when it left as long as this: a
  /// short one says more of the caller than of the servers.
  std::chrono::milliseconds patience{1000};
  /// Seconds for which an answer is kept behind its time to live, for `stale` alone (RFC 8767
  /// section 5 suggests one to three days). Zero: not at all.
  std::uint32_t stale_for = 0;
};

/// An answer that may be out of date.
struct MaybeStale {
  dns::Fact fact;
  std::uint32_t stale = 0;  ///< seconds since it ceased to hold; zero of a fact that holds
};

/// A fact from here has the TTL that is left of it (zero, as ever, of a failure); when it was
/// learned and who gave it stay.
///
/// Each question stands for itself: a name that does not exist for one type is asked for another,
/// since there are servers that deny a name to some types only.
///
/// Thread-safe; threads that find what they ask do not wait for each other.
class FactCache {
 public:
  /// When a question was asked, and until when its answer was waited for.
  struct Asking {
    std::chrono::steady_clock::time_point begun;
    Deadline deadline;
  };

  explicit FactCache(const CacheOptions& options = {},
                     SteadyClock clock = std::chrono::steady_clock::now);

  /// The time, to be noted as the beginning of an asking.
  std::chrono::steady_clock::time_point now() const { return watch_.now(); }

  /// A fact that holds; nothing when none is known.
  std::optional<dns::Fact> find(const dns::Question& question) const;

  /// Takes a fact that was just learned. Its TTL becomes that for which it is kept, within the
  /// bounds of the options.
  void keep(dns::Fact& fact, const Asking& asking);

  /// What was known before, where asking has failed: with a TTL of 30 seconds (RFC 8767 section 4)
  /// when it holds no more, and for `stale_for` at most.
  std::optional<MaybeStale> stale(const dns::Question& question) const;

  std::size_t size() const { return table_.size(); }    ///< answers kept
  std::size_t bytes() const { return table_.bytes(); }  ///< of memory held; see `SharedTable`

 private:
  struct Kept {
    dns::Fact fact;  // without its question, which is the key
    std::uint32_t until = 0;
    std::uint32_t failed_for = 0;           // of a failure: for how long it is kept
    std::unique_ptr<const Kept> last_good;  // behind a failure, where stale answers are kept
  };

  void keep_answer(dns::Fact& fact, std::uint32_t from, std::uint32_t now);
  void keep_failure(const dns::Fact& fact, std::uint32_t now);
  void put(const dns::Question& question, Kept kept, std::uint32_t now);
  /// What may be given in the place of a failure, or null.
  const Kept* last_good(const Kept& kept, std::uint32_t now) const;

  CacheOptions options_;
  Stopwatch watch_;
  SharedTable<Kept> table_;
};

}  // namespace mandate::resolver
