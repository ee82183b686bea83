#include "resolver/fact_cache.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "resolver/heap_bytes.h"

namespace mandate::resolver {
namespace {

constexpr std::uint32_t kStaleTtl = 30;

/// The type, and the name in wire format.
class QuestionKey {
 public:
  explicit QuestionKey(const dns::Question& question) {
    const auto type = static_cast<std::uint16_t>(question.type);
    octets_[0] = static_cast<char>(type >> 8);
    octets_[1] = static_cast<char>(type & 0xff);
    size_ = 2 + question.name.wire().copy(octets_.data() + 2, octets_.size() - 2);
  }
  std::string_view view() const { return {octets_.data(), size_}; }

 private:
  std::array<char, 2 + 255> octets_;  // only the first `size_` are read
  std::size_t size_ = 0;
};

std::uint32_t bounded(std::uint32_t ttl, const TtlBounds& bounds) {
  return std::min(std::max(ttl, bounds.least), bounds.most);
}

CacheOptions lawful(CacheOptions options) {
  options.failed.most = std::clamp(options.failed.most, 1U, 300U);
  options.failed.least = std::clamp(options.failed.least, 1U, options.failed.most);
  return options;
}

}  // namespace

FactCache::FactCache(const CacheOptions& options, SteadyClock clock)
    : options_(lawful(options)), watch_(std::move(clock)), table_(options_.most_bytes) {}

std::optional<dns::Fact> FactCache::find(const dns::Question& question) const {
  const std::uint32_t now = watch_.seconds();
  std::optional<dns::Fact> fact;
  table_.find(QuestionKey(question).view(), [&](const Kept& kept) {
    if (kept.until <= now) return;
    fact = kept.fact;
    // Another thread may have kept it after `now` was read. Of a failure the TTL is zero already.
    fact->ttl = std::min(fact->ttl, kept.until - now);
  });
  if (fact) fact->question = question;
  return fact;
}

/// A fact may have been learned at any time while its question was under way: it is held to be as
/// old as the asking. A failure is as old as its end, since it may have taken longer than it is
/// kept.
void FactCache::keep(dns::Fact& fact, const Asking& asking) {
  const auto time = watch_.now();
  const std::uint32_t now = watch_.seconds(time);
  if (fact.status != dns::Fact::Status::failed) {
    return keep_answer(fact, watch_.seconds(asking.begun), now);
  }
  const bool cut_short =
      time >= asking.deadline && asking.deadline - asking.begun < options_.patience;
  if (!cut_short) keep_failure(fact, now);
}

void FactCache::keep_answer(dns::Fact& fact, std::uint32_t from, std::uint32_t now) {
  const bool denied = fact.is_void();
  // Without SOA a negative answer is not to be kept (RFC 2308 section 5), whatever the bounds say.
  if (denied && fact.ttl == 0) return;
  fact.ttl = bounded(fact.ttl, denied ? options_.negative : options_.found);
  Kept kept{.fact = fact, .until = from + fact.ttl, .failed_for = 0, .last_good = nullptr};
  if (kept.until > now) put(fact.question, std::move(kept), now);
}

void FactCache::keep_failure(const dns::Fact& fact, std::uint32_t now) {
  Kept kept{.fact = fact, .until = 0, .failed_for = options_.failed.least, .last_good = nullptr};
  bool answered_meanwhile = false;  // by another thread
  table_.find(QuestionKey(fact.question).view(), [&](const Kept& before) {
    answered_meanwhile = before.failed_for == 0 && before.until > now;
    if (before.failed_for != 0 && before.until + before.failed_for > now) {
      kept.failed_for = std::min(2 * before.failed_for, options_.failed.most);
    }
    const Kept* good = last_good(before, now);
    if (good != nullptr) kept.last_good = std::make_unique<const Kept>(good->fact, good->until);
  });
  if (answered_meanwhile) return;
  kept.until = now + kept.failed_for;
  put(fact.question, std::move(kept), now);
}

void FactCache::put(const dns::Question& question, Kept kept, std::uint32_t now) {
  kept.fact.question = {};
  std::size_t held = heap_bytes(kept.fact);
  // A failure is remembered for as long again, so that one that follows is kept for longer.
  std::uint32_t spent_at =
      kept.until + (kept.failed_for != 0 ? kept.failed_for : options_.stale_for);
  if (kept.last_good) {
    held += heap_block(sizeof(Kept)) + heap_bytes(kept.last_good->fact);
    spent_at = std::max(spent_at, kept.last_good->until + options_.stale_for);
  }
  table_.put(QuestionKey(question).view(), std::move(kept), held, spent_at, now);
}

const FactCache::Kept* FactCache::last_good(const Kept& kept, std::uint32_t now) const {
  const Kept* good = kept.failed_for == 0 ? &kept : kept.last_good.get();
  return good != nullptr && good->until + options_.stale_for > now ? good : nullptr;
}

std::optional<MaybeStale> FactCache::stale(const dns::Question& question) const {
  const std::uint32_t now = watch_.seconds();
  std::optional<MaybeStale> answer;
  table_.find(QuestionKey(question).view(), [&](const Kept& kept) {
    const Kept* good = last_good(kept, now);
    if (good == nullptr) return;
    answer = {.fact = good->fact, .stale = now - std::min(now, good->until)};
    answer->fact.ttl = answer->stale == 0 ? good->until - now : kStaleTtl;
  });
  if (answer) answer->fact.question = question;
  return answer;
}

}  // namespace mandate::resolver
