#include "spf/wire_name.h"

#include <vector>

#include "spf/ascii.h"

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
  // Each dot becomes the length octet of the label behind it, which is known at the label's end.
  std::size_t length_at = 0;
  unsigned labels = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '.') {
      octets_[i + 1] = lower(text[i]);
      continue;
    }
    const std::size_t length = i - length_at;
    if (length == 0 || length > kLabelLimit) return false;
    octets_[length_at] = static_cast<char>(length);
    length_at = i + 1;
    ++labels;
  }
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
