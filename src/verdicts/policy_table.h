// Policies by their domain: a hot domain costs one look-up, and then one in its map.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "mandate/dns/ip_address.h"
#include "resolver/shared_table.h"
#include "resolver/stopwatch.h"
#include "verdicts/policy.h"

namespace mandate::verdicts {

/// Keeps policies as long as they hold, in bounded memory. Domains are given in wire format, in
/// lower case, as `dns::Name::wire` has them. Thread-safe; see `resolver::SharedTable`.
class PolicyTable {
 public:
  explicit PolicyTable(std::size_t most_bytes,
                       resolver::SteadyClock clock = std::chrono::steady_clock::now)
      : watch_(std::move(clock)), table_(most_bytes) {}

  /// What is known of a domain, for as long as it is visited; but the ground is shared.
  struct Known {
    const spf::PolicyView& map;
    const std::shared_ptr<const Ground>& ground;
    std::uint32_t age;  ///< seconds since the facts were learned: the TTL of outcomes is less by it
    std::uint32_t left;  ///< seconds for which the policy still holds
  };

  /// Calls `visit(known)` when a policy of the domain is kept and holds, and says whether it is so.
  template <class Visit>
  bool find(std::string_view domain, const Visit& visit) const {
    bool holds = false;
    const std::uint32_t now = watch_.seconds();
    table_.find(domain, [&](const Kept& kept) {
      holds = kept.until > now;
      // Another thread may have kept it after `now` was read.
      const std::uint32_t age = now - std::min(now, kept.from);
      if (holds) visit(Known{kept.map, kept.ground, age, kept.until - now});
    });
    return holds;
  }

  /// The outcome for a client, with the TTL that is left of it; nothing when no policy of the
  /// domain is kept. What tells of the deciding term has no meaning outside of the map. No
  /// allocation.
  std::optional<spf::PolicyView::Outcome> at(std::string_view domain,
                                             const dns::IpAddress& client) const {
    std::optional<spf::PolicyView::Outcome> outcome;
    find(domain, [&](const Known& known) {
      outcome = known.map.at(client);
      outcome->ttl -= std::min(known.age, outcome->ttl);  // that of a dynamic one may have run out
    });
    return outcome;
  }

  /// The second of now, to be noted before the facts of a policy are asked for.
  std::uint32_t now() const { return watch_.seconds(); }
  /// Keeps a policy whose facts were asked for at second `from`, for as long as it holds. False
  /// when that is over already, or there is no room for it.
  bool keep(std::string_view domain, Policy policy, std::uint32_t from);

  std::size_t size() const { return table_.size(); }    ///< policies kept
  std::size_t bytes() const { return table_.bytes(); }  ///< of memory held, maps and grounds too

 private:
  struct Kept {
    spf::PolicyView map;  // beside it, in one block
    std::shared_ptr<const Ground> ground;
    std::uint32_t from = 0;
    std::uint32_t until = 0;
  };
  /// The key, and what an IPv4 client is looked for in of a map of some thirty pieces. More of them
  /// was no faster when measured.
  static constexpr std::size_t kFetched = 384;

  resolver::Stopwatch watch_;
  resolver::SharedTable<Kept, kFetched> table_;
};

}  // namespace mandate::verdicts
