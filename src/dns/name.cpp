#include "mandate/dns/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "dns/presentation.h"

namespace mandate::dns {
namespace {

constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kWireLimit = 254;  // 255 with the final zero octet

// What a zone file would read as something else.
constexpr std::string_view kSpecial = ".\\\";()@$";

// Without a branch, since a query's letters are in either case by lot.
char fold(char c) {
  const int is_upper = c >= 'A' && c <= 'Z';
  return static_cast<char>(c | is_upper << 5);
}

/// The octets that a label takes with its length octet.
std::size_t label_span(char length) {
  return std::size_t{1} + static_cast<unsigned char>(length);
}

/// One octet of a label, plain or escaped (RFC 1035 section 5.1), and how much text it takes.
std::optional<std::pair<std::size_t, char>> read_octet(std::string_view text) {
  return text.front() == '\\' ? read_escape(text)
                              : std::optional(std::pair{std::size_t{1}, text.front()});
}

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
  Name name;
  std::size_t size = 0;
  for (const std::string_view label : labels) size += 1 + label.size();
  name.wire_.reserve(std::min(size, kWireLimit));
  for (const std::string_view label : labels) {
    if (label.empty()) return std::unexpected(NameError::empty_label);
    if (label.size() > kLabelLimit) return std::unexpected(NameError::label_too_long);
    if (name.wire_.size() + 1 + label.size() > kWireLimit) {
      return std::unexpected(NameError::name_too_long);
    }
    name.wire_ += static_cast<char>(label.size());
    const std::size_t begin = name.wire_.size();
    name.wire_ += label;
    std::ranges::transform(label, &name.wire_[begin], fold);
  }
  return name;
}

std::expected<Name, NameError> Name::parse(std::string_view text) {
  if (text.empty() || text == ".") return Name();
  std::vector<std::string> labels(1);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '.') {
      if (labels.back().empty()) return std::unexpected(NameError::empty_label);
      if (++i < text.size()) labels.emplace_back();  // a trailing dot begins no label
      continue;
    }
    const auto octet = read_octet(text.substr(i));
    if (!octet) return std::unexpected(NameError::bad_escape);
    labels.back() += octet->second;
    i += octet->first;
  }
  return from_labels({labels.begin(), labels.end()});
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
