#include "dns/trimmed.h"

#include <gtest/gtest.h>

namespace mandate::dns {
namespace {

TEST(Trimmed, TakesBlanksAwayInFrontAndBehindAndNoneWithin) {
  const struct {
    std::string_view text;
    std::string_view trimmed;
  } rows[] = {{"", ""},          {" \t ", ""}, {"a", "a"},
              {" a", "a"},       {"a\t", "a"}, {"\t a \t b ", "a \t b"},
              {"\ra\n", "\ra\n"}};
  for (const auto& row : rows) EXPECT_EQ(trimmed(row.text), row.trimmed) << row.text;
}

TEST(Trimmed, TakesWhatItIsToldForBlanks) {
  EXPECT_EQ(trimmed(" \r\n", " \t\r\n"), "");
  EXPECT_EQ(trimmed("\t a\r\n", " \t\r\n"), "a");
  EXPECT_EQ(trimmed(" \ta ", " "), "\ta");
}

}  // namespace
}  // namespace mandate::dns
