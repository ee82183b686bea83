#include "dns/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mandate::dns {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, IsWellFormedAsRfc3629Section4HasIt) {
  for (const auto text : {""sv, "abc"sv, "\u00E9"sv, "\u20AC"sv, "\U0001F4E7"sv, "\U0010FFFF"sv}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const auto text : {"\x80"sv, "\xC3"sv, "\xC0\x80"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv,
                          "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "a\xFF"sv, "\xE2\x82"sv}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(ControlCharacters, AreSeenWithTheLineSeparators) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string text = "a" + std::string(1, static_cast<char>(octet)) + "b";
    EXPECT_EQ(has_control_character(text), octet < 0x20 || octet == 0x7F) << octet;
  }
  for (const auto text : {"\u0080"sv, "a\u0085b"sv, "\u009F"sv, "a\u2028"sv, "\u2029b"sv}) {
    EXPECT_TRUE(has_control_character(text)) << text;
  }
  for (const auto text : {""sv, "\u00A0"sv, "\u00E9"sv, "\u2027"sv, "\u65E5\u672C"sv}) {
    EXPECT_FALSE(has_control_character(text)) << text;
  }
}

}  // namespace
}  // namespace mandate::dns
