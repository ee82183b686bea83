// How a policy map lies in memory: one block, in which a reader who looks for an address goes
// forward, from a head that says where the parts begin to the outcome. A map that lies far away,
// one among many, is fetched with one wait for memory so, where parts of their own cost one each.
//
//   head
//   IPv4: where each piece begins, ascending, the first at 0.0.0.0; beside them their outcomes
//   the outcomes
//   IPv6: likewise
//   the records that decide, and all texts: the domain, the problems, of each record its text and
//   the domains on the way to it
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mandate/spf/policy_map.h"

namespace mandate::spf {

struct Address6 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Address6&, const Address6&) = default;
};

/// A record where the evaluation came to it. Numbers of texts.
struct PolicySource {
  std::uint32_t record = 0;  ///< behind it the domains of its path
  std::uint32_t path_size = 0;
};

/// Where the parts begin, in octets from here; the starts of IPv4 are behind the head. Nothing in
/// it or between the parts is left open, so that equal maps have equal octets, but for what lies
/// between the fields of an outcome.
struct PolicyHead {
  std::uint32_t outcome4 = 0;
  std::uint32_t outcomes = 0;
  std::uint32_t starts6 = 0;
  std::uint32_t outcome6 = 0;
  std::uint32_t sources = 0;
  std::uint32_t text_ends = 0;
  std::uint32_t characters = 0;
  std::uint32_t end = 0;
  std::uint32_t problems = 0;  ///< how many; their texts stand behind the domain
  std::uint32_t cut = 0;       ///< 0 or 1
};
static_assert(sizeof(PolicyHead) % alignof(PolicyView::Outcome) == 0);
static_assert(sizeof(PolicyView::Outcome) % alignof(Address6) == 0);
static_assert(alignof(PolicyView::Outcome) <= alignof(std::uint64_t));

/// The parts of a map.
class PolicyLayout {
 public:
  explicit PolicyLayout(const std::byte* octets)
      : octets_(octets), head_(*reinterpret_cast<const PolicyHead*>(octets)) {}  // as laid

  const PolicyHead& head() const { return head_; }
  std::span<const std::uint32_t> starts4() const {
    return part<std::uint32_t>(sizeof head_, head_.outcome4);
  }
  std::span<const std::uint32_t> outcome4() const {
    return part<std::uint32_t>(head_.outcome4, head_.outcomes);
  }
  std::span<const PolicyView::Outcome> outcomes() const {
    return part<PolicyView::Outcome>(head_.outcomes, head_.starts6);
  }
  std::span<const Address6> starts6() const {
    return part<Address6>(head_.starts6, head_.outcome6);
  }
  std::span<const std::uint32_t> outcome6() const {
    return part<std::uint32_t>(head_.outcome6, head_.sources);
  }
  std::span<const PolicySource> sources() const {
    return part<PolicySource>(head_.sources, head_.text_ends);
  }
  std::string_view domain() const { return text(0); }
  std::string_view problem(std::uint32_t number) const { return text(1 + number); }
  std::string_view text(std::uint32_t number) const {
    const auto ends = part<std::uint32_t>(head_.text_ends, head_.characters);
    const std::uint32_t begin = number == 0 ? 0 : ends[number - 1];
    const auto characters = part<char>(head_.characters, head_.end);
    return {characters.data() + begin, ends[number] - begin};
  }

 private:
  template <class Element>
  std::span<const Element> part(std::uint32_t begin, std::uint32_t end) const {
    const auto* const first = reinterpret_cast<const Element*>(octets_ + begin);  // as laid
    return {first, (end - begin) / sizeof(Element)};
  }

  const std::byte* octets_;
  const PolicyHead& head_;
};

}  // namespace mandate::spf
