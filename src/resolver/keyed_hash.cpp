#include "resolver/keyed_hash.h"

#include <openssl/rand.h>

#include <bit>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace mandate::resolver {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

/// Up to eight octets as a number, the first one the lowest.
std::uint64_t load(const char* from, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, size);
  return std::endian::native == std::endian::big ? std::byteswap(word) : word;
}

}  // namespace

KeyedHash::KeyedHash() {
  std::array<unsigned char, sizeof(Key)> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) {
    throw std::runtime_error("the system gives no randomness for the key of a hash table");
  }
  key_ = std::bit_cast<Key>(octets);
}

std::uint64_t KeyedHash::operator()(std::string_view octets) const noexcept {
  State state{key_[0] ^ 0x736f6d6570736575U, key_[1] ^ 0x646f72616e646f6dU,
              key_[0] ^ 0x6c7967656e657261U, key_[1] ^ 0x7465646279746573U};
  std::size_t at = 0;
  for (; at + 8 <= octets.size(); at += 8) state.take(load(octets.data() + at, 8));
  const std::uint64_t rest = load(octets.data() + at, octets.size() - at);
  state.take(rest | std::uint64_t{octets.size()} << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace mandate::resolver
