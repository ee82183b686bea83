// YAML as a tree that knows its lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mandate::conformance {

struct YamlNode {
  enum class Kind : std::uint8_t { scalar, sequence, mapping };
  Kind kind = Kind::scalar;
  std::size_t line = 1;            ///< where it begins, from 1
  std::string text;                ///< of a scalar, UTF-8
  std::vector<YamlNode> elements;  ///< of a sequence; of a mapping its values
  std::vector<YamlNode> keys;      ///< of a mapping, beside its values
};

struct YamlFault {
  std::size_t line = 1;
  std::string reason;  ///< a phrase for a person
};

/// The documents of a text, empty ones left out.
std::expected<std::vector<YamlNode>, YamlFault> read_yaml(std::string_view contents);

}  // namespace mandate::conformance
