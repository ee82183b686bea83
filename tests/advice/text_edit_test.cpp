// Edits of a text: each row has what was, what becomes of it, and the words that differ.
#include "advice/text_edit.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::advice {
namespace {

TEST(TextEdit, NamesTheWordsThatDiffer) {
  const struct {
    std::string before;
    std::string after;
    std::string old_words;
    std::string new_words;
  } rows[] = {
      {"1v=spf1 mx -all", "v=spf1 mx -all", "1v=spf1", "v=spf1"},
      {"v=sfp1 mx", "v=spf1 mx", "v=sfp1", "v=spf1"},
      {"a:x ~all", "v=spf1 a:x ~all", "a:x", "v=spf1 a:x"},
      {"v=spf1 a b c", "v=spf1 a x c", "b", "x"},
      {"v=spf1 a b", "v=spf1 a b c", "b", "b c"},
      {"\"v=spf1 mx\"", "v=spf1 mx", "\"v=spf1 mx\"", "v=spf1 mx"},
      {"mx", "mx", "mx", "mx"},
      {"", "v=spf1", "", "v=spf1"},
      {"a b", "a", "a b", "a"},
  };
  for (const auto& row : rows) {
    const TextEdit edit = changed_words(row.before, row.after);
    EXPECT_EQ(edit.span.in(row.before), row.old_words) << row.before;
    EXPECT_EQ(edit.text, row.new_words) << row.before;
  }
}

TEST(TextEditProperty, TheWordsThatDifferMakeTheOtherText) {
  std::mt19937_64 random(3);
  const auto text = [&] {
    std::string out;
    for (std::size_t left = random() % 8; left > 0; --left) out += "ab "[random() % 3];
    return out;
  };
  for (int round = 0; round < 100'000; ++round) {
    const std::string before = text();
    const std::string after = text();
    const TextEdit edit = changed_words(before, after);
    std::string made = before;
    made.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
    ASSERT_EQ(made, after) << before;
  }
}

}  // namespace
}  // namespace mandate::advice
