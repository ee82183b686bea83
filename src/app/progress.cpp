#include "app/progress.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace mandate::app {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr std::size_t kBar = 24;  // characters

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(kBar));
  std::string out(full, '=');
  if (full < kBar) out += '>';
  out.resize(kBar, ' ');
  return out;
}

}  // namespace

std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t read,
                          std::uint64_t total, std::chrono::duration<double> elapsed) {
  const double seconds = std::max(elapsed.count(), 1e-3);
  const std::string rate =
      fmt::format("{} done  {:.0f}/s", done, static_cast<double>(done) / seconds);
  if (total == 0) return fmt::format("{}  {}", what, rate);
  const double share = std::min(1.0, static_cast<double>(read) / static_cast<double>(total));
  const double left = share > 0 ? seconds * (1 - share) / share : 0;
  return fmt::format("{} [{}] {:3.0f} %  {}  {:.0f} s left", what, bar(share), share * 100, rate,
                     left);
}

Progress::Progress(std::string_view what, std::uint64_t size)
    : what_(what), total_(size), shown_(::isatty(STDERR_FILENO) == 1) {}

void Progress::clear() {
  if (shown_ && std::exchange(drawn_, {}) != Clock::time_point{}) fmt::print(stderr, "\r\x1b[K");
}

void Progress::advance(std::size_t size) {
  ++done_;
  read_ += size;
  const auto now = Clock::now();
  if (!shown_ || now - drawn_ < kRedraw) return;
  drawn_ = now;
  fmt::print(stderr, "\r\x1b[K{}", progress_line(what_, done_, read_, total_, now - begun_));
  std::fflush(stderr);
}

std::uint64_t size_of_input() {
  struct stat file{};
  if (::fstat(STDIN_FILENO, &file) != 0 || !S_ISREG(file.st_mode)) return 0;
  const off_t at = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  return static_cast<std::uint64_t>(std::max<off_t>(0, file.st_size - std::max<off_t>(0, at)));
}

}  // namespace mandate::app
