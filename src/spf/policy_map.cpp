#include "mandate/spf/policy_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <utility>

#include "spf/address_number.h"
#include "spf/policy_layout.h"

namespace mandate::spf {
namespace {

/// The last of the ascending starts that is not above an address. There is one: the first start is
/// the first address. Without a branch that the processor could guess wrong.
template <class Number>
std::size_t last_not_above(std::span<const Number> starts, const Number& address) noexcept {
  const Number* base = starts.data();
  std::size_t count = starts.size();
  while (count > 1) {
    const std::size_t half = count / 2;
    base += base[half] <= address ? half : 0;
    count -= half;
  }
  return static_cast<std::size_t>(base - starts.data());
}

/// The piece of an address that is not IPv4-mapped, among those of its family.
std::size_t piece_of(const PolicyLayout& map, const dns::IpAddress& ip) noexcept {
  if (ip.is_v4()) return last_not_above(map.starts4(), number4(ip));
  const auto [high, low] = number6(ip);
  return last_not_above(map.starts6(), Address6{high, low});
}

/// The first address of a piece.
dns::IpAddress start(const PolicyLayout& map, dns::Family family, std::size_t piece) {
  if (family == dns::Family::v4) return address4(map.starts4()[piece]);
  return address6(map.starts6()[piece].high, map.starts6()[piece].low);
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
std::vector<dns::Prefix> prefixes_where(const PolicyView& map, const Wanted& wanted) {
  PrefixList list;
  for (const PolicyView::Piece& piece : map.pieces()) {
    if (wanted(*piece.outcome)) list.add(piece.range);
  }
  return list.take();
}

template <class Wanted>
AddressCount count_where(const PolicyView& map, const Wanted& wanted) {
  AddressCount count;
  for (const PolicyView::Piece& piece : map.pieces()) {
    if (wanted(*piece.outcome)) count.add(piece.range);
  }
  return count;
}

auto has_result(Result result) {
  return [=](const PolicyView::Outcome& outcome) {
    return !outcome.dynamic && outcome.result == result;
  };
}

bool is_dynamic_outcome(const PolicyView::Outcome& outcome) {
  return outcome.dynamic;
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

std::span<const std::byte> PolicyView::octets() const {
  return {octets_, PolicyLayout(octets_).head().end};
}

std::string_view PolicyView::domain() const {
  return PolicyLayout(octets_).domain();
}

const PolicyView::Outcome& PolicyView::at(const dns::IpAddress& client) const noexcept {
  const PolicyLayout map(octets_);
  const dns::IpAddress ip = client.unmapped();
  const std::size_t piece = piece_of(map, ip);
  return map.outcomes()[ip.is_v4() ? map.outcome4()[piece] : map.outcome6()[piece]];
}

std::optional<DecidingTerm> PolicyView::decided_by(const Outcome& outcome) const {
  if (outcome.source < 0) return std::nullopt;
  const PolicyLayout map(octets_);
  const PolicySource source = map.sources()[static_cast<std::size_t>(outcome.source)];
  DecidingTerm term{
      .record = std::string(map.text(source.record)), .span = outcome.span, .path = {}};
  for (std::uint32_t i = 1; i <= source.path_size; ++i) {
    term.path.emplace_back(map.text(source.record + i));
  }
  return term;
}

std::string_view PolicyView::problem(const Outcome& outcome) const {
  return PolicyLayout(octets_).problem(outcome.problem);
}

/// The pieces of a range that has nothing of ::ffff:0:0/96, clipped to it.
void PolicyView::append_range(const dns::AddressRange& range, std::vector<Piece>& out) const {
  const PolicyLayout map(octets_);
  const dns::Family family = range.first.family();
  const auto beside = family == dns::Family::v4 ? map.outcome4() : map.outcome6();
  std::size_t piece = piece_of(map, range.first);
  std::optional<dns::IpAddress> next = range.first;
  for (; next && *next <= range.last; ++piece) {
    const bool is_last = piece + 1 == beside.size();
    const dns::IpAddress end = is_last ? range.last : *start(map, family, piece + 1).previous();
    out.push_back({{*next, std::min(end, range.last)}, &map.outcomes()[beside[piece]]});
    next = is_last ? std::nullopt : end.next();
  }
}

std::vector<PolicyView::Piece> PolicyView::pieces() const {
  std::vector<Piece> out;
  append_range(dns::whole(dns::Family::v4), out);
  const Unmapped parts = unmapped(dns::whole(dns::Family::v6));
  append_range(*parts.below, out);
  append_range(*parts.above, out);
  return out;
}

std::vector<PolicyView::Piece> PolicyView::cover(std::span<const dns::Prefix> prefixes) const {
  std::vector<Piece> out;
  for (const dns::Prefix& prefix : prefixes) {
    const Unmapped parts = unmapped({prefix.network(), prefix.last()});
    for (const auto& part : {parts.below, parts.v4, parts.above}) {
      if (part) append_range(*part, out);
    }
  }
  return out;
}

AddressCount PolicyView::count(Result result) const {
  return count_where(*this, has_result(result));
}

AddressCount PolicyView::count_dynamic() const {
  return count_where(*this, is_dynamic_outcome);
}

std::vector<dns::Prefix> PolicyView::prefixes(Result result) const {
  return prefixes_where(*this, has_result(result));
}

std::vector<dns::Prefix> PolicyView::dynamic_prefixes() const {
  return prefixes_where(*this, is_dynamic_outcome);
}

std::span<const PolicyView::Outcome> PolicyView::outcomes() const {
  return PolicyLayout(octets_).outcomes();
}

std::size_t PolicyView::size() const {
  const PolicyLayout map(octets_);
  return map.starts4().size() + map.starts6().size();
}

bool PolicyView::is_dynamic() const {
  return std::ranges::any_of(outcomes(), &PolicyView::Outcome::dynamic);
}

bool PolicyView::is_cut() const {
  return PolicyLayout(octets_).head().cut != 0;
}

bool operator==(const PolicyView& a, const PolicyView& b) {
  // What lies between the fields of an outcome does not count.
  const std::size_t outcomes = PolicyLayout(a.octets_).head().outcomes;
  const std::size_t behind = PolicyLayout(a.octets_).head().starts6;
  const auto ours = a.octets();
  const auto theirs = b.octets();
  return std::ranges::equal(ours.first(sizeof(PolicyHead)), theirs.first(sizeof(PolicyHead))) &&
         std::ranges::equal(ours.first(outcomes), theirs.first(outcomes)) &&
         std::ranges::equal(a.outcomes(), b.outcomes()) &&
         std::ranges::equal(ours.subspan(behind), theirs.subspan(behind));
}

PolicyMap::PolicyMap(const PolicyMap& other)
    : PolicyMap(std::make_unique<std::byte[]>(other.octets().size())) {
  std::ranges::copy(other.octets(), held_.get());
}

PolicyDifference difference(const PolicyView& before, const PolicyView& after) {
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
