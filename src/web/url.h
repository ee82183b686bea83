// The target of a request: its path and its query, decoded (RFC 3986).
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::web {

/// Percent-decoding (RFC 3986 section 2.1). Nothing when an escape is cut off or not hexadecimal.
std::optional<std::string> percent_decode(std::string_view text);

/// The decoded segments of an absolute path: of `/v1/a%20b`, `v1` and `a b`. Refused, with a
/// sentence: a path that does not begin with a slash, octets that have to be encoded and are not,
/// escapes that are malformed, and those that decode to a slash, to a control character or to
/// what is not UTF-8: two readers could see two different paths in such a one.
std::expected<std::vector<std::string>, std::string> path_segments(std::string_view path);

/// The fields of a query without its question mark, `+` being a space. Refused, with a sentence:
/// malformed escapes, control characters, what is not UTF-8, and a name that comes twice.
std::expected<std::map<std::string, std::string>, std::string> parse_query(std::string_view query);

}  // namespace mandate::web
