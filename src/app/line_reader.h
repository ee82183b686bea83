// Lines of a file or pipe as they arrive, with a bound on their length.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mandate::app {

/// Owns its file descriptor. Not thread-safe.
class LineReader {
 public:
  struct Line {
    /// Without its line end (LF or CRLF); empty when too long. Good until the next call of `next`.
    std::string_view text;
    bool too_long = false;  ///< longer than the limit; all of it has been skipped
  };

  /// `-` is standard input. The error is a sentence with the path.
  static std::expected<LineReader, std::string> open(const std::string& path, std::size_t limit);
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  ~LineReader();

  /// The next line, or nothing at the end. A last line without a line end counts.
  std::expected<std::optional<Line>, std::string> next();

  /// Whether the next line is here already, so that `next` need not wait for it.
  bool has_line() const { return buffer_.find('\n', begun_) != std::string::npos; }

  /// From when that descriptor is readable on, no more is read: the lines that came until then were
  /// all, and one that had not come to its end is none, since nobody knows what it would have been.
  void end_with(int descriptor) { end_with_ = descriptor; }

 private:
  LineReader(int file, std::string path, std::size_t limit);

  /// Appends to the buffer, or comes to the end.
  std::expected<void, std::string> read_more();
  bool is_interrupted() const;

  int file_;
  std::string path_;
  std::size_t limit_;
  int end_with_ = -1;
  std::string buffer_;  // what has been read; given up to `begun_`
  std::size_t begun_ = 0;
  bool skipping_ = false;  // within a line that is too long
  bool ended_ = false;
};

}  // namespace mandate::app
