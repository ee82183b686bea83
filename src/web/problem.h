// Answers as JSON, and problems (RFC 9457): every answer of this API is made here.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"

namespace mandate::web {

/// An answer with a JSON body, or with none when `body` is null; with the security headers that
/// every answer bears.
Response json_answer(int status, const boost::json::value& body);

/// The same of a body that is JSON text already.
Response json_text_answer(int status, std::string body);

/// An answer of another type than JSON, with the same headers.
Response typed_answer(std::string_view type, std::string body);

/// A problem: `type`, `title`, `status`, `detail` and `code`. `detail` says what is wrong and how
/// to mend it; text from outside in it has to be printable already. `more` are members beside these
/// (RFC 9457 section 3.2).
Response problem(int status, std::string_view code, std::string_view detail,
                 const boost::json::object& more = {});

/// What is wrong with one field of a body, or with one parameter of a query.
struct FieldError {
  std::string pointer;    ///< JSON pointer (RFC 6901) into the body; empty of a parameter
  std::string code;       ///< stable
  std::string detail;     ///< what is wrong with it and how to mend it
  std::string parameter;  ///< the query's parameter; empty of a field
};

/// 422 `validation_failed` with its `errors`.
Response validation_problem(const std::vector<FieldError>& errors);

/// The JSON pointer of a field of the body: `/name`, escaped by RFC 6901 section 3.
std::string pointer_to(std::string_view field);

}  // namespace mandate::web
