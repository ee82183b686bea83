#include "dns/wire_name.h"

#include "dns/octets8.h"

namespace mandate::dns {
namespace {

constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kNameLimit = 253;

}  // namespace

bool WireName::assign(std::string_view text) {
  size_ = 0;
  labels_ = 0;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kNameLimit) return false;
  std::uint64_t beyond_ascii = 0;
  std::size_t length_at = 0;
  unsigned labels = 0;
  bool legal = true;
  // Each dot becomes the length octet of the label behind it, which is known at the label's end.
  const auto end_label = [&](std::size_t end) {
    const std::size_t length = end - length_at;
    octets_[length_at] = static_cast<char>(length);
    length_at = end + 1;
    ++labels;
    legal = legal && length != 0 && length <= kLabelLimit;
  };
  for_each8(text, [&](std::uint64_t word, std::size_t at) {
    beyond_ascii |= word;
    store8(octets_.data() + 1 + at, lower8(word));
    for (std::uint64_t dots = equal8(word, '.'); dots != 0; dots &= dots - 1) {
      end_label(at + first8(dots));
    }
  });
  end_label(text.size());
  if (!legal) return false;
  is_ascii_ = (beyond_ascii & kHigh8) == 0;
  size_ = static_cast<std::uint8_t>(text.size() + 1);
  labels_ = static_cast<std::uint8_t>(labels);
  return true;
}

Name WireName::name() const {
  return name_of(view());
}

Name name_of(std::string_view wire) {
  return Name::from_wire(wire).value_or(Name());
}

}  // namespace mandate::dns
