#include "resolver/random_numbers.h"

#include <openssl/rand.h>

namespace mandate::resolver {

std::optional<std::uint16_t> RandomNumbers::next() {
  if (at_ == drawn_.size()) {
    std::array<unsigned char, sizeof drawn_> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return std::nullopt;
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
      drawn_[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
    }
    at_ = 0;
  }
  return drawn_[at_++];
}

}  // namespace mandate::resolver
