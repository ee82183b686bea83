// Text that people give: UTF-8, without characters that move cursors or forge lines.
#pragma once

#include <string_view>

namespace mandate::dns {

/// True when the octets are well-formed UTF-8 (RFC 3629 section 4).
bool is_utf8(std::string_view text);

/// True when UTF-8 text holds a control character (C0, DEL, C1) or a line or paragraph separator
/// (U+2028, U+2029).
bool has_control_character(std::string_view utf8);

}  // namespace mandate::dns
