// The program, as a function.
#pragma once

namespace mandate::app {

/// Runs the command that the arguments name. The exit code of docs/cli.md.
int run(int argc, char** argv);

}  // namespace mandate::app
