// Header fields (RFC 5322 section 2.2), folded and free of anything that could begin another.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace mandate::mail {

/// `NAME: VALUE` for an unstructured field such as Subject, ended by CRLF. Plain ASCII is folded
/// at its spaces (RFC 5322 section 2.2.3), other text becomes encoded words. `value` is UTF-8
/// without control characters.
std::string unstructured_field(std::string_view name, std::string_view value);

/// `NAME: "DISPLAY NAME" <ADDRESS>`, ended by CRLF. The display name, UTF-8 without control
/// characters, becomes a quoted string or encoded words, and the address stands alone when it is
/// empty. `address` is a mailbox as `registry::Mailbox::text` gives it.
std::string mailbox_field(std::string_view name, std::string_view display_name,
                          std::string_view address);

/// The date-time of RFC 5322 section 3.3, in UTC: `Thu, 13 Feb 1969 23:32:54 +0000`.
std::string date_time(std::chrono::sys_seconds at);

}  // namespace mandate::mail
