// Numbers that nobody can foresee: ids of queries, letters of names, choice of ports.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mandate::resolver {

/// Without randomness nothing is asked; follows the server's name in a sentence.
inline constexpr const char* no_randomness =
    "was not asked, since the system gives no random numbers";

/// Draws from OpenSSL many at a time, since each call of it has its price. For one thread.
class RandomNumbers {
 public:
  /// Nothing when the system gives no randomness.
  std::optional<std::uint16_t> next();

 private:
  std::array<std::uint16_t, 512> drawn_{};
  std::size_t at_ = drawn_.size();
};

}  // namespace mandate::resolver
