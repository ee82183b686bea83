// Durations as people write them: `250ms`, `20s`, `5d`.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace mandate::app {

/// A whole number and a unit, `ms`, `s`, `m`, `h` or `d`, nothing between or around them; at most
/// 3650 days. The error says what is wrong and how to mend it.
std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

/// The shortest such text: 90 s is `90s`, 3600 s is `1h`. `parse_duration` gives back the same.
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace mandate::app
