#include "answers.h"

#include <gtest/gtest.h>

namespace mandate::web {

boost::json::object object_of(const Response& response) {
  boost::json::error_code error;
  const auto value = boost::json::parse(response.body, error);
  EXPECT_FALSE(error) << response.status << " " << response.body;
  return !error && value.is_object() ? value.get_object() : boost::json::object{};
}

std::string field(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return "(none)";
  if (value->is_string()) return std::string(std::string_view(value->get_string()));
  return boost::json::serialize(*value);
}

std::string code_of(const Response& response) {
  return header(response, "Content-Type") == "application/problem+json"
             ? field(object_of(response), "code")
             : "(none)";
}

std::vector<std::string> errors_of(const Response& response) {
  std::vector<std::string> errors;
  const auto problem = object_of(response);
  const auto* list = problem.if_contains("errors");
  if (list == nullptr) return errors;
  for (const auto& item : list->as_array()) {
    const auto& error = item.as_object();
    const std::string place =
        error.contains("pointer") ? field(error, "pointer") : "?" + field(error, "parameter");
    errors.push_back(place + " " + field(error, "code"));
    EXPECT_NE(field(error, "detail"), "");
  }
  return errors;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

std::vector<std::string> listed(const Response& response, std::string_view name) {
  std::vector<std::string> values;
  const auto list = object_of(response);
  EXPECT_EQ(field(list, "object"), "list") << response.body;
  if (!list.contains("data")) return values;
  for (const auto& item : list.at("data").as_array()) {
    values.push_back(field(item.as_object(), name));
  }
  return values;
}

}  // namespace mandate::web
