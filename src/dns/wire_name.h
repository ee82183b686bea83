// A name in the wire format that needs no memory of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mandate/dns/name.h"

namespace mandate::dns {

class WireName {
 public:
  /// Reads labels between dots, one trailing dot dropped; a backslash is an octet as any other.
  /// False, and empty, when that is no legal domain name: an empty label, a label over 63 octets,
  /// more than 253 octets.
  bool assign(std::string_view text);

  /// As `dns::Name::wire`.
  std::string_view view() const { return {octets_.data(), size_}; }
  int labels() const { return labels_; }
  bool is_ascii() const { return is_ascii_; }
  Name name() const;

 private:
  // A length octet, and the text in whole eights. Only the first `size_` are ever read.
  std::array<char, 1 + 256> octets_;
  std::uint8_t size_ = 0;
  std::uint8_t labels_ = 0;
  bool is_ascii_ = true;
};

/// The name of a wire format made by `WireName` or `dns::Name`.
Name name_of(std::string_view wire);

}  // namespace mandate::dns
