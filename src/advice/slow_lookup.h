// Lookups that take so long that receivers may give up.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "advice/finding.h"

namespace mandate::advice {

/// The finding `slow` of a record whose lookups took at least half of the limit of one evaluation
/// (RFC 7208 section 4.6.4 asks receivers for 20 seconds or more).
std::optional<Finding> slow_lookups(std::string_view text, std::chrono::milliseconds took,
                                    std::chrono::milliseconds limit);

}  // namespace mandate::advice
