// Reading the octets of a DNS message in order (RFC 1035 section 4.1), whatever they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mandate::dns {

/// Reads octets in order. Once it has failed it stays failed, moves no further and gives zeros, so
/// that a caller may read several fields and ask once. The octets must outlive it.
class WireReader {
 public:
  /// Of at most four octets, the highest first.
  static std::uint32_t number_of(std::string_view octets) {
    std::uint32_t value = 0;
    for (const char octet : octets) value = value << 8 | static_cast<unsigned char>(octet);
    return value;
  }

  explicit WireReader(std::string_view bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}

  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  bool failed() const { return !problem_.empty(); }

  /// What is malformed and at which octet; empty while nothing has failed.
  const std::string& problem() const { return problem_; }

  /// Only the first failure is kept.
  void fail(std::string_view what) { fail_at(what, at_); }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  std::string_view take(std::size_t count) {
    if (failed() || left() < count) {
      fail("the message ends too early");
      return {};
    }
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

  /// Looks through a name, whose compression (RFC 1035 section 4.1.4) is followed, and gives where
  /// it begins. Each pointer must lead to before the labels read so far began, and there must be no
  /// more of them than a name can have labels, so that the work is bounded.
  std::size_t skip_name();

 private:
  std::uint32_t number(std::size_t octets) { return number_of(take(octets)); }
  void fail_at(std::string_view what, std::size_t octet);

  std::string_view bytes_;
  std::size_t at_;
  std::string problem_;
};

}  // namespace mandate::dns
