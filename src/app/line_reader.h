// Lines of a file or pipe as they arrive, with a bound on their length.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

namespace mandate::app {

/// Owns its file descriptor. Not thread-safe.
class LineReader {
 public:
  struct Line {
    std::string text;       ///< without its line end (LF or CRLF); empty when too long
    bool too_long = false;  ///< longer than the limit; all of it has been skipped
  };

  /// `-` is standard input. The error is a sentence with the path.
  static std::expected<LineReader, std::string> open(const std::string& path, std::size_t limit);
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  ~LineReader();

  /// The next line, or nothing at the end. A last line without a line end counts.
  std::expected<std::optional<Line>, std::string> next();

 private:
  LineReader(int file, std::string path, std::size_t limit);

  int file_;
  std::string path_;
  std::size_t limit_;
  std::string buffer_;     // what has been read and not yet given
  bool skipping_ = false;  // within a line that is too long
  bool ended_ = false;
};

}  // namespace mandate::app
