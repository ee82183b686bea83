#include "app/line_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

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

// The rest of a line is not here yet: half a domain is another domain.
TEST(LineReader, AnInterruptionDropsTheLineThatHasNotComeToItsEnd) {
  const std::string text = "first.test\r\nsecond.test\n" + std::string(30, 'x') + "\nlast.test";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string came = text.substr(0, size);
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    const int interruption = ::eventfd(0, EFD_CLOEXEC);
    auto reader = LineReader::open("/dev/fd/" + std::to_string(pipe[0]), 20);
    ASSERT_TRUE(reader) << reader.error();
    reader->end_with(interruption);
    ASSERT_EQ(::write(pipe[1], came.data(), came.size()), static_cast<ssize_t>(came.size()));
    const auto whole = std::ranges::count(came, '\n');
    for (std::ptrdiff_t i = 0; i < whole; ++i) {
      const auto line = reader->next();
      ASSERT_TRUE(line && *line) << size;
      EXPECT_EQ((*line)->too_long, i == 2);
    }
    ASSERT_EQ(::eventfd_write(interruption, 1), 0);
    const auto end = reader->next();
    EXPECT_TRUE(end && !*end) << size;
    for (const int file : {pipe[0], pipe[1], interruption}) ::close(file);
  }
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
