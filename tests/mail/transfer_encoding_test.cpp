#include "mail/transfer_encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace mandate::mail {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view given;
  std::string_view wanted;
};

TEST(LineEnds, OfEveryKindBecomeCrlf) {
  const Case cases[]{
      {"", "\r\n"},
      {"a", "a\r\n"},
      {"a\n", "a\r\n"},
      {"a\r", "a\r\n"},
      {"a\r\n", "a\r\n"},
      {"a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd\r\n"},
      {"\r\r\n\n", "\r\n\r\n\r\n"},
      {"\n\r", "\r\n\r\n"},
      {"x\n.\r\ny\r.\rz\n.\n", "x\r\n.\r\ny\r\n.\r\nz\r\n.\r\n"},
  };
  for (const auto& [given, wanted] : cases) EXPECT_EQ(with_crlf(given), wanted) << given;
}

TEST(QuotedPrintable, FollowsItsRules) {
  const Case cases[]{
      {"plain text\r\n", "plain text\r\n"},
      {"a=b\r\n", "a=3Db\r\n"},
      {"caf\u00E9\r\n", "caf=C3=A9\r\n"},
      {"blank at the end \r\n", "blank at the end=20\r\n"},
      {"tab\tand nul\0\r\n"sv, "tab=09and nul=00\r\n"},
      {"\x7F\x1B[2J\r\n", "=7F=1B[2J\r\n"},
      {".\r\n", "=2E\r\n"},
      {"..hidden\r\n", "=2E.hidden\r\n"},
      {"From here\r\nFrominent\r\n", "=46rom here\r\nFrominent\r\n"},
      {"\r\n\r\n", "\r\n\r\n"},
  };
  for (const auto& [given, wanted] : cases) EXPECT_EQ(quoted_printable(given), wanted) << given;
}

TEST(QuotedPrintable, BreaksLinesSoftlyAtSeventySix) {
  EXPECT_EQ(quoted_printable(std::string(76, 'a') + "\r\n"), std::string(76, 'a') + "\r\n");
  EXPECT_EQ(quoted_printable(std::string(77, 'a') + "\r\n"), std::string(75, 'a') + "=\r\naa\r\n");
  // A dot that would come first behind a soft break is encoded too.
  EXPECT_EQ(quoted_printable(std::string(75, 'a') + ".b\r\n"),
            std::string(75, 'a') + "=\r\n=2Eb\r\n");
  // An escape is never cut in two.
  EXPECT_EQ(quoted_printable(std::string(74, 'a') + "\u00E9\r\n"),
            std::string(74, 'a') + "=\r\n=C3=A9\r\n");
}

// RFC 4648 section 10.
TEST(Base64, GivesTheVectorsOfTheRfc) {
  const Case cases[]{{"", ""},
                     {"f", "Zg=="},
                     {"fo", "Zm8="},
                     {"foo", "Zm9v"},
                     {"foob", "Zm9vYg=="},
                     {"fooba", "Zm9vYmE="},
                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [given, wanted] : cases) EXPECT_EQ(base64(given), wanted);
}

TEST(Base64, HasLinesOfSeventySix) {
  EXPECT_EQ(base64_lines(""), "");
  EXPECT_EQ(base64_lines(std::string(57, 'a')).size(), 78U);
  const std::string two = base64_lines(std::string(58, 'a'));
  EXPECT_EQ(two.find("\r\n"), 76U);
  EXPECT_EQ(two.substr(78), "YQ==\r\n");
}

TEST(Body, TakesTheShorterEncoding) {
  EXPECT_EQ(encode_body("Hello\nworld\n").encoding, "quoted-printable");
  EXPECT_EQ(encode_body("\u65E5\u672C\u8A9E\u65E5\u672C\u8A9E").encoding, "base64");
  EXPECT_EQ(encode_body(std::string(400, '\n')).encoding, "quoted-printable");
}

TEST(Body, OfAnyOctetsIsSevenBitLinesWithoutControls) {
  std::string every;
  for (int round = 0; round < 3; ++round) {
    for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
  }
  for (const std::string& body : {every, std::string(5000, '.'), std::string(5000, '\0'),
                                  "x" + std::string(5000, ' '), std::string(3000, '\r')}) {
    std::string left = encode_body(body).content;
    ASSERT_TRUE(left.ends_with("\r\n"));
    while (!left.empty()) {
      const std::size_t end = left.find("\r\n");
      ASSERT_NE(end, std::string::npos);
      const std::string line = left.substr(0, end);
      EXPECT_LE(line.size(), 76U);
      EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; })) << line;
      EXPECT_FALSE(line.starts_with('.')) << line;
      left.erase(0, end + 2);
    }
  }
}

}  // namespace
}  // namespace mandate::mail
