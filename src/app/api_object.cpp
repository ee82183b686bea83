#include "app/api_object.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/terminal.h"

namespace mandate::app {
namespace {

std::string value_text(const boost::json::value& value) {
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  return value.is_number() ? boost::json::serialize(value) : std::string();
}

std::string cell(const boost::json::object& object, std::string_view name) {
  std::string text = escaped(field_text(object, name));
  return text.empty() ? "-" : text;
}

}  // namespace

std::string field_text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? std::string() : value_text(*value);
}

std::vector<std::string> field_list(const boost::json::object& object, std::string_view name) {
  std::vector<std::string> list;
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return list;
  for (const boost::json::value& item : value->get_array()) list.push_back(value_text(item));
  return list;
}

bool field_is_true(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string table(const boost::json::array& objects, const std::vector<std::string_view>& fields) {
  if (objects.empty()) return "none\n";
  std::vector<std::vector<std::string>> rows(1);
  for (const std::string_view name : fields) rows[0].emplace_back(name);
  for (const boost::json::value& object : objects) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string_view name : fields) row.push_back(cell(object.get_object(), name));
  }
  std::vector<std::size_t> widths(fields.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out += fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    out += row.back() + "\n";
  }
  return out;
}

std::string card(const boost::json::object& object, const std::vector<std::string_view>& fields) {
  std::size_t width = 0;
  for (const std::string_view name : fields) width = std::max(width, name.size());
  std::string out;
  for (const std::string_view name : fields) {
    const std::string text = field_text(object, name);
    if (!text.empty()) out += fmt::format("{:<{}}  {}\n", name, width, escaped(text));
  }
  return out;
}

}  // namespace mandate::app
