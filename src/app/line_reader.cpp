#include "app/line_reader.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
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
      end_with_(other.end_with_),
      buffer_(std::move(other.buffer_)),
      begun_(other.begun_),
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
  std::size_t searched = begun_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    const bool last = end == std::string::npos && ended_;
    if (last && begun_ == buffer_.size() && !skipping_) return std::nullopt;
    if (end != std::string::npos || last) {
      Line line{std::string_view(buffer_).substr(begun_, end - begun_),
                std::exchange(skipping_, false)};
      begun_ = last ? buffer_.size() : end + 1;
      if (line.text.ends_with('\r')) line.text.remove_suffix(1);
      line.too_long = line.too_long || line.text.size() > limit_;
      if (line.too_long) line.text = {};
      return line;
    }
    buffer_.erase(0, std::exchange(begun_, 0));
    if (buffer_.size() > limit_ + 1) {  // one more for a CR
      skipping_ = true;
      buffer_.clear();
    }
    searched = buffer_.size();
    if (auto read = read_more(); !read) return std::unexpected(std::move(read.error()));
  }
}

std::expected<void, std::string> LineReader::read_more() {
  std::array<char, 65536> chunk;  // only what is read into it is looked at
  for (;;) {
    if (is_interrupted()) {
      ended_ = true;
      skipping_ = false;
      buffer_.clear();  // the begin of a line
      return {};
    }
    const ssize_t count = ::read(file_, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return std::unexpected(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
    }
    ended_ = count == 0;
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
    return {};
  }
}

/// Waits for input as well, when there is something to be interrupted by.
bool LineReader::is_interrupted() const {
  if (end_with_ < 0) return false;
  std::array<pollfd, 2> polled{{{end_with_, POLLIN, 0}, {file_, POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) continue;
  return polled[0].revents != 0;
}

}  // namespace mandate::app
