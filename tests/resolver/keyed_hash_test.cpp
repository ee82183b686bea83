#include "resolver/keyed_hash.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <string>

namespace mandate::resolver {
namespace {

/// SipHash-1-3 as OpenSSL computes it.
std::uint64_t judged(const KeyedHash::Key& key, const std::string& octets) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(
      EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  std::size_t size = 8;
  unsigned rounds = 1;
  unsigned last_rounds = 3;
  const std::array parameters{OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                              OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &rounds),
                              OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &last_rounds),
                              OSSL_PARAM_construct_end()};
  const auto key_octets = std::bit_cast<std::array<unsigned char, 16>>(key);
  EXPECT_EQ(EVP_MAC_init(context.get(), key_octets.data(), key_octets.size(), parameters.data()),
            1);
  const std::string& in = octets;
  EXPECT_EQ(
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(in.data()), in.size()),
      1);
  std::array<unsigned char, 8> out{};
  std::size_t written = 0;
  EXPECT_EQ(EVP_MAC_final(context.get(), out.data(), &written, out.size()), 1);
  EXPECT_EQ(written, out.size());
  return std::bit_cast<std::uint64_t>(out);
}

TEST(KeyedHash, IsSipHashOfOneAndThreeRoundsForEveryLength) {
  const KeyedHash::Key key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  const KeyedHash hash(key);
  std::string octets;
  for (int size = 0; size <= 256; ++size) {
    EXPECT_EQ(hash(octets), judged(key, octets)) << size;
    octets += static_cast<char>(size * 7);
  }
}

TEST(KeyedHash, IsAnotherOneInEachTable) {
  const KeyedHash one;
  const KeyedHash other;
  EXPECT_EQ(one("\7example"), one("\7example"));
  EXPECT_NE(one("\7example"), other("\7example"));
}

}  // namespace
}  // namespace mandate::resolver
