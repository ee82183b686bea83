// What the table of policies is measured beside: the same maps by the same names, in hash tables
// that anybody would take, behind the locks that they need.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "mandate/spf/policy_map.h"

namespace mandate::bench {

/// A map with the second at which it ceases to hold.
struct KeptMap {
  spf::PolicyMap map;
  std::chrono::steady_clock::time_point until;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

/// The map's outcome for a client, while the map holds.
inline std::optional<spf::PolicyMap::Outcome> outcome_of(const KeptMap& kept,
                                                         const dns::IpAddress& client) {
  if (kept.until <= std::chrono::steady_clock::now()) return std::nullopt;
  return kept.map.at(client);
}

/// std::unordered_map, the maps in its nodes, behind one lock for readers and writers.
class OneLock {
 public:
  void keep(std::string_view domain, KeptMap map) {
    const std::scoped_lock lock(mutex_);
    maps_.insert_or_assign(std::string(domain), std::move(map));
  }
  std::optional<spf::PolicyMap::Outcome> at(std::string_view domain,
                                            const dns::IpAddress& client) const {
    const std::shared_lock lock(mutex_);
    const auto found = maps_.find(domain);
    if (found == maps_.end()) return std::nullopt;
    return outcome_of(found->second, client);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, KeptMap, TextHash, std::equal_to<>> maps_;
};

/// boost::unordered_flat_map in 64 shards with a lock each, of maps that a reader takes a share of
/// and looks at outside of the lock.
class ShardedLocks {
 public:
  void keep(std::string_view domain, KeptMap map) {
    Shard& shard = shards_[shard_of(domain)];
    const std::scoped_lock lock(shard.mutex);
    shard.maps.insert_or_assign(std::string(domain),
                                std::make_shared<const KeptMap>(std::move(map)));
  }
  std::optional<spf::PolicyMap::Outcome> at(std::string_view domain,
                                            const dns::IpAddress& client) const {
    std::shared_ptr<const KeptMap> kept;
    {
      const Shard& shard = shards_[shard_of(domain)];
      const std::shared_lock lock(shard.mutex);
      const auto found = shard.maps.find(domain);
      if (found == shard.maps.end()) return std::nullopt;
      kept = found->second;
    }
    return outcome_of(*kept, client);
  }

 private:
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    boost::unordered_flat_map<std::string, std::shared_ptr<const KeptMap>, TextHash,
                              std::equal_to<>>
        maps;
  };
  static std::size_t shard_of(std::string_view domain) { return TextHash()(domain) >> 58; }

  std::array<Shard, 64> shards_;
};

}  // namespace mandate::bench
