// DNS text made safe to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mandate::advice {

/// The text in printable ASCII: every other octet as `\DDD`, a backslash doubled (the escapes of
/// RFC 1035 section 5.1). Of more than `limit` octets the first ones, followed by `...`.
std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

}  // namespace mandate::advice
