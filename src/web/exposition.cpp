#include "web/exposition.h"

#include <fmt/format.h>

#include <iterator>

namespace mandate::web {
namespace {

// `\`, `"` and a line end are what would end a label's value.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Exposition& Exposition::family(std::string_view name, std::string_view type,
                               std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  return *this;
}

Exposition& Exposition::sample(std::int64_t value) {
  fmt::format_to(std::back_inserter(text_), "{} {}\n", name_, value);
  return *this;
}

Exposition& Exposition::sample(std::string_view label, std::string_view label_value,
                               std::int64_t value) {
  fmt::format_to(std::back_inserter(text_), "{}{{{}=\"{}\"}} {}\n", name_, label,
                 escaped(label_value), value);
  return *this;
}

}  // namespace mandate::web
