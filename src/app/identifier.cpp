#include "app/identifier.h"

#include <openssl/rand.h>

#include <bit>
#include <stdexcept>
#include <string_view>

namespace mandate::app {

std::string identifier(std::chrono::sys_time<std::chrono::milliseconds> time,
                       const std::array<std::uint8_t, 10>& random) {
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuv";
  std::array<std::uint8_t, 16> octets{};
  const auto milliseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) {
    octets[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  for (std::size_t i = 0; i < random.size(); ++i) octets[6 + i] = random[i];

  // 128 bits are 25 letters and 3 bits: two zero bits in front fill the first letter.
  std::string text;
  std::uint32_t pending = 0;
  int bits = 2;
  for (const std::uint8_t octet : octets) {
    pending = (pending << 8) | octet;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      text += letters[(pending >> bits) & 31U];
    }
  }
  return text;
}

namespace {

template <std::size_t count>
std::array<std::uint8_t, count> random_octets() {
  std::array<std::uint8_t, count> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    throw std::runtime_error("the system gives no random octets");
  }
  return random;
}

}  // namespace

std::string new_id() {
  const auto now = std::chrono::system_clock::now();
  return identifier(std::chrono::time_point_cast<std::chrono::milliseconds>(now),
                    random_octets<10>());
}

std::string new_token() {
  // The last 80 bits of an identifier, which are whole letters, are the random ones.
  constexpr std::size_t letters = 16;
  const std::string id = new_id();
  return id.substr(id.size() - letters);
}

std::uint64_t new_lot() {
  return std::bit_cast<std::uint64_t>(random_octets<8>());
}

}  // namespace mandate::app
