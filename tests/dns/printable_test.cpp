#include "dns/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace mandate::dns {
namespace {

TEST(Printable, IsAsciiForEveryOctetAndDifferentTextsStayDifferent) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  const std::string out = printable(all);
  for (const char c : out) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  EXPECT_EQ(printable("a\\b\x1b[2J"), "a\\\\b\\027[2J");
}

TEST(Printable, SaysWhenItIsCut) {
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
}

}  // namespace
}  // namespace mandate::dns
