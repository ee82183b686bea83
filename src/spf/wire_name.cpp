#include "spf/wire_name.h"

#include <cstring>
#include <vector>

#include "spf/ascii.h"
#include "spf/octets8.h"

namespace mandate::spf {
namespace {

constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kNameLimit = 253;

}  // namespace

bool WireName::assign(std::string_view text) {
  size_ = 0;
  labels_ = 0;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kNameLimit) return false;
  // Folded to lower case first, eight octets at a time. Then each dot becomes the length octet of
  // the label behind it, which is known at the label's end.
  char* const octets = octets_.data() + 1;
  const std::size_t size = text.size();
  std::uint64_t beyond_ascii = 0;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    const std::uint64_t word = load8(text.data() + at);
    beyond_ascii |= word;
    store8(octets + at, lower8(word));
  }
  for (; at < size; ++at) {
    beyond_ascii |= static_cast<unsigned char>(text[at]);
    octets[at] = lower(text[at]);
  }
  is_ascii_ = (beyond_ascii & kHigh8) == 0;
  std::size_t length_at = 0;
  unsigned labels = 0;
  const auto end_label = [&](std::size_t end) {
    const std::size_t length = end - length_at;
    octets_[length_at] = static_cast<char>(length);
    length_at = end + 1;
    ++labels;
    return length != 0 && length <= kLabelLimit;
  };
  for (at = 0; at + 8 <= size; at += 8) {
    for (std::uint64_t dots = equal8(load8(text.data() + at), '.'); dots != 0; dots &= dots - 1) {
      if (!end_label(at + first8(dots))) return false;
    }
  }
  for (; at < size; ++at) {
    if (text[at] == '.' && !end_label(at)) return false;
  }
  if (!end_label(size)) return false;
  size_ = static_cast<std::uint8_t>(text.size() + 1);
  labels_ = static_cast<std::uint8_t>(labels);
  return true;
}

dns::Name WireName::name() const {
  return name_of(view());
}

dns::Name name_of(std::string_view wire) {
  std::vector<std::string_view> labels;
  for (std::size_t at = 0; at < wire.size();) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(wire[at]));
    labels.push_back(wire.substr(at + 1, length));
    at += length + 1;
  }
  return dns::Name::from_labels(labels).value_or(dns::Name());
}

}  // namespace mandate::spf
