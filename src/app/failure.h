// Why a command could not be carried out.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mandate::app {

struct Failure {
  int exit_code = 1;    ///< one of `exit_code`
  std::string message;  ///< what is wrong, where, and how to mend it; lines end in LF but the last
};

template <class T>
using Attempt = std::expected<T, Failure>;

/// Makes the error of an `Attempt`.
std::unexpected<Failure> fail(int exit_code, std::string message);

/// Writes each line of the message to stderr as `mandate: LINE`, unprintable octets escaped, and
/// gives the exit code back.
int report(const Failure& failure);

}  // namespace mandate::app
