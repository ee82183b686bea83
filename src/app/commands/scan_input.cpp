#include "app/commands/scan_input.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "app/commands/line_answers.h"
#include "app/exit_code.h"
#include "app/progress.h"

namespace mandate::app {
namespace {

std::atomic<int> interrupted{-1};  // what the handler writes to

void note_signal(int /*number*/) {
  const int error = errno;
  const std::uint64_t one = 1;
  // Nothing else may be done here, and an eventfd always has room for it.
  [[maybe_unused]] const ssize_t count = ::write(interrupted, &one, sizeof one);
  errno = error;
}

void set_handler(int number, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(number, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  interrupted = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (interrupted < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  for (const int number : {SIGINT, SIGTERM}) set_handler(number, note_signal);
}

Interruption::~Interruption() {
  for (const int number : {SIGINT, SIGTERM}) set_handler(number, SIG_DFL);
  ::close(interrupted.exchange(-1));
}

int Interruption::descriptor() const {
  return interrupted;
}

bool Interruption::has_come() const {
  pollfd polled{interrupted, POLLIN, 0};
  return ::poll(&polled, 1, 0) > 0;
}

Attempt<std::optional<LineReader::Line>> ScanInput::next() {
  for (;;) {
    if (!reader_) {
      if (opened_ == files_.size() || interruption_.has_come()) return std::nullopt;
      auto reader = LineReader::open(files_[opened_++], line_limit);
      if (!reader) return fail(exit_code::no_input, std::move(reader.error()));
      reader_.emplace(std::move(*reader));
      reader_->end_with(interruption_.descriptor());
    }
    auto line = reader_->next();
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
