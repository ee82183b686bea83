#include "dns/wire_reader.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace mandate::dns {
namespace {

constexpr std::size_t kNameLimit = 254;  // RFC 1035 section 2.3.4, without the final zero octet
constexpr int kPointerLimit = 127;       // a name has at most so many labels

}  // namespace

void WireReader::fail_at(std::string_view what, std::size_t octet) {
  if (!failed()) problem_ = fmt::format("{} at octet {}", what, octet);
}

std::uint8_t WireReader::peek(std::size_t octet) {
  if (!failed() && octet < bytes_.size()) return static_cast<std::uint8_t>(bytes_[octet]);
  fail_at("the message ends too early", octet);
  return 0;
}

std::uint8_t WireReader::u8() {
  const std::uint8_t value = peek(at_);
  if (!failed()) ++at_;
  return value;
}

std::uint16_t WireReader::u16() {
  const int high = u8();
  return static_cast<std::uint16_t>(high << 8 | u8());
}

std::uint32_t WireReader::u32() {
  const std::uint32_t high = u16();
  return high << 16 | u16();
}

std::string_view WireReader::take(std::size_t count) {
  if (failed() || left() < count) {
    fail("the message ends too early");
    return {};
  }
  at_ += count;
  return bytes_.substr(at_ - count, count);
}

Name WireReader::name() {
  std::vector<std::string_view> labels;
  labels.reserve(8);          // most names have no more
  std::size_t from = at_;     // where the next label begins
  std::size_t barrier = at_;  // a pointer must lead to before it
  std::size_t octets = 0;
  int pointers = 0;
  while (const std::uint8_t length = peek(from)) {
    if ((length & 0xc0) == 0xc0) {
      const std::size_t target = std::size_t{length & 0x3fU} << 8 | peek(from + 1);
      if (target >= barrier) fail_at("a compression pointer does not point backwards", from);
      if (++pointers > kPointerLimit) fail_at("a name has too many compression pointers", from);
      if (failed()) return {};
      if (pointers == 1) at_ = from + 2;
      from = barrier = target;
      continue;
    }
    if ((length & 0xc0) != 0) fail_at("a label has an unknown type", from);
    octets += std::size_t{1} + length;
    if (octets > kNameLimit) fail_at("a name is longer than 255 octets", from);
    if (bytes_.size() - from - 1 < length) fail_at("a label runs over the end", from);
    if (failed()) return {};
    labels.push_back(bytes_.substr(from + 1, length));
    from += std::size_t{1} + length;
  }
  if (failed()) return {};
  if (pointers == 0) at_ = from + 1;
  auto name = Name::from_labels(labels);
  if (name) return std::move(*name);
  fail(describe(name.error()));
  return {};
}

}  // namespace mandate::dns
