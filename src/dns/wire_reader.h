// Reading the octets of a DNS message in order (RFC 1035 section 4.1), whatever they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mandate/dns/name.h"

namespace mandate::dns {

/// Reads octets in order. Once it has failed it stays failed, moves no further and gives zeros, so
/// that a caller may read several fields and ask once. The octets must outlive it.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  bool failed() const { return !problem_.empty(); }

  /// What is malformed and at which octet; empty while nothing has failed.
  const std::string& problem() const { return problem_; }

  /// Only the first failure is kept.
  void fail(std::string_view what) { fail_at(what, at_); }

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::string_view take(std::size_t count);

  /// A name, whose compression (RFC 1035 section 4.1.4) is followed. Each pointer must lead to
  /// before the labels read so far began, and there must be no more of them than a name can have
  /// labels, so that the work is bounded.
  Name name();

 private:
  void fail_at(std::string_view what, std::size_t octet);
  /// The octet at a place, or zero and a failure behind the end.
  std::uint8_t peek(std::size_t octet);

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::string problem_;
};

}  // namespace mandate::dns
