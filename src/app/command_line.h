// The command line: arguments in, the command that they name out.
#pragma once

#include <expected>
#include <functional>

namespace mandate::app {

/// A command with its options; gives the exit code.
using Command = std::function<int()>;

/// Reads the arguments. The error is an exit code: 0 when `--help` or `--version` was asked for and
/// printed, 64 when the call is wrong, which has been said on stderr.
std::expected<Command, int> parse_command_line(int argc, char** argv);

}  // namespace mandate::app
