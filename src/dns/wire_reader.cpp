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
  const std::string_view bytes = bytes_;
  const auto fail = [&](std::string_view what, std::size_t octet) {
    fail_at(what, octet);
    return begin;
  };
  std::size_t from = begin;     // where the next label begins
  std::size_t barrier = begin;  // a pointer must lead to before it
  std::size_t octets = 0;
  int pointers = 0;
  for (;;) {
    if (from >= bytes.size()) return fail("the message ends too early", from);
    const std::size_t length = static_cast<unsigned char>(bytes[from]);
    if (length == 0) break;
    if (length < 0x40) {
      octets += 1 + length;
      if (octets > kNameLimit) return fail("a name is longer than 255 octets", from);
      if (bytes.size() - from - 1 < length) return fail("a label runs over the end", from);
      from += 1 + length;
      continue;
    }
    if (length < 0xc0) return fail("a label has an unknown type", from);
    if (from + 1 == bytes.size()) return fail("the message ends too early", from + 1);
    const std::size_t target = (length & 0x3f) << 8 | static_cast<unsigned char>(bytes[from + 1]);
    if (target >= barrier) return fail("a compression pointer does not point backwards", from);
    if (++pointers > kPointerLimit) {
      return fail("a name has too many compression pointers", from);
    }
    if (pointers == 1) at_ = from + 2;
    from = barrier = target;
  }
  if (pointers == 0) at_ = from + 1;
  return begin;
}

}  // namespace mandate::dns
