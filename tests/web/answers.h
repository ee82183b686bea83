// What an answer says, for expectations.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"

namespace mandate::web {

boost::json::object object_of(const Response& response);
/// A field as text; numbers and booleans as JSON writes them; `(none)` when it is not there.
std::string field(const boost::json::object& object, std::string_view name);
/// The `code` of a problem; `(none)` when there is none.
std::string code_of(const Response& response);
/// `POINTER CODE` of each of a problem's errors, or `?PARAMETER CODE`.
std::vector<std::string> errors_of(const Response& response);
/// The value of a header field of a response; `(none)` when it is not there.
std::string header(const Response& response, std::string_view name);
/// The given field of each object of a list.
std::vector<std::string> listed(const Response& response, std::string_view name);

}  // namespace mandate::web
