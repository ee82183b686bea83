// What most client commands do: one call, and its answer shown.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/api_object.h"
#include "app/api_session.h"

namespace mandate::app {

/// Calls and shows the object's fields, or the object as JSON. The exit code.
int answer_object(const ApiOptions& options, const std::string& method, const std::string& path,
                  const std::optional<boost::json::object>& body,
                  const std::vector<std::string_view>& fields);

/// Calls for all pages and shows a table, or one list as JSON. The exit code.
int answer_list(const ApiOptions& options, const std::string& path, std::string_view key,
                const std::vector<std::string_view>& fields);

/// Texts of any octets, as `json_text` shows them.
boost::json::array strings_json(const std::vector<std::string>& texts);

/// One JSON value on a line of stdout.
void print_json(const boost::json::value& value);

}  // namespace mandate::app
