#include "app/run.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <system_error>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/failure.h"

namespace mandate::app {

int run(int argc, char** argv) try {
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
