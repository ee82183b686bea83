#include "app/commands/scan_input.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "app/commands/line_answers.h"
#include "app/exit_code.h"
#include "app/progress.h"

namespace mandate::app {

Attempt<void> ScanInput::check() const {
  for (const std::string& path : files_) {
    if (path == "-" || ::access(path.c_str(), R_OK) == 0) continue;
    return fail(exit_code::no_input, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  return {};
}

Attempt<std::optional<LineReader::Line>> ScanInput::next() {
  for (;;) {
    if (!reader_) {
      if (opened_ == files_.size()) return std::nullopt;
      auto reader = LineReader::open(files_[opened_++], line_limit);
      if (!reader) return fail(exit_code::no_input, std::move(reader.error()));
      reader_.emplace(std::move(*reader));
      reader_->end_with(interruption_.descriptor());
    }
    auto line = reader_->next();
    // Also of what was the last line: who is interrupted together with this may have written half.
    if (interruption_.has_come()) return std::nullopt;
    if (!line) return fail(exit_code::no_input, std::move(line.error()));
    if (*line) {
      ++number_;
      octets_ += (*line)->text.size() + 1;
      return std::move(*line);
    }
    reader_.reset();
  }
}

std::uint64_t ScanInput::size() const {
  std::uint64_t total = 0;
  for (const std::string& path : files_) {
    struct stat file{};
    std::uint64_t size = 0;
    if (path == "-") {
      size = size_of_input();
    } else if (::stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode)) {
      size = static_cast<std::uint64_t>(file.st_size);
    }
    if (size == 0) return 0;
    total += size;
  }
  return total;
}

}  // namespace mandate::app
