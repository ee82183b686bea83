// A policy map as octets, and back: `MPM1`, then numbers as LEB128 and texts with their lengths, in
// the order of `write`.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "mandate/spf/policy_map.h"
#include "spf/policy_layout.h"
#include "spf/policy_parts.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kMagic = "MPM1";
/// In memory no part takes eight times as many octets; the whole must stay below 4 GiB there.
constexpr std::size_t kMostOctets = std::size_t{256} << 20;

void put(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>((number & 0x7f) | 0x80);
  out += static_cast<char>(number);
}

void put(std::string& out, std::string_view text) {
  put(out, text.size());
  out += text;
}

void put(std::string& out, const PolicyView::Outcome& outcome) {
  put(out, static_cast<std::uint64_t>(outcome.result));
  put(out, outcome.dynamic ? 1U : 0U);
  put(out, outcome.lookups);
  put(out, outcome.voids);
  put(out, outcome.ttl);
  put(out, static_cast<std::uint64_t>(outcome.source + 1));
  put(out, outcome.problem);
  put(out, outcome.span.begin);
  put(out, outcome.span.end);
}

/// Takes numbers and texts off the front of hostile octets. The first fault stays; what is taken
/// behind it is zero and empty.
class Octets {
 public:
  Octets(std::string_view octets, std::size_t at) : octets_(octets), at_(at) {}

  std::uint64_t number(std::uint64_t most) {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= octets_.size()) return fault("the octets end early");
      const auto octet = static_cast<unsigned char>(octets_[at_++]);
      const std::uint64_t bits = octet & 0x7fU;
      if (shift == 63 && bits > 1) break;
      out |= bits << shift;
      if ((octet & 0x80U) != 0) continue;
      if (octet == 0 && shift != 0) return fault("a number is longer than need be");
      return out <= most ? out : fault("a number is out of range");
    }
    return fault("a number does not end");
  }

  std::string text() {
    const std::uint64_t size = number(octets_.size());
    if (size > octets_.size() - at_) fault("a text is longer than the octets");
    if (!fault_.empty()) return {};
    at_ += size;
    return std::string(octets_.substr(at_ - size, size));
  }

  /// A number of things that each take one octet at least.
  std::size_t count() { return number(octets_.size() - std::min(at_, octets_.size())); }

  std::uint64_t fault(std::string_view what) {
    if (fault_.empty()) fault_ = fmt::format("{}, at octet {}", what, at_);
    at_ = octets_.size();
    return 0;
  }
  bool good() const { return fault_.empty(); }
  bool at_end() const { return at_ == octets_.size(); }
  const std::string& why() const { return fault_; }

 private:
  std::string_view octets_;
  std::size_t at_;
  std::string fault_;
};

}  // namespace

std::string PolicyView::serialise() const {
  const PolicyLayout map(octets_);
  std::string out(kMagic);
  put(out, map.domain());
  put(out, map.head().cut);
  put(out, map.sources().size());
  for (const PolicySource& source : map.sources()) {
    put(out, map.text(source.record));
    put(out, source.path_size);
    for (std::uint32_t i = 1; i <= source.path_size; ++i) put(out, map.text(source.record + i));
  }
  put(out, map.head().problems);
  for (std::uint32_t i = 0; i < map.head().problems; ++i) put(out, map.problem(i));
  put(out, map.outcomes().size());
  for (const Outcome& outcome : map.outcomes()) put(out, outcome);
  put(out, map.starts4().size());
  for (std::size_t i = 0; i < map.starts4().size(); ++i) {
    put(out, map.starts4()[i]);
    put(out, map.outcome4()[i]);
  }
  put(out, map.starts6().size());
  for (std::size_t i = 0; i < map.starts6().size(); ++i) {
    put(out, map.starts6()[i].high);
    put(out, map.starts6()[i].low);
    put(out, map.outcome6()[i]);
  }
  return out;
}

class PolicyMapReader {
 public:
  explicit PolicyMapReader(std::string_view octets) : octets_(octets, kMagic.size()) {}

  std::expected<PolicyMap, std::string> read() {
    parts_.domain = octets_.text();
    parts_.cut = octets_.number(1) != 0;
    read_sources();
    read_problems();
    read_outcomes();
    read_pieces(parts_.starts4, parts_.outcome4, [this] {
      return static_cast<std::uint32_t>(octets_.number(std::numeric_limits<std::uint32_t>::max()));
    });
    read_pieces(parts_.starts6, parts_.outcome6, [this] {
      const std::uint64_t high = octets_.number(std::numeric_limits<std::uint64_t>::max());
      return Address6{high, octets_.number(std::numeric_limits<std::uint64_t>::max())};
    });
    if (!octets_.at_end()) octets_.fault("something stands behind the end");
    if (!octets_.good()) return std::unexpected("not a policy map: " + octets_.why());
    return parts_.join();
  }

 private:
  void read_sources();
  void read_problems();
  void read_outcomes();
  PolicyView::Outcome outcome();
  template <class Start, class Read>
  void read_pieces(std::vector<Start>& starts, std::vector<std::uint32_t>& beside,
                   const Read& read_start);

  Octets octets_;
  PolicyParts parts_;
};

void PolicyMapReader::read_sources() {
  for (std::size_t left = octets_.count(); left > 0 && octets_.good(); --left) {
    PolicyParts::Source source{octets_.text(), {}};
    for (std::size_t domains = octets_.count(); domains > 0 && octets_.good(); --domains) {
      source.path.push_back(octets_.text());
    }
    if (source.path.empty()) octets_.fault("a record has no domain");
    parts_.sources.push_back(std::move(source));
  }
}

void PolicyMapReader::read_problems() {
  parts_.problems.clear();
  for (std::size_t left = octets_.count(); left > 0 && octets_.good(); --left) {
    parts_.problems.push_back(octets_.text());
  }
  if (parts_.problems.empty() || !parts_.problems.front().empty()) {
    octets_.fault("the first problem is not the empty one");
  }
}

PolicyView::Outcome PolicyMapReader::outcome() {
  constexpr std::uint64_t kMost16 = std::numeric_limits<std::uint16_t>::max();
  PolicyView::Outcome out{.span = {}};
  out.result = static_cast<Result>(octets_.number(static_cast<std::uint64_t>(Result::permerror)));
  out.dynamic = octets_.number(1) != 0;
  out.lookups = static_cast<std::uint16_t>(octets_.number(kMost16));
  out.voids = static_cast<std::uint16_t>(octets_.number(kMost16));
  out.ttl = static_cast<std::uint32_t>(octets_.number(std::numeric_limits<std::uint32_t>::max()));
  out.source = static_cast<std::int32_t>(octets_.number(parts_.sources.size())) - 1;
  out.problem = static_cast<std::uint32_t>(octets_.number(parts_.problems.size()));
  out.span.begin = octets_.number(std::numeric_limits<std::uint32_t>::max());
  out.span.end = octets_.number(std::numeric_limits<std::uint32_t>::max());
  if (out.problem >= parts_.problems.size()) octets_.fault("a problem is missing");
  const std::size_t size =
      out.source < 0 ? 0 : parts_.sources[static_cast<std::size_t>(out.source)].record.size();
  if (out.span.begin > out.span.end || out.span.end > size) {
    octets_.fault("a term lies outside its record");
  }
  return out;
}

void PolicyMapReader::read_outcomes() {
  for (std::size_t left = octets_.count(); left > 0 && octets_.good(); --left) {
    parts_.outcomes.push_back(outcome());
  }
}

template <class Start, class Read>
void PolicyMapReader::read_pieces(std::vector<Start>& starts, std::vector<std::uint32_t>& beside,
                                  const Read& read_start) {
  for (std::size_t left = octets_.count(); left > 0 && octets_.good(); --left) {
    const Start start = read_start();
    if (starts.empty() ? start != Start{} : start <= starts.back()) {
      octets_.fault("the pieces do not ascend from the first address");
    }
    starts.push_back(start);
    beside.push_back(static_cast<std::uint32_t>(octets_.number(parts_.outcomes.size())));
    if (beside.back() >= parts_.outcomes.size()) octets_.fault("an outcome is missing");
  }
  if (starts.empty()) octets_.fault("a family has no piece");
}

std::expected<PolicyMap, std::string> PolicyMap::load(std::string_view octets) {
  if (!octets.starts_with(kMagic)) {
    return std::unexpected("not a policy map: it does not begin with MPM1");
  }
  if (octets.size() > kMostOctets) {
    return std::unexpected("not a policy map: it is longer than 256 MiB");
  }
  return PolicyMapReader(octets).read();
}

}  // namespace mandate::spf
