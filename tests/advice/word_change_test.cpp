#include "advice/word_change.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::advice {
namespace {

/// The text with `[` and `]` round the spans.
std::string marked(std::string_view text, const std::vector<spf::Span>& spans) {
  std::string out;
  std::size_t done = 0;
  for (const spf::Span& span : spans) {
    out += text.substr(done, span.begin - done);
    out += "[" + std::string(span.in(text)) + "]";
    done = span.end;
  }
  out += text.substr(done);
  return out;
}

TEST(WordChange, MarksTheFewestWords) {
  const struct {
    const char* before;
    const char* after;
    const char* removed;
    const char* added;
  } rows[] = {
      {"a b c", "a b c", "a b c", "a b c"},
      {"a c", "a b c", "a c", "a [b] c"},
      {"a b c", "a c", "a [b] c", "a c"},
      {"a b c d", "a c b d", "a [b] c d", "a c [b] d"},
      {"", "a b", "", "[a] [b]"},
      {"a  b", "a b", "a  b", "a b"},  // spaces are no words
      {"a b a", "b a b", "[a] b a", "b a [b]"},
  };
  for (const auto& row : rows) {
    const WordChange change = word_change(row.before, row.after);
    EXPECT_EQ(marked(row.before, change.removed), row.removed);
    EXPECT_EQ(marked(row.after, change.added), row.added);
  }
}

std::string without(std::string_view text, const std::vector<spf::Span>& spans) {
  std::string out;
  std::size_t done = 0;
  for (const spf::Span& span : spans) {
    out += text.substr(done, span.begin - done);
    done = span.end;
  }
  out += text.substr(done);
  std::erase(out, ' ');
  return out;
}

TEST(WordChange, WhatIsNotMarkedIsTheSameOnBothSides) {
  std::mt19937 random(7208);
  const auto text = [&] {
    std::string out;
    for (std::size_t i = random() % 12; i > 0; --i) {
      out += std::string(1 + random() % 2, ' ');
      out += static_cast<char>('a' + random() % 4);
    }
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = text();
    const std::string after = text();
    const WordChange change = word_change(before, after);
    ASSERT_EQ(without(before, change.removed), without(after, change.added))
        << "'" << before << "' '" << after << "'";
  }
}

TEST(WordChange, OfTextsThatDifferInThousandsOfWordsIsAllBetween) {
  std::string before = "v";
  std::string after = "v";
  for (int i = 0; i < 20'000; ++i) {
    before += " a";
    after += " b";
  }
  const WordChange change = word_change(before + " z", after + " z");
  EXPECT_EQ(change.removed.size(), 20'000U);
  EXPECT_EQ(change.added.size(), 20'000U);
}

}  // namespace
}  // namespace mandate::advice
