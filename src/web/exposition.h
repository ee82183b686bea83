// Metrics in the text format of Prometheus, version 0.0.4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mandate::web {

/// Written as it comes: a family, then its samples. Names and help are our own words, without
/// backslashes or line ends; the value of a label may be any UTF-8.
class Exposition {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  /// Begins a family. `type` is `gauge` or `counter`.
  Exposition& family(std::string_view name, std::string_view type, std::string_view help);
  Exposition& sample(std::int64_t value);
  Exposition& sample(std::string_view label, std::string_view label_value, std::int64_t value);

  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

}  // namespace mandate::web
