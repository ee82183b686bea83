#include "dns/wire_reader.h"

#include <fmt/format.h>

namespace mandate::dns {
namespace {

constexpr std::size_t kNameLimit = 254;  // RFC 1035 section 2.3.4, without the final zero octet
constexpr int kPointerLimit = 127;       // a name has at most so many labels

}  // namespace

void WireReader::fail_at(std::string_view what, std::size_t octet) {
  if (!failed()) problem_ = fmt::format("{} at octet {}", what, octet);
}

std::size_t WireReader::skip_name() {
  const std::size_t begin = at_;
  if (failed()) return begin;
  const auto octet = [this](std::size_t at) {
    if (at < bytes_.size()) return static_cast<unsigned char>(bytes_[at]);
    fail_at("the message ends too early", at);
    return static_cast<unsigned char>(0);
  };
  std::size_t from = at_;     // where the next label begins
  std::size_t barrier = at_;  // a pointer must lead to before it
  std::size_t octets = 0;
  int pointers = 0;
  while (const unsigned char length = octet(from)) {
    if ((length & 0xc0) == 0xc0) {
      const std::size_t target = std::size_t{length & 0x3fU} << 8 | octet(from + 1);
      if (target >= barrier) fail_at("a compression pointer does not point backwards", from);
      if (++pointers > kPointerLimit) fail_at("a name has too many compression pointers", from);
      if (failed()) return begin;
      if (pointers == 1) at_ = from + 2;
      from = barrier = target;
      continue;
    }
    if ((length & 0xc0) != 0) fail_at("a label has an unknown type", from);
    octets += std::size_t{1} + length;
    if (octets > kNameLimit) fail_at("a name is longer than 255 octets", from);
    if (bytes_.size() - from - 1 < length) fail_at("a label runs over the end", from);
    if (failed()) return begin;
    from += std::size_t{1} + length;
  }
  if (pointers == 0 && !failed()) at_ = from + 1;
  return begin;
}

}  // namespace mandate::dns
