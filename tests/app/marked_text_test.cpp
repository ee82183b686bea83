// Marked texts: each row has a text, what is marked in it, and the two lines.
#include "app/commands/marked_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::app::testing {
namespace {

TEST(MarkedText, PutsACaretUnderTheSpan) {
  const std::string a30(30, 'a');
  const std::string b80(80, 'b');
  const struct {
    std::string text;
    spf::Span span;
    std::string shown;
  } rows[] = {
      {"v=spf1 mx -all", {7, 9}, "  v=spf1 mx -all\n         ^~\n"},
      {"mx", {2, 2}, "  mx\n    ^\n"},
      {"mx", {1, 9}, "  mx\n   ^\n"},
      {"a\x1b[b", {2, 4}, "  a\\x1b[b\n       ^~\n"},
      {"\x07", {0, 1}, "  \\x07\n  ^~~~\n"},
      {std::string(72, 'x'), {0, 1}, "  " + std::string(72, 'x') + "\n  ^\n"},
      // Cut behind, on both sides, in front.
      {"x" + b80, {0, 1}, "  x" + std::string(71, 'b') + "...\n  ^\n"},
      {a30 + "x" + b80,
       {30, 31},
       "  ..." + std::string(24, 'a') + "x" + std::string(47, 'b') + "...\n  " +
           std::string(27, ' ') + "^\n"},
      {b80 + "x" + a30,
       {80, 81},
       "  ..." + std::string(41, 'b') + "x" + a30 + "\n  " + std::string(44, ' ') + "^\n"},
      {b80, {0, 80}, "  " + std::string(72, 'b') + "...\n  ^" + std::string(71, '~') + "\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(marked_text(row.text, row.span, Palette(false)), row.shown) << row.text;
  }
  EXPECT_EQ(begin_of("mx"), "mx");
  EXPECT_EQ(begin_of(b80), std::string(72, 'b') + "...");
}

TEST(MarkedTextProperty, WhateverTheTextTwoLinesOfATerminalAreEnough) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t left = random() % 200; left > 0; --left) {
      text += static_cast<char>(random() % 256);
    }
    const std::size_t begin = random() % (text.size() + 1);
    const std::size_t end = begin + random() % (text.size() - begin + 1);
    const std::string shown = marked_text(text, {begin, end}, Palette(false));
    const std::size_t line = shown.find('\n');
    ASSERT_LE(line, 80U) << shown;
    ASSERT_LE(shown.size() - line - 2, 80U) << shown;
    ASSERT_EQ(shown.find_first_not_of(" ~^", line + 1), shown.size() - 1) << shown;
    // What stands over the caret is the first octet of the span.
    const std::size_t caret = shown.find('^', line) - line - 1;
    if (begin < text.size()) {
      const std::string octet = escaped(text.substr(begin, 1));
      ASSERT_EQ(shown.substr(caret, octet.size()), octet) << shown;
    }
  }
}

}  // namespace
}  // namespace mandate::app::testing
