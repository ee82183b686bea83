// Text from outside, made safe to show: DNS data is attacker's text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mandate::dns {

/// The text in printable ASCII: every other octet as `\DDD`, a backslash doubled (the escapes of
/// RFC 1035 section 5.1). Of more than `limit` octets the first ones, followed by `...`.
std::string printable(std::string_view text, std::size_t limit = 512);

}  // namespace mandate::dns
