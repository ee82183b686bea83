// Reading and showing the objects that the API answers.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::app {

/// The field as plain text: a string as it is, `yes` and `no`, a number; empty when it is null,
/// missing or of another kind.
std::string field_text(const boost::json::object& object, std::string_view name);

/// The strings of a list field; none when it is missing.
std::vector<std::string> field_list(const boost::json::object& object, std::string_view name);

bool field_is_true(const boost::json::object& object, std::string_view name);

/// A table with a heading: one row an object, one column a field, escaped and aligned. Of nothing,
/// one line that says so.
std::string table(const boost::json::array& objects, const std::vector<std::string_view>& fields);

/// One line a field, `name  value`, without those that are empty.
std::string card(const boost::json::object& object, const std::vector<std::string_view>& fields);

}  // namespace mandate::app
