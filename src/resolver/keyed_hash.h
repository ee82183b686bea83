// A hash that nobody outside can foresee, for tables that hostile names reach.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mandate::resolver {

/// SipHash-1-3 (Aumasson and Bernstein, 2012) with a key of its own. Who sends mail chooses the
/// names that a shared table sees; with a hash that is the same everywhere he could choose those
/// that fall on one place, and make each look-up walk through all of them. Written here since
/// Debian's libraries have it only behind an interface that allocates (OpenSSL, which the tests
/// hold it against), and xxHash promises nothing against chosen keys.
///
/// A value type; const functions may be called from several threads at once.
class KeyedHash {
 public:
  using Key = std::array<std::uint64_t, 2>;

  /// With a key taken by lot. Throws std::runtime_error when the system gives no randomness.
  KeyedHash();
  explicit KeyedHash(const Key& key) : key_(key) {}

  std::uint64_t operator()(std::string_view octets) const noexcept;

 private:
  Key key_{};
};

}  // namespace mandate::resolver
