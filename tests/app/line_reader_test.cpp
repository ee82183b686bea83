#include "app/line_reader.h"

#include <gtest/gtest.h>

#include "program.h"

namespace mandate::app {
namespace {

/// Every line, a long one as `(too long)`.
std::vector<std::string> lines_of(const std::string& contents, std::size_t limit) {
  const testing::TemporaryFolder folder;
  auto reader = LineReader::open(folder.write("lines", contents), limit);
  std::vector<std::string> all;
  for (auto line = reader->next(); *line; line = reader->next()) {
    all.emplace_back((*line)->too_long ? "(too long)" : (*line)->text);
  }
  return all;
}

TEST(LineReader, GivesLinesWithoutTheirEnds) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("", 10), Lines{});
  EXPECT_EQ(lines_of("\n", 10), Lines{""});
  EXPECT_EQ(lines_of("a\nb\r\n\nc", 10), (Lines{"a", "b", "", "c"}));
}

TEST(LineReader, SkipsAWholeLongLineAndGoesOn) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("0123456789\nx", 10), (Lines{"0123456789", "x"}));
  EXPECT_EQ(lines_of("0123456789\r\nx", 10), (Lines{"0123456789", "x"}));
  EXPECT_EQ(lines_of("0123456789a\nx", 10), (Lines{"(too long)", "x"}));
  const std::string huge(300'000, 'y');  // several reads
  EXPECT_EQ(lines_of("a\n" + huge + "\nb\n" + huge, 1000),
            (Lines{"a", "(too long)", "b", "(too long)"}));
}

TEST(LineReader, NamesAFileThatCannotBeRead) {
  const auto missing = LineReader::open("/nonexistent/lines", 10);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("/nonexistent/lines"), std::string::npos);
  auto folder = LineReader::open("/", 10);
  ASSERT_TRUE(folder);
  EXPECT_FALSE(folder->next());
}

}  // namespace
}  // namespace mandate::app
