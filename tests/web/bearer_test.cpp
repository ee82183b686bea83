#include "web/bearer.h"

#include <gtest/gtest.h>

#include <set>

namespace mandate::web {
namespace {

TEST(BearerKey, IsThePrefixAndFiftyTwoLettersOfBase32) {
  for (int i = 0; i < 200; ++i) {
    const std::string key = new_bearer_key();
    EXPECT_EQ(key.size(), 55U);
    EXPECT_TRUE(key.starts_with("mk_"));
    EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 3), std::string::npos);
    EXPECT_TRUE(is_bearer_key(key));
    EXPECT_TRUE(key.back() == 'a' || key.back() == 'q') << "255 bits, one bit and four zeros";
  }
}

TEST(BearerKey, IsNeverMadeTwiceAndUsesEveryLetter) {
  std::set<std::string> keys;
  std::set<char> letters;
  for (int i = 0; i < 500; ++i) {
    const std::string key = new_bearer_key();
    keys.insert(key);
    letters.insert(key.begin() + 3, key.end() - 1);
  }
  EXPECT_EQ(keys.size(), 500U);
  EXPECT_EQ(letters.size(), 32U);
}

TEST(BearerKey, IsToldFromWhatIsNone) {
  const std::string key = new_bearer_key();
  for (const std::string& text :
       {std::string(), std::string("mk_"), key + "a", key.substr(0, 54), "MK_" + key.substr(3),
        "mk-" + key.substr(3), key.substr(0, 54) + "1", key.substr(0, 54) + "A",
        key.substr(0, 54) + std::string(1, '\0'), " " + key}) {
    EXPECT_FALSE(is_bearer_key(text)) << text;
  }
}

TEST(BearerKey, IsHashedBySha256) {
  EXPECT_EQ(hash_bearer_key("abc"),  // FIPS 180-2 appendix B.1
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_bearer_key(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace mandate::web
