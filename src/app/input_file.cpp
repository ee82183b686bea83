#include "app/input_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace mandate::app {
namespace {

std::unexpected<std::string> system_error(std::string_view path, int error) {
  return std::unexpected(fmt::format("cannot read {}: {}", path, std::strerror(error)));
}

std::expected<std::string, std::string> read_all(int file, std::string_view path,
                                                 std::size_t limit) {
  std::string contents;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(path, errno);
    if (count == 0) return contents;
    contents.append(buffer.data(), static_cast<std::size_t>(count));
    if (contents.size() > limit) {
      return std::unexpected(fmt::format("{} is larger than {} octets", path, limit));
    }
  }
}

}  // namespace

std::expected<std::string, std::string> read_input_file(const std::string& path,
                                                        std::size_t limit) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input", limit);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error(path, errno);
  auto contents = read_all(file, path, limit);
  ::close(file);
  return contents;
}

}  // namespace mandate::app
