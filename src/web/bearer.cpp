#include "web/bearer.h"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <stdexcept>

#include "registry/sha256.h"

namespace mandate::web {
namespace {

constexpr std::string_view kPrefix = "mk_";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 section 6
constexpr std::size_t kRandomOctets = 32;
constexpr std::size_t kRandomLetters = (kRandomOctets * 8 + 4) / 5;

}  // namespace

std::string new_bearer_key() {
  std::array<std::uint8_t, kRandomOctets> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    throw std::runtime_error("the system's generator gives no random octets");
  }
  std::string key(kPrefix);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const std::uint8_t octet : random) {
    pending = (pending << 8) | octet;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      key += kLetters[(pending >> bits) & 31U];
    }
  }
  key += kLetters[(pending << (5 - bits)) & 31U];  // the last bit, in front of four zeros
  return key;
}

bool is_bearer_key(std::string_view text) {
  return text.size() == kPrefix.size() + kRandomLetters && text.starts_with(kPrefix) &&
         text.find_first_not_of(kLetters, kPrefix.size()) == std::string_view::npos;
}

std::string hash_bearer_key(std::string_view key) {
  return registry::sha256(key);
}

}  // namespace mandate::web
