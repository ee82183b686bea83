// Values of the registry as JSON, each kind in one way everywhere: API, events, evidence, audit
// log.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::registry {

/// A JSON string of any octets: JSON is UTF-8 (RFC 8259 section 8.1), and text that is not, as DNS
/// data may be, is shown escaped.
std::string json_string(std::string_view text);

/// The same, `null` of an empty text.
boost::json::value json_string_or_null(std::string_view text);

boost::json::array json_strings(const std::vector<std::string>& texts);

/// ISO 8601 in UTC, or `null`.
boost::json::value json_time(std::optional<std::chrono::sys_seconds> time);

}  // namespace mandate::registry
