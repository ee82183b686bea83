// A domain name as the DNS compares it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"

namespace mandate::dns {

enum class NameError {
  empty_label,     ///< two dots in a row, or a leading dot
  label_too_long,  ///< a label of more than 63 octets (RFC 1035 section 2.3.4)
  name_too_long,   ///< more than 255 octets on the wire (RFC 1035 section 2.3.4)
  bad_escape,      ///< a backslash that begins neither `\X` nor `\DDD` (RFC 1035 section 5.1)
};

/// One sentence for a person, without a full stop.
MANDATE_API std::string_view describe(NameError error);

/// An absolute domain name. Letters A to Z are folded to lower case when it is made, since names
/// are compared without regard to case (RFC 4343); every other octet is kept as it is.
///
/// Immutable but for assignment; distinct objects may be used from different threads.
class MANDATE_API Name {
 public:
  /// The root.
  Name() = default;

  /// From the presentation format of RFC 1035 section 5.1: labels between dots, escapes by a
  /// backslash, one trailing dot allowed. Every name is taken as absolute. An empty text and a dot
  /// alone are the root.
  static std::expected<Name, NameError> parse(std::string_view text);

  /// From labels in order, the leftmost first, without the root.
  static std::expected<Name, NameError> from_labels(const std::vector<std::string_view>& labels);

  /// From the uncompressed wire format without the final zero octet, as `wire` gives it; letters
  /// may be in either case. Nothing when labels and lengths do not fit.
  static std::optional<Name> from_wire(std::string_view wire);

  /// Presentation format in lower case, without the trailing dot; the root is a dot. `parse`
  /// gives back an equal name.
  std::string text() const;

  /// Uncompressed wire format without the final zero octet: a length octet before each label.
  const std::string& wire() const { return wire_; }

  /// The labels, the leftmost first; views into this object.
  std::vector<std::string_view> labels() const;

  bool is_root() const { return wire_.empty(); }

  /// True for the name itself and for every name below it, compared label by label.
  bool is_at_or_below(const Name& ancestor) const;

  /// The name without its leftmost label. The parent of the root is the root.
  Name parent() const;

  friend bool operator==(const Name&, const Name&) = default;
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string wire_;
};

/// A hash of a name in wire format: eight octets at a time, as names are short.
inline std::size_t hash_of_wire(std::string_view wire) noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = wire.size() * kOdd;
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 32;
  };
  const auto load = [&]<class Word>(std::size_t at, Word word) {
    std::memcpy(&word, wire.data() + at, sizeof word);
    return std::uint64_t{word};
  };
  const std::size_t size = wire.size();
  if (size >= 8) {
    // The last eight may have been among those before: that is no harm.
    for (std::size_t at = 0; at + 8 < size; at += 8) mix(load(at, std::uint64_t{}));
    mix(load(size - 8, std::uint64_t{}));
  } else if (size >= 4) {
    mix(load(0, std::uint32_t{}) << 32 | load(size - 4, std::uint32_t{}));
  } else {
    for (const char c : wire) mix(static_cast<unsigned char>(c));
  }
  return hash;
}

}  // namespace mandate::dns

/// @cond what stands in std is nothing to document
template <>
struct std::hash<mandate::dns::Name> {
  std::size_t operator()(const mandate::dns::Name& name) const noexcept {
    return mandate::dns::hash_of_wire(name.wire());
  }
};
/// @endcond
