#include "app/line_reader.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mandate::app {

LineReader::LineReader(int file, std::string path, std::size_t limit)
    : file_(file), path_(std::move(path)), limit_(limit) {}

LineReader::LineReader(LineReader&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      limit_(other.limit_),
      buffer_(std::move(other.buffer_)),
      skipping_(other.skipping_),
      ended_(other.ended_) {}

LineReader::~LineReader() {
  if (file_ > STDERR_FILENO) ::close(file_);
}

std::expected<LineReader, std::string> LineReader::open(const std::string& path,
                                                        std::size_t limit) {
  if (path == "-") return LineReader(STDIN_FILENO, "standard input", limit);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return std::unexpected(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  return LineReader(file, path, limit);
}

std::expected<std::optional<LineReader::Line>, std::string> LineReader::next() {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    const bool last = end == std::string::npos && ended_;
    if (last && buffer_.empty() && !skipping_) return std::nullopt;
    if (end != std::string::npos || last) {
      Line line{buffer_.substr(0, end), std::exchange(skipping_, false)};
      buffer_.erase(0, last ? end : end + 1);
      if (line.text.ends_with('\r')) line.text.pop_back();
      line.too_long = line.too_long || line.text.size() > limit_;
      if (line.too_long) line.text.clear();
      return line;
    }
    searched = buffer_.size();
    if (buffer_.size() > limit_ + 1) {  // one more for a CR
      skipping_ = true;
      buffer_.clear();
      searched = 0;
    }
    std::array<char, 65536> chunk;
    const ssize_t count = ::read(file_, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return std::unexpected(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
    }
    ended_ = count == 0;
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace mandate::app
