// IP addresses and prefixes, as A and AAAA records and SPF's ip4 and ip6 carry them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mandate::dns {

enum class Family : std::uint8_t { v4, v6 };

/// An IPv4 or IPv6 address. A value type; orders by family, then numerically.
class IpAddress {
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

  /// RFC 5952 text.
  std::string text() const;

  /// The name under `in-addr.arpa` or `ip6.arpa` that holds the PTR records, as text.
  std::string reverse_name() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::v4;
  Bytes octets_{};
};

/// A network prefix: an address whose bits behind `length` are zero.
class Prefix {
 public:
  /// 0.0.0.0/0
  Prefix() = default;

  /// `length` is clamped to the family's bits; host bits of `address` are cleared.
  Prefix(const IpAddress& address, int length);

  /// `ADDRESS/LENGTH`, or an address alone for a prefix of that one address. Refuses host bits
  /// that are not zero, leading zeros in the length, and white space.
  static std::optional<Prefix> parse(std::string_view text);

  Family family() const { return network_.family(); }
  const IpAddress& network() const { return network_; }
  int length() const { return length_; }

  /// False when the families differ.
  bool contains(const IpAddress& address) const;

  /// The numerically last address of the prefix.
  IpAddress last() const;

  /// `ADDRESS/LENGTH`, always with its length.
  std::string text() const;

  friend bool operator==(const Prefix&, const Prefix&) = default;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;

 private:
  IpAddress network_;
  int length_ = 0;
};

}  // namespace mandate::dns
