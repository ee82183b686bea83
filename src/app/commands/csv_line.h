// One line of CSV (RFC 4180).
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>

#include "app/terminal.h"

namespace mandate::app {

class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}

  /// Octets that are not printable ASCII are shown as `\xHH`.
  CsvLine& text(std::string_view field) {
    separate();
    const std::string shown = printable(field);
    if (shown.find_first_of("\",") == std::string::npos) {
      out_ += shown;
      return *this;
    }
    out_ += '"';
    for (const char c : shown)
      out_ += c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1);
    out_ += '"';
    return *this;
  }
  CsvLine& number(std::integral auto value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
  }
  void end() { out_ += '\n'; }

 private:
  void separate() {
    if (follows_) out_ += ',';
    follows_ = true;
  }

  std::string& out_;
  bool follows_ = false;
};

}  // namespace mandate::app
