#include "mandate/dns/name.h"

#include <fmt/format.h>

#include <array>
#include <tuple>
#include <utility>

#include "dns/octets8.h"
#include "dns/presentation.h"
#include "dns/wire_name.h"

namespace mandate::dns {
namespace {

constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kWireLimit = 254;  // 255 with the final zero octet

// What a zone file would read as something else.
constexpr std::string_view kSpecial = ".\\\";()@$";

// Without a branch for each letter, since a query's are in either case by lot. Lengths are no
// letters. Writes whole eights.
void fold_into(char* at, std::string_view octets) {
  for_each8(octets, [&](std::uint64_t word, std::size_t from) { store8(at + from, lower8(word)); });
}

/// The octets that a label takes with its length octet.
std::size_t label_span(char length) {
  return std::size_t{1} + static_cast<unsigned char>(length);
}

/// A name in wire format as it is written down, octet by octet and label by label.
class Writer {
 public:
  std::optional<NameError> add(std::string_view octets) {
    if (octets.empty()) return std::nullopt;
    if (size_ - label_ - 1 + octets.size() > kLabelLimit) return NameError::label_too_long;
    if (size_ + octets.size() > kWireLimit) return NameError::name_too_long;
    fold_into(octets_.data() + size_, octets);
    size_ += octets.size();
    return std::nullopt;
  }
  std::optional<NameError> end_label() {
    if (size_ == label_ + 1) return NameError::empty_label;
    octets_[label_] = static_cast<char>(size_ - label_ - 1);
    label_ = size_++;
    return std::nullopt;
  }
  /// Of the labels that have ended.
  std::string_view wire() const { return {octets_.data(), label_}; }
  bool is_in_label() const { return size_ != label_ + 1; }

 private:
  std::array<char, kWireLimit + 1 + 8> octets_;  // only what is written is read
  std::size_t label_ = 0;                        // where the length of the label under way stands
  std::size_t size_ = 1;
};

}  // namespace

std::string_view describe(NameError error) {
  switch (error) {
    case NameError::empty_label:
      return "a label is empty: there are two dots in a row";
    case NameError::label_too_long:
      return "a label is longer than 63 octets";
    case NameError::name_too_long:
      return "the name is longer than 255 octets";
    case NameError::bad_escape:
      return "a backslash begins no escape";
  }
  return "";
}

std::expected<Name, NameError> Name::from_labels(const std::vector<std::string_view>& labels) {
  Writer writer;
  for (const std::string_view label : labels) {
    if (const auto error = writer.add(label)) return std::unexpected(*error);
    if (const auto error = writer.end_label()) return std::unexpected(*error);
  }
  Name name;
  name.wire_ = writer.wire();
  return name;
}

std::optional<Name> Name::from_wire(std::string_view wire) {
  if (wire.size() > kWireLimit) return std::nullopt;
  std::size_t at = 0;
  while (at < wire.size()) {
    const std::size_t span = label_span(wire[at]);
    if (span == 1 || span > 1 + kLabelLimit) return std::nullopt;
    at += span;
  }
  if (at != wire.size()) return std::nullopt;
  std::array<char, kWireLimit + 8> folded;  // only what is written is read
  fold_into(folded.data(), wire);
  std::optional<Name> name(std::in_place);
  name->wire_.assign(folded.data(), wire.size());
  return name;
}

std::expected<Name, NameError> Name::parse(std::string_view text) {
  if (text.empty() || text == ".") return Name();
  Name name;
  // Most names have no escape. What is none by itself is read again for what is wrong with it.
  WireName unescaped;
  if (text.find('\\') == text.npos && unescaped.assign(text)) {
    name.wire_ = unescaped.view();
    return name;
  }
  Writer writer;
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && text[plain] != '.' && text[plain] != '\\') ++plain;
    if (const auto error = writer.add(text.substr(0, plain))) return std::unexpected(*error);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.front() == '.') {
      if (const auto error = writer.end_label()) return std::unexpected(*error);
      text.remove_prefix(1);
      continue;
    }
    const auto escaped = read_escape(text);
    if (!escaped) return std::unexpected(NameError::bad_escape);
    if (const auto error = writer.add({&escaped->second, 1})) return std::unexpected(*error);
    text.remove_prefix(escaped->first);
  }
  // A trailing dot begins no label.
  if (writer.is_in_label()) std::ignore = writer.end_label();
  name.wire_ = writer.wire();
  return name;
}

std::string Name::text() const {
  if (is_root()) return ".";
  std::string out;
  for (const auto label : labels()) {
    if (!out.empty()) out += '.';
    for (const char c : label) {
      if (c == ' ' || kSpecial.find(c) != std::string_view::npos) {
        out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
      } else {
        append_octet(out, c);
      }
    }
  }
  return out;
}

std::vector<std::string_view> Name::labels() const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < wire_.size();) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(wire_[i]));
    out.push_back(std::string_view(wire_).substr(i + 1, length));
    i += length + 1;
  }
  return out;
}

bool Name::is_at_or_below(const Name& ancestor) const {
  std::size_t i = 0;
  while (wire_.size() - i > ancestor.wire_.size()) i += label_span(wire_[i]);
  return wire_.size() - i == ancestor.wire_.size() &&
         wire_.compare(i, std::string::npos, ancestor.wire_) == 0;
}

Name Name::parent() const {
  Name out;
  if (!is_root()) out.wire_ = wire_.substr(label_span(wire_[0]));
  return out;
}

}  // namespace mandate::dns
