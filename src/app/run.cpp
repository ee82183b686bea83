#include "app/run.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <system_error>
#include <tuple>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/failure.h"

namespace mandate::app {

namespace {

/// Of a standard stream that is closed, the next file that is opened would take the number, and get
/// what is meant for it. What it gets instead can be read or written as little as a closed one.
void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    std::ignore = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int run(int argc, char** argv) try {
  occupy_closed_streams();
  const auto command = parse_command_line(argc, argv);
  const int code = command ? (*command)() : command.error();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return report({exit_code::output, fmt::format("cannot write: {}", std::strerror(errno))});
  }
  return code;
} catch (const std::system_error& fault) {
  // fmt throws where stdout does not take what is printed, and stdout keeps that it failed.
  const bool is_output = std::ferror(stdout) != 0;
  return report({is_output ? exit_code::output : exit_code::software,
                 fmt::format("cannot {}: {}", is_output ? "write" : "continue",
                             is_output ? fault.code().message() : fault.what())});
} catch (const std::exception& fault) {
  // What cannot continue, such as memory that is not to be had.
  return report({exit_code::software, fmt::format("cannot continue: {}", fault.what())});
}

}  // namespace mandate::app
