// A record cut into the character-strings that a TXT is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mandate::advice {

/// At most 255 octets each (RFC 1035 section 3.3), cut behind a space where there is one, so that
/// the space stays inside a string: they are joined without any (RFC 7208 section 3.3).
std::vector<std::string> character_strings(std::string_view record);

}  // namespace mandate::advice
