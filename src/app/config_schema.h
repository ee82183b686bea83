// The keys that a configuration may have, in one table.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "app/config.h"

namespace mandate::app {

/// One key. Every value is a string, a list of strings, a whole number, or true or false.
struct ConfigKey {
  enum class Shape : std::uint8_t {
    text,
    list,
    path,       ///< a text; a relative path is made relative to the file's folder
    path_list,  ///< the same of each item
    number,     ///< a whole number, given to `set` in decimal
    flag,       ///< `true` or `false`
  };
  std::string_view section;
  std::string_view name;
  Shape shape = Shape::text;
  bool required = false;
  std::string_view example;  ///< a right value in TOML, for the mend
  /// Puts a value, or one item of a list, into the configuration. The error says what is wrong
  /// with it, beginning with the value.
  std::expected<void, std::string> (*set)(Config&, const std::string& value);

  bool is_list() const { return shape == Shape::list || shape == Shape::path_list; }
  bool is_path() const { return shape == Shape::path || shape == Shape::path_list; }
};

std::span<const ConfigKey> config_schema();

}  // namespace mandate::app
