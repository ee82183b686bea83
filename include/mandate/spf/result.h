// The results of check_host (RFC 7208 section 2.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mandate/api.h"

namespace mandate::spf {

enum class Result : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };

/// In lower case, as the RFC and the header fields write it.
MANDATE_API std::string_view text(Result result);
MANDATE_API std::optional<Result> parse_result(std::string_view text);

}  // namespace mandate::spf
