// A hash table of bounded memory that many threads read without waiting for anybody.
//
// Entries hang in chains from the buckets of a shard. A shard has a lock for its writers; readers
// take none and write to no memory that another reader looks at, but for a mark on an entry that is
// wanted for the first time in a while. What is taken out is freed when no reader can see it any
// more (read_epochs.h). When there is no room, a hand goes round the buckets (CLOCK: Corbato,
// 1968): it takes out what is spent and what nobody has wanted since it last passed.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/heap_bytes.h"
#include "resolver/keyed_hash.h"
#include "resolver/read_epochs.h"

namespace mandate::resolver {

/// Values by octet strings of at most 65,535. Thread-safe; must outlive its readers. `kFetched` are
/// the octets of an entry, from its front, that a reader will look at.
template <class Value, std::size_t kFetched = std::min<std::size_t>(sizeof(Value), 256)>
class SharedTable {
 public:
  /// `most_bytes` bounds what `bytes` counts, always. The bound is of the shards together: from a
  /// megabyte a shard on there are several, and a value must find room within one.
  explicit SharedTable(std::size_t most_bytes)
      : shards_(std::bit_floor(std::clamp<std::size_t>(most_bytes >> 20, 1, kMostShards))),
        most_bytes_(most_bytes / shards_.size()) {}
  ~SharedTable() {
    for (Shard& shard : shards_) {
      for (const Link& head : shard.buckets.load()->heads) {
        for (Entry* entry = head.load(); entry != nullptr;) {
          const Owned owned(std::exchange(entry, entry->next.load()));
        }
      }
      delete shard.buckets.load();  // atomic, hence bare
    }
  }
  SharedTable(const SharedTable&) = delete;
  SharedTable& operator=(const SharedTable&) = delete;

  /// Calls `visit(value)` when the key is there, and says whether it is. The value must not be
  /// looked at later; nothing taken out of the table is freed while `visit` runs. While a shard
  /// grows, what is there may not be found.
  template <class Visit>
  bool find(std::string_view key, const Visit& visit) const {
    const std::uint64_t hash = hash_(key);
    const ReadEpochs::Reading reading(epochs_);
    const Buckets& buckets = *shard_of(hash).buckets.load();
    for (Entry* entry = buckets.of(hash).load(); entry != nullptr; entry = entry->next.load()) {
      prefetch(*entry);
      if (!entry->is(hash, key)) continue;
      // Most often it is marked already, and then its cache line stays shared.
      if (!entry->wanted.load(std::memory_order_relaxed)) {
        entry->wanted.store(true, std::memory_order_relaxed);
      }
      visit(std::as_const(entry->value));
      return true;
    }
    return false;
  }

  /// Puts a value in the place of what the key has. `held` are the bytes that the value holds on
  /// the heap; from the second `spent_at` on it is worth nothing and goes first. False when there
  /// is no room for it: it takes more than an eighth of its shard, or readers linger.
  bool put(std::string_view key, Value value, std::size_t held, std::uint32_t spent_at,
           std::uint32_t now) {
    return put_beside(key, 0, [&](std::byte*) { return std::move(value); }, held, spent_at, now);
  }

  /// Likewise a value with some octets beside it in one block of memory, so that who reads it waits
  /// for one place only. `make(room)` writes `size` of them, where a std::uint64_t may lie, and
  /// gives the value, which may point to them.
  template <class Make>
  bool put_beside(std::string_view key, std::size_t size, const Make& make, std::size_t held,
                  std::uint32_t spent_at, std::uint32_t now) {
    const std::uint64_t hash = hash_(key);
    const std::size_t block = room_behind(key) + size;
    const std::size_t bytes = heap_block(block) + held;
    if (bytes > most_bytes_ / 8 || bytes > UINT32_MAX) return false;
    Owned entry = made(key, block, make);
    entry->tag = static_cast<std::uint32_t>(hash);
    entry->spent_at = spent_at;
    entry->bytes = static_cast<std::uint32_t>(bytes);
    Shard& shard = shard_of(hash);
    const std::scoped_lock lock(shard.writers);
    if (!shard.limbo.empty()) reclaim(shard);
    // At most half full, as each entry in front of another costs a wait for memory.
    if (2 * shard.size >= shard.buckets.load()->heads.size()) grow(shard);
    if (!make_room(shard, entry->bytes, now)) return false;
    Link& head = shard.buckets.load()->of(hash);
    entry->next.store(head.load());
    shard.bytes += entry->bytes;
    ++shard.size;
    head.store(entry.release());
    // The older one last, so that a reader finds one of them.
    for (Link* link = &head.load()->next; link->load() != nullptr; link = &link->load()->next) {
      if (!link->load()->is(hash, key)) continue;
      unlink(shard, *link);
      break;
    }
    return true;
  }

  std::size_t size() const { return sum(&Shard::size); }
  /// Of memory held, in blocks of the heap: the buckets, the entries with what their values hold,
  /// and what was taken out but is not freed yet.
  std::size_t bytes() const { return sum(&Shard::bytes) + sizeof *this + heap_bytes(shards_); }
  /// How many entries were taken out to make room.
  std::size_t evicted() const { return sum(&Shard::evicted); }

 private:
  static constexpr std::size_t kMostShards = 64;

  struct Entry;
  using Link = std::atomic<Entry*>;

  struct Entry {
    Value value;
    // Beside the key, which stands behind: what a reader needs lies in one place.
    Link next{nullptr};
    std::uint32_t tag = 0;  ///< of the hash: spares most comparisons of keys
    std::uint32_t spent_at = 0;
    std::uint32_t bytes = 0;
    std::uint16_t key_size = 0;
    std::atomic<bool> wanted{false};

    explicit Entry(Value given) : value(std::move(given)) {}
    char* key() { return reinterpret_cast<char*>(this + 1); }  // behind the entry
    bool is(std::uint64_t hash, std::string_view octets) {
      return tag == static_cast<std::uint32_t>(hash) && std::string_view(key(), key_size) == octets;
    }
  };
  static_assert(alignof(Entry) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  /// Asks for all at once while the key is compared: each line that is far away would otherwise be
  /// waited for after the other.
  static void prefetch(const Entry& entry) {
    const char* const begin = reinterpret_cast<const char*>(&entry);  // its octets
    for (std::size_t at = 0; at < kFetched; at += 64) __builtin_prefetch(begin + at);
  }

  struct Free {
    void operator()(Entry* entry) const {
      entry->~Entry();
      ::operator delete(entry);
    }
  };
  using Owned = std::unique_ptr<Entry, Free>;

  struct Buckets {
    explicit Buckets(std::size_t count) : heads(count) {}
    Link& of(std::uint64_t hash) { return heads[hash & (heads.size() - 1)]; }
    const Link& of(std::uint64_t hash) const { return heads[hash & (heads.size() - 1)]; }
    std::size_t bytes() const { return heap_block(sizeof *this) + heap_bytes(heads); }
    std::vector<Link> heads;  // a power of two
  };

  struct Retired {
    Owned entry;
    std::unique_ptr<Buckets> buckets;
    std::uint64_t epoch = 0;
    std::size_t bytes() const { return entry ? entry->bytes : buckets->bytes(); }
  };

  struct alignas(64) Shard {
    std::atomic<Buckets*> buckets{new Buckets(16)};
    mutable std::mutex writers;  // of all below, and of every link
    std::size_t bytes = buckets.load()->bytes();
    std::size_t size = 0;
    std::size_t evicted = 0;
    std::size_t hand = 0;
    std::deque<Retired> limbo;  // by epoch
    std::size_t limbo_bytes = 0;
  };

  /// From the front of an entry to the octets beside its value, which stand behind the key.
  static std::size_t room_behind(std::string_view key) {
    constexpr std::size_t whole = alignof(std::uint64_t);
    return (sizeof(Entry) + key.size() + whole - 1) / whole * whole;
  }

  template <class Make>
  static Owned made(std::string_view key, std::size_t block, const Make& make) {
    struct Release {
      void operator()(void* memory) const { ::operator delete(memory); }
    };
    std::unique_ptr<void, Release> memory(::operator new(block));
    Owned entry(new (memory.get())
                    Entry(make(static_cast<std::byte*>(memory.get()) + room_behind(key))));
    static_cast<void>(memory.release());  // it is the entry's now
    key.copy(entry->key(), key.size());
    entry->key_size = static_cast<std::uint16_t>(key.size());
    return entry;
  }

  // The uppermost bits choose the shard, the lowest ones the bucket.
  Shard& shard_of(std::uint64_t hash) { return shards_[(hash >> 58) & (shards_.size() - 1)]; }
  const Shard& shard_of(std::uint64_t hash) const {
    return shards_[(hash >> 58) & (shards_.size() - 1)];
  }

  /// Frees what no reader can see any more.
  void reclaim(Shard& shard) {
    epochs_.advance();
    while (!shard.limbo.empty() && shard.limbo.front().epoch + 2 <= epochs_.now()) {
      const std::size_t bytes = shard.limbo.front().bytes();
      shard.bytes -= bytes;
      shard.limbo_bytes -= bytes;
      shard.limbo.pop_front();
    }
  }

  void retire(Shard& shard, Owned entry, std::unique_ptr<Buckets> buckets) {
    shard.limbo.push_back({std::move(entry), std::move(buckets), epochs_.now()});
    shard.limbo_bytes += shard.limbo.back().bytes();
  }

  void unlink(Shard& shard, Link& link) {
    Owned entry(link.load());
    link.store(entry->next.load());
    --shard.size;
    retire(shard, std::move(entry), nullptr);
  }

  /// Takes out what the hand comes to; false of an empty shard. Where all is wanted, that is what
  /// the hand began with, even if readers have wanted it again meanwhile.
  bool evict(Shard& shard, std::uint32_t now) {
    Buckets& buckets = *shard.buckets.load();
    const std::size_t round = buckets.heads.size();
    for (std::size_t passed = 0; passed < 2 * round; ++passed) {
      Link* link = &buckets.of(shard.hand++);
      for (Entry* entry = link->load(); entry != nullptr; entry = link->load()) {
        if (entry->spent_at <= now || passed >= round || !entry->wanted.exchange(false)) {
          unlink(shard, *link);
          ++shard.evicted;
          return true;
        }
        link = &entry->next;
      }
    }
    return false;
  }

  bool make_room(Shard& shard, std::size_t needed, std::uint32_t now) {
    // An eighth is left for what was taken out while a reader is interrupted.
    while (shard.bytes - shard.limbo_bytes + needed > most_bytes_ - most_bytes_ / 8) {
      if (!evict(shard, now)) return false;
    }
    // What was just taken out is free two epochs later, unless a reader lingers.
    for (int epochs = 0; epochs < 2 && shard.bytes + needed > most_bytes_; ++epochs) {
      reclaim(shard);
    }
    return shard.bytes + needed <= most_bytes_;
  }

  /// Twice the buckets. Where there is no room for them the chains get longer, but not much: the
  /// shard is about full then.
  void grow(Shard& shard) {
    auto grown = std::make_unique<Buckets>(2 * shard.buckets.load()->heads.size());
    if (shard.bytes + grown->bytes() > most_bytes_) return;
    std::unique_ptr<Buckets> old(shard.buckets.load());
    for (const Link& head : old->heads) {
      for (Entry* entry = head.load(); entry != nullptr;) {
        Entry* const next = entry->next.load();
        Link& place = grown->of(entry->tag);
        entry->next.store(place.load());
        place.store(entry);
        entry = next;
      }
    }
    shard.bytes += grown->bytes();
    shard.buckets.store(grown.release());
    retire(shard, nullptr, std::move(old));
  }

  std::size_t sum(std::size_t Shard::* count) const {
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
      const std::scoped_lock lock(shard.writers);
      total += shard.*count;
    }
    return total;
  }

  KeyedHash hash_;
  ReadEpochs epochs_;
  std::vector<Shard> shards_;
  std::size_t most_bytes_;  // of one shard
};

}  // namespace mandate::resolver
