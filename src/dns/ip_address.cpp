#include "mandate/dns/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "dns/presentation.h"

namespace mandate::dns {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::uint8_t bit_mask(int bit) {
  return static_cast<std::uint8_t>(0x80 >> (bit % 8));
}
std::size_t octet_of(int bit) {
  return static_cast<std::size_t>(bit / 8);
}

IpAddress of_family(Family family, const IpAddress::Bytes& octets) {
  if (family == Family::v6) return IpAddress::v6(octets);
  return IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  Bytes sixteen{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) {
  IpAddress address;
  std::ranges::copy(octets, address.octets_.begin());
  return address;
}

IpAddress IpAddress::v6(const Bytes& octets) {
  IpAddress address;
  address.family_ = Family::v6;
  address.octets_ = octets;
  return address;
}

IpAddress IpAddress::unmapped() const {
  if (is_v4() || !std::equal(kMapped.begin(), kMapped.end(), octets_.begin())) return *this;
  return v4({octets_[12], octets_[13], octets_[14], octets_[15]});
}

std::optional<IpAddress> IpAddress::next() const {
  IpAddress out = *this;
  for (std::size_t i = octet_of(bits()); i-- > 0;) {
    if (++out.octets_[i] != 0) return out;  // else it carries into the octet before
  }
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string IpAddress::reverse_name() const {
  std::string out;
  for (std::size_t i = octet_of(bits()); i-- > 0;) {
    const int octet = octets_[i];
    out += is_v4() ? fmt::format("{}.", octet) : fmt::format("{:x}.{:x}.", octet & 15, octet >> 4);
  }
  return out + (is_v4() ? "in-addr.arpa" : "ip6.arpa");
}

Prefix::Prefix(const IpAddress& address, int length)
    : length_(std::clamp(length, 0, address.bits())) {
  IpAddress::Bytes octets = address.octets();
  for (int bit = length_; bit < address.bits(); ++bit) {
    std::uint8_t& octet = octets[octet_of(bit)];
    octet = static_cast<std::uint8_t>(octet & ~bit_mask(bit));
  }
  network_ = of_family(address.family(), octets);
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  int length = address->bits();
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto number = parse_number(digits, static_cast<std::uint32_t>(address->bits()));
    if (!number || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    length = static_cast<int>(*number);
  }
  const Prefix prefix(*address, length);
  if (prefix.network() != *address) return std::nullopt;  // host bits
  return prefix;
}

bool Prefix::contains(const IpAddress& address) const {
  if (address.family() != family()) return false;
  const auto& ours = network_.octets();
  const auto& theirs = address.octets();
  const std::size_t whole = octet_of(length_);
  if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole),
                  theirs.begin())) {
    return false;
  }
  const int rest = length_ % 8;
  return rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0;
}

IpAddress Prefix::last() const {
  IpAddress::Bytes octets = network_.octets();
  for (int bit = length_; bit < network_.bits(); ++bit) {
    std::uint8_t& octet = octets[octet_of(bit)];
    octet = static_cast<std::uint8_t>(octet | bit_mask(bit));
  }
  return of_family(family(), octets);
}

std::string Prefix::text() const {
  return fmt::format("{}/{}", network_.text(), length_);
}

}  // namespace mandate::dns
