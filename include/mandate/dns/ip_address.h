// IP addresses and prefixes, as A and AAAA records and SPF's ip4 and ip6 carry them.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"

namespace mandate::dns {

enum class Family : std::uint8_t { v4, v6 };

/// An IPv4 or IPv6 address. A value type; orders by family, then numerically.
class MANDATE_API IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  /// 0.0.0.0
  IpAddress() = default;

  /// Dotted quad, or RFC 4291 text. `::ffff:a.b.c.d` stays IPv6 here: see `unmapped`.
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::array<std::uint8_t, 4> octets);
  static IpAddress v6(const Bytes& octets);
  Family family() const { return family_; }
  bool is_v4() const { return family_ == Family::v4; }
  /// 32 or 128.
  int bits() const { return is_v4() ? 32 : 128; }
  /// The octets in network order; of an IPv4 address only the first four, the others are zero.
  const Bytes& octets() const { return octets_; }

  /// The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2), else the
  /// address itself. SPF treats such a client as IPv4 (RFC 7208 section 5).
  IpAddress unmapped() const;

  /// The next address, or nothing behind the last one of the family.
  std::optional<IpAddress> next() const;

  /// The address before, or nothing before the first one of the family.
  std::optional<IpAddress> previous() const;

  /// RFC 5952 text.
  std::string text() const;

  /// The name under `in-addr.arpa` or `ip6.arpa` that holds the PTR records, as text.
  std::string reverse_name() const;

  void assign_v4(std::uint32_t number) {
    family_ = Family::v4;
    std::uint64_t word = std::uint64_t{number} << 32;
    if constexpr (std::endian::native != std::endian::big) word = std::byteswap(word);
    constexpr std::uint64_t kZero = 0;
    std::memcpy(octets_.data(), &word, sizeof word);
    std::memcpy(octets_.data() + sizeof word, &kZero, sizeof kZero);
  }

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::v4;
  Bytes octets_{};
};

/// Whether two addresses are of one family and equal in their first `length` bits.
inline bool shares_prefix(const IpAddress& a, const IpAddress& b, int length) {
  if (a.family() != b.family()) return false;
  const auto difference = [&](std::size_t at) {
    std::uint64_t ours = 0;
    std::uint64_t theirs = 0;
    std::memcpy(&ours, a.octets().data() + at, sizeof ours);
    std::memcpy(&theirs, b.octets().data() + at, sizeof theirs);
    const std::uint64_t bits = ours ^ theirs;
    return std::endian::native == std::endian::big ? bits : std::byteswap(bits);
  };
  if (length == 0) return true;
  if (length <= 64) return difference(0) >> (64 - length) == 0;
  return difference(0) == 0 && difference(8) >> (128 - length) == 0;
}

/// A network prefix: an address whose bits behind `length` are zero.
class MANDATE_API Prefix {
 public:
  /// 0.0.0.0/0
  Prefix() = default;

  /// `length` is clamped to the family's bits; host bits of `address` are cleared.
  Prefix(const IpAddress& address, int length);

  /// Becomes an IPv4 prefix: 192.0.2.1 is given as 0xc0000201, host bits are cleared, `length` is
  /// from 0 to 32. In place, since a parser that builds and copies waits for its own stores.
  void assign_v4(std::uint32_t number, int length) {
    if (length < 32) number &= ~(~std::uint32_t{0} >> length);
    network_.assign_v4(number);
    length_ = static_cast<std::uint8_t>(length);
  }

  /// `ADDRESS/LENGTH`, or an address alone for a prefix of that one address. Refuses host bits
  /// that are not zero, leading zeros in the length, and white space.
  static std::optional<Prefix> parse(std::string_view text);

  Family family() const { return network_.family(); }
  const IpAddress& network() const { return network_; }
  int length() const { return length_; }

  /// False when the families differ.
  bool contains(const IpAddress& address) const {
    return shares_prefix(network_, address, length_);
  }

  /// The numerically last address of the prefix.
  IpAddress last() const;

  /// `ADDRESS/LENGTH`, always with its length.
  std::string text() const;

  friend bool operator==(const Prefix&, const Prefix&) = default;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;

 private:
  IpAddress network_;
  std::uint8_t length_ = 0;
};

/// Addresses of one family from `first` to `last`, both included.
struct AddressRange {
  IpAddress first;
  IpAddress last;
  bool contains(const IpAddress& address) const { return first <= address && address <= last; }
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

/// Every address of a family.
MANDATE_API AddressRange whole(Family family);

/// The fewest prefixes that hold exactly the addresses of a range, in ascending order.
MANDATE_API std::vector<Prefix> prefixes_of(const AddressRange& range);

}  // namespace mandate::dns
