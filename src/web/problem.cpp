#include "web/problem.h"

#include <boost/json.hpp>

#include <utility>

#include "registry/json_value.h"

namespace mandate::web {
namespace {

namespace json = boost::json;
using registry::json_string;

// `domain_not_listed` as `Domain not listed`: the title is that of the type, never of the case.
std::string title_of(std::string_view code) {
  std::string title(code);
  for (char& c : title) {
    if (c == '_') c = ' ';
  }
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}

Response answer(int status, std::string_view type, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}};
  if (!body.empty()) response.headers.emplace_back("Content-Type", type);
  response.body = std::move(body);
  return response;
}

json::object problem_object(int status, std::string_view code, std::string_view detail) {
  return {{"type", "urn:mandate:problem:" + std::string(code)},
          {"title", title_of(code)},
          {"status", status},
          {"detail", json_string(detail)},
          {"code", code}};
}

Response problem_answer(int status, const json::object& object) {
  return answer(status, "application/problem+json", json::serialize(object));
}

}  // namespace

Response json_answer(int status, const json::value& body) {
  return json_text_answer(status, body.is_null() ? std::string() : json::serialize(body));
}

Response json_text_answer(int status, std::string body) {
  return answer(status, "application/json", std::move(body));
}

Response typed_answer(std::string_view type, std::string body) {
  return answer(200, type, std::move(body));
}

Response problem(int status, std::string_view code, std::string_view detail,
                 const json::object& more) {
  json::object object = problem_object(status, code, detail);
  for (const auto& [name, value] : more) object[name] = value;
  return problem_answer(status, object);
}

Response validation_problem(const std::vector<FieldError>& errors) {
  json::array list;
  for (const FieldError& error : errors) {
    json::object entry;
    if (error.parameter.empty()) {
      entry["pointer"] = json_string(error.pointer);
    } else {
      entry["parameter"] = json_string(error.parameter);
    }
    entry["code"] = error.code;
    entry["detail"] = json_string(error.detail);
    list.push_back(std::move(entry));
  }
  json::object object = problem_object(
      422, "validation_failed", "The request is not accepted as it is: mend what `errors` names.");
  object["errors"] = std::move(list);
  return problem_answer(422, object);
}

std::string pointer_to(std::string_view field) {
  std::string pointer = "/";
  for (const char c : field) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace mandate::web
