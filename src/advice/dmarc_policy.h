// What a DMARC record asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mandate::advice {

/// The `p=` of a DMARC record in lower case (RFC 7489 section 6.3); nothing of any other text.
std::optional<std::string> dmarc_policy(std::string_view text);

}  // namespace mandate::advice
