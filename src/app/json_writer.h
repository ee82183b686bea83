// JSON written as it comes, into a text that may be used again.
#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace mandate::app {

/// Appends one value after the other; whoever calls it opens and closes what belongs together. The
/// text has all of it when the outermost object or array is closed. Writes the very octets that
/// Boost.JSON does, in a tenth of the time of building a tree of values first, which is what bulk
/// output takes.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// The name of the next value; plain ASCII, as all of ours are.
  void key(std::string_view name) {
    separate();
    follows_ = false;
    add('"');
    add(name);
    add("\":");
  }

  /// Of any octets: those that are not UTF-8 are shown as `json_text` does.
  void string(std::string_view octets);
  void null() { word("null"); }
  void boolean(bool value) { word(value ? "true" : "false"); }
  void number(std::integral auto value) {
    const fmt::format_int digits(value);
    word({digits.data(), digits.size()});
  }

  // A name with its value.
  void string(std::string_view name, std::string_view octets) { key(name), string(octets); }
  void boolean(std::string_view name, bool value) { key(name), boolean(value); }
  void number(std::string_view name, std::integral auto value) { key(name), number(value); }

 private:
  void add(char octet) {
    if (staged_ == stage_.size()) flush();
    stage_[staged_++] = octet;
  }
  void add(std::string_view octets) {
    if (octets.size() > stage_.size() - staged_) {
      flush();
      if (octets.size() > stage_.size()) {
        out_ += octets;
        return;
      }
    }
    std::memcpy(stage_.data() + staged_, octets.data(), octets.size());
    staged_ += octets.size();
  }
  void flush() { out_.append(stage_.data(), std::exchange(staged_, 0)); }
  void begin(char bracket) {
    separate();
    add(bracket);
    follows_ = false;
    ++depth_;
  }
  void end(char bracket) {
    add(bracket);
    follows_ = true;
    if (--depth_ == 0) flush();
  }
  void word(std::string_view text) {
    separate();
    add(text);
  }
  void separate() {
    if (follows_) add(',');
    follows_ = true;
  }

  std::string& out_;
  std::array<char, 1024> stage_;  // what is on its way to the text, `staged_` octets of it
  std::size_t staged_ = 0;
  int depth_ = 0;         // of objects and arrays that are open
  bool follows_ = false;  // a value before it, in the same object or array
};

}  // namespace mandate::app
