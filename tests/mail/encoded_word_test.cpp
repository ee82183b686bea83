#include "mail/encoded_word.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mandate::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EncodedWord, IsShortestOfQAndB) {
  EXPECT_THAT(encoded_words("J\u00FCrgen at work", 67),
              ElementsAre("=?UTF-8?Q?J=C3=BCrgen_at_work?="));
  EXPECT_THAT(encoded_words("\u65E5\u672C\u8A9E", 67), ElementsAre("=?UTF-8?B?5pel5pys6Kqe?="));
}

TEST(EncodedWord, OfNothingIsNothing) {
  EXPECT_THAT(encoded_words("", 67), IsEmpty());
}

TEST(EncodedWord, LeavesOnlyOctetsThatAPhraseMayHold) {
  EXPECT_THAT(encoded_words("a,b.(c)\"<=?_", 67), ElementsAre("=?UTF-8?B?YSxiLihjKSI8PT9f?="));
  EXPECT_THAT(encoded_words("one, two and three", 67),
              ElementsAre("=?UTF-8?Q?one=2C_two_and_three?="));
}

TEST(EncodedWord, KeepsItsLimitAndWholeCharacters) {
  for (const std::string character : {"x", "\u00E9", "\u65E5", "\U0001F600"}) {
    std::string text;
    for (int i = 0; i < 120; ++i) text += character;
    for (const std::size_t first : {std::size_t{32}, std::size_t{60}, kEncodedWordLimit}) {
      const auto words = encoded_words(text, first);
      ASSERT_GT(words.size(), 1U);
      EXPECT_LE(words.front().size(), first);
      for (const std::string& word : words) {
        EXPECT_LE(word.size(), kEncodedWordLimit);
        // A character cut in two would begin or end a word with base64 that is no multiple of the
        // character; in Q a continuation octet would come first.
        const std::string body = word.substr(10, word.size() - 12);
        if (word[8] == 'Q') {
          EXPECT_FALSE(body.starts_with("=8") || body.starts_with("=9") || body.starts_with("=A") ||
                       body.starts_with("=B"))
              << word;
        } else {
          const std::size_t padding = body.ends_with("==") ? 2 : body.ends_with("=") ? 1 : 0;
          EXPECT_EQ((body.size() / 4 * 3 - padding) % character.size(), 0U) << word;
        }
      }
    }
  }
}

}  // namespace
}  // namespace mandate::mail
