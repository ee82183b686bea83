// Reading a whole file that a person named.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace mandate::app {

/// The contents of a regular file, pipe or device of at most `limit` octets; `-` is standard input.
/// The error is a sentence with the path and the system's reason.
std::expected<std::string, std::string> read_input_file(const std::string& path, std::size_t limit);

}  // namespace mandate::app
