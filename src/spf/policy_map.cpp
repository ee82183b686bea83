#include "mandate/spf/policy_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "spf/address_number.h"

namespace mandate::spf {
namespace {

/// The last of the ascending starts that is not above an address. There is one: the first start is
/// the first address. Without a branch that the processor could guess wrong.
template <class Number>
std::size_t last_not_above(const std::vector<Number>& starts, const Number& address) noexcept {
  const Number* base = starts.data();
  std::size_t count = starts.size();
  while (count > 1) {
    const std::size_t half = count / 2;
    base += base[half] <= address ? half : 0;
    count -= half;
  }
  return static_cast<std::size_t>(base - starts.data());
}

/// Asks for the first lines of a vector at once.
template <class Element>
void fetch(const std::vector<Element>& elements) noexcept {
  const auto* const begin = reinterpret_cast<const char*>(elements.data());  // NOLINT: its octets
  const std::size_t size = std::min<std::size_t>(elements.size() * sizeof(Element), 256);
  for (std::size_t at = 0; at < size; at += 64) __builtin_prefetch(begin + at);
}

/// The parts of an IPv6 range outside ::ffff:0:0/96, and that part as IPv4.
struct Unmapped {
  std::optional<dns::AddressRange> below;
  std::optional<dns::AddressRange> v4;
  std::optional<dns::AddressRange> above;
};

Unmapped unmapped(const dns::AddressRange& range) {
  const dns::AddressRange mapped = mapped_range();
  if (range.first.is_v4()) return {{}, range, {}};
  Unmapped out;
  if (range.first < mapped.first) {
    out.below = {range.first, std::min(range.last, *mapped.first.previous())};
  }
  if (range.first <= mapped.last && range.last >= mapped.first) {
    out.v4 = {std::max(range.first, mapped.first).unmapped(),
              std::min(range.last, mapped.last).unmapped()};
  }
  if (range.last > mapped.last) {
    out.above = {std::max(range.first, *mapped.last.next()), range.last};
  }
  return out;
}

/// Joins ranges that follow each other, and splits them into prefixes.
class PrefixList {
 public:
  void add(const dns::AddressRange& range) {
    if (open_ && open_->last.next() == range.first) {
      open_->last = range.last;
      return;
    }
    flush();
    open_ = range;
  }
  std::vector<dns::Prefix> take() {
    flush();
    return std::move(prefixes_);
  }

 private:
  void flush() {
    if (!open_) return;
    for (const dns::Prefix& prefix : dns::prefixes_of(*open_)) prefixes_.push_back(prefix);
  }
  std::optional<dns::AddressRange> open_;
  std::vector<dns::Prefix> prefixes_;
};

template <class Wanted>
std::vector<dns::Prefix> prefixes_where(const PolicyMap& map, const Wanted& wanted) {
  PrefixList list;
  for (const PolicyMap::Piece& piece : map.pieces()) {
    if (wanted(*piece.outcome)) list.add(piece.range);
  }
  return list.take();
}

template <class Wanted>
AddressCount count_where(const PolicyMap& map, const Wanted& wanted) {
  AddressCount count;
  for (const PolicyMap::Piece& piece : map.pieces()) {
    if (wanted(*piece.outcome)) count.add(piece.range);
  }
  return count;
}

auto has_result(Result result) {
  return [=](const PolicyMap::Outcome& outcome) {
    return !outcome.dynamic && outcome.result == result;
  };
}

bool is_dynamic_outcome(const PolicyMap::Outcome& outcome) {
  return outcome.dynamic;
}

std::size_t bytes_of(const std::string& text) {
  return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
}

}  // namespace

void AddressCount::add(const dns::AddressRange& range) {
  if (range.first.is_v4()) {
    v4 += std::uint64_t{number4(range.last)} - number4(range.first) + 1;
    return;
  }
  const auto [first_high, first_low] = number6(range.first);
  const auto [last_high, last_low] = number6(range.last);
  std::uint64_t low = last_low - first_low;
  std::uint64_t high = last_high - first_high - (last_low < first_low ? 1 : 0);
  if (++low == 0) ++high;
  v6_low += low;
  v6_high += high + (v6_low < low ? 1 : 0);
}

std::string AddressCount::v6_text() const {
  // Long division by 10^9 over 32-bit digits.
  std::array<std::uint32_t, 4> digits{
      static_cast<std::uint32_t>(v6_high >> 32), static_cast<std::uint32_t>(v6_high),
      static_cast<std::uint32_t>(v6_low >> 32), static_cast<std::uint32_t>(v6_low)};
  std::string out;
  for (;;) {
    std::uint64_t rest = 0;
    bool more = false;
    for (std::uint32_t& digit : digits) {
      const std::uint64_t value = rest << 32 | digit;
      digit = static_cast<std::uint32_t>(value / 1'000'000'000);
      rest = value % 1'000'000'000;
      more = more || digit != 0;
    }
    if (!more) return fmt::format("{}{}", rest, out);
    out = fmt::format("{:09}{}", rest, out);
  }
}

const PolicyMap::Outcome& PolicyMap::outcome_at(const dns::IpAddress& ip) const noexcept {
  // Of a map that lies far away, one among many, what the search leads to is fetched meanwhile.
  __builtin_prefetch(ip.is_v4() ? outcome4_.data() : outcome6_.data());
  __builtin_prefetch(outcomes_.data());
  if (ip.is_v4()) return outcomes_[outcome4_[last_not_above(starts4_, number4(ip))]];
  const auto [high, low] = number6(ip);
  return outcomes_[outcome6_[last_not_above(starts6_, Address6{high, low})]];
}

void PolicyMap::prefetch(dns::Family family) const noexcept {
  if (family == dns::Family::v4) {
    fetch(starts4_);
    fetch(outcome4_);
  } else {
    fetch(starts6_);
    fetch(outcome6_);
  }
  fetch(outcomes_);
}

const PolicyMap::Outcome& PolicyMap::at(const dns::IpAddress& client) const noexcept {
  return outcome_at(client.unmapped());
}

std::optional<DecidingTerm> PolicyMap::decided_by(const Outcome& outcome) const {
  if (outcome.source < 0) return std::nullopt;
  const Source& source = sources_[static_cast<std::size_t>(outcome.source)];
  return DecidingTerm{.record = source.record, .span = outcome.span, .path = source.path};
}

dns::IpAddress PolicyMap::start(dns::Family family, std::size_t piece) const {
  if (family == dns::Family::v4) return address4(starts4_[piece]);
  return address6(starts6_[piece].high, starts6_[piece].low);
}

/// The pieces of a range that has nothing of ::ffff:0:0/96, clipped to it.
void PolicyMap::append_range(const dns::AddressRange& range, std::vector<Piece>& out) const {
  const dns::Family family = range.first.family();
  const bool v4 = family == dns::Family::v4;
  const auto& beside = v4 ? outcome4_ : outcome6_;
  const auto [high, low] = number6(range.first);
  std::size_t piece = v4 ? last_not_above(starts4_, number4(range.first))
                         : last_not_above(starts6_, Address6{high, low});
  std::optional<dns::IpAddress> next = range.first;
  for (; next && *next <= range.last; ++piece) {
    const bool is_last = piece + 1 == beside.size();
    const dns::IpAddress end = is_last ? range.last : *start(family, piece + 1).previous();
    out.push_back({{*next, std::min(end, range.last)}, &outcomes_[beside[piece]]});
    next = is_last ? std::nullopt : end.next();
  }
}

std::vector<PolicyMap::Piece> PolicyMap::pieces() const {
  std::vector<Piece> out;
  append_range(dns::whole(dns::Family::v4), out);
  const Unmapped parts = unmapped(dns::whole(dns::Family::v6));
  append_range(*parts.below, out);
  append_range(*parts.above, out);
  return out;
}

std::vector<PolicyMap::Piece> PolicyMap::cover(std::span<const dns::Prefix> prefixes) const {
  std::vector<Piece> out;
  for (const dns::Prefix& prefix : prefixes) {
    const Unmapped parts = unmapped({prefix.network(), prefix.last()});
    for (const auto& part : {parts.below, parts.v4, parts.above}) {
      if (part) append_range(*part, out);
    }
  }
  return out;
}

AddressCount PolicyMap::count(Result result) const {
  return count_where(*this, has_result(result));
}

AddressCount PolicyMap::count_dynamic() const {
  return count_where(*this, is_dynamic_outcome);
}

std::vector<dns::Prefix> PolicyMap::prefixes(Result result) const {
  return prefixes_where(*this, has_result(result));
}

std::vector<dns::Prefix> PolicyMap::dynamic_prefixes() const {
  return prefixes_where(*this, is_dynamic_outcome);
}

bool PolicyMap::is_dynamic() const {
  return std::ranges::any_of(outcomes_, &PolicyMap::Outcome::dynamic);
}

std::size_t PolicyMap::bytes() const {
  std::size_t total = sizeof *this + bytes_of(domain_);
  total += starts4_.capacity() * sizeof(std::uint32_t) + starts6_.capacity() * sizeof(Address6);
  total += (outcome4_.capacity() + outcome6_.capacity()) * sizeof(std::uint32_t);
  total += outcomes_.capacity() * sizeof(Outcome) + sources_.capacity() * sizeof(Source);
  total += problems_.capacity() * sizeof(std::string);
  for (const std::string& problem : problems_) total += bytes_of(problem);
  for (const Source& source : sources_) {
    total += bytes_of(source.record);
    total += source.path.capacity() * sizeof(std::string);
    for (const std::string& domain : source.path) total += bytes_of(domain);
  }
  return total;
}

PolicyDifference difference(const PolicyMap& before, const PolicyMap& after) {
  PolicyDifference out;
  const auto left = before.pieces();
  const auto right = after.pieces();
  auto a = left.begin();
  auto b = right.begin();
  while (a != left.end() && b != right.end()) {
    const PolicyChange change{
        {std::max(a->range.first, b->range.first), std::min(a->range.last, b->range.last)},
        a->outcome,
        b->outcome};
    if (a->outcome->dynamic || b->outcome->dynamic) {
      out.undecided.push_back(change);
    } else if (a->outcome->result != b->outcome->result) {
      out.changes.push_back(change);
    }
    const dns::IpAddress end = change.range.last;
    if (a->range.last == end) ++a;
    if (b->range.last == end) ++b;
  }
  return out;
}

}  // namespace mandate::spf
