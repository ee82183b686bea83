#include "app/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

namespace mandate::app {
namespace {

using namespace std::string_literals;

TEST(Escaped, ShowsEveryOctetButPrintableAsciiInHex) {
  const std::pair<std::string, std::string> table[] = {
      {"v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
      {"\0"s, "\\x00"},
      {"\x7f", "\\x7f"},
      {"\xe2\x80\xae", "\\xe2\\x80\\xae"},  // a right-to-left override
      {"\\x1b", "\\\\x1b"}};
  for (const auto& [text, expected] : table) EXPECT_EQ(escaped(text), expected);
}

TEST(Escaped, KeepsDifferentOctetsDifferent) {
  std::set<std::string> seen;
  for (int octet = 0; octet < 256; ++octet) {
    const std::string shown = escaped(std::string(1, static_cast<char>(octet)));
    EXPECT_TRUE(seen.insert(shown).second) << shown;
    for (const char c : shown) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(JsonText, IsUtf8WhateverTheOctets) {
  const std::pair<std::string, std::string> table[] = {
      {"plain", "plain"},
      {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
      {"\xf0\x9f\x93\xac", "\xf0\x9f\x93\xac"},
      {"\xff", "\\xff"},
      {"\xc3", "\\xc3"},                             // cut short
      {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong
      {"\xe0\x80\x80", "\\xe0\\x80\\x80"},           // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
      {"a\xc3\xbc\x80", "a\\xc3\\xbc\\x80"}};
  for (const auto& [octets, expected] : table) EXPECT_EQ(json_text(octets), expected);
}

/// The two ends of a pseudo-terminal.
struct Terminal {
  int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  int end = ::grantpt(master) == 0 && ::unlockpt(master) == 0
                ? ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC)
                : -1;
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::close(end);
    ::close(master);
  }
};

TEST(Colour, IsForTerminalsWithoutNoColor) {
  const struct {
    const char* term;
    const char* no_color;
    bool expected;
  } table[] = {{"xterm", nullptr, true},
               {"xterm", "", true},
               {"xterm", "1", false},
               {"dumb", nullptr, false},
               {nullptr, nullptr, false}};
  const Terminal terminal;
  ASSERT_GE(terminal.end, 0);
  const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const auto set = [](const char* name, const char* value) {
    return value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  };
  for (const auto& row : table) {
    ASSERT_EQ(set("TERM", row.term), 0);
    ASSERT_EQ(set("NO_COLOR", row.no_color), 0);
    EXPECT_EQ(shows_colour(terminal.end), row.expected)
        << (row.term ? row.term : "no TERM") << " " << (row.no_color ? row.no_color : "unset");
    EXPECT_FALSE(shows_colour(file));
  }
  ::close(file);
}

TEST(Palette, IsSilentWhenOff) {
  EXPECT_EQ(Palette(false).good("pass"), "pass");
  EXPECT_EQ(Palette(true).good("pass"), "\x1b[1;32mpass\x1b[0m");
}

}  // namespace
}  // namespace mandate::app
