#include "app/failure.h"

#include <fmt/core.h>

#include <cstdio>
#include <utility>

#include "app/terminal.h"

namespace mandate::app {

std::unexpected<Failure> fail(int exit_code, std::string message) {
  return std::unexpected(Failure{exit_code, std::move(message)});
}

int report(const Failure& failure) {
  std::string_view rest = failure.message;
  for (;;) {
    const std::size_t end = rest.find('\n');
    fmt::print(stderr, "mandate: {}\n", printable(rest.substr(0, end)));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return failure.exit_code;
}

}  // namespace mandate::app
