// Times as text: UTC in ISO 8601, to the second.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mandate::registry {

/// `2026-11-23T12:00:00Z`. Times outside the years 0 to 9999 are moved to the nearest inside.
std::string timestamp(std::chrono::sys_seconds time);

/// Exactly that form, of a day and a second that exist; leap seconds do not.
std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text);

}  // namespace mandate::registry
