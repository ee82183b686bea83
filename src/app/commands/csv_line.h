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

  /// Octets from outside, shown as `escaped` does.
  CsvLine& text(std::string_view octets) { return field(escaped(octets)); }
  /// Of ours, in which such octets are escaped already: shown as `printable` does.
  CsvLine& sentence(std::string_view sentence) { return field(printable(sentence)); }
  CsvLine& number(std::integral auto value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
  }
  void end() { out_ += '\n'; }

 private:
  CsvLine& field(const std::string& shown) {
    separate();
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
  void separate() {
    if (follows_) out_ += ',';
    follows_ = true;
  }

  std::string& out_;
  bool follows_ = false;
};

}  // namespace mandate::app
