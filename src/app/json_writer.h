// JSON written as it comes, into a text that may be used again.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <iterator>
#include <string>
#include <string_view>

namespace mandate::app {

/// Appends one value after the other; whoever calls it opens and closes what belongs together.
/// Writes the very octets that Boost.JSON does, in a tenth of the time of building a tree of values
/// first, which is what bulk output takes.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// The name of the next value; plain ASCII, as all of ours are.
  void key(std::string_view name);

  /// Of any octets: those that are not UTF-8 are shown as `json_text` does.
  void string(std::string_view octets);
  void null() { word("null"); }
  void boolean(bool value) { word(value ? "true" : "false"); }
  void number(std::integral auto value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }

  // A name with its value.
  void string(std::string_view name, std::string_view octets) { key(name), string(octets); }
  void boolean(std::string_view name, bool value) { key(name), boolean(value); }
  void number(std::string_view name, std::integral auto value) { key(name), number(value); }

 private:
  void begin(char bracket);
  void end(char bracket);
  void word(std::string_view text);
  void separate();

  std::string& out_;
  bool follows_ = false;  // a value before it, in the same object or array
};

}  // namespace mandate::app
