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

/// The name of a value in an object: visible ASCII that stands for itself, which is held when it is
/// compiled.
class JsonKey {
 public:
  consteval JsonKey(const char* name) : name_(name) {
    if (name_.size() > longest) throw "a key is too long";
    for (const char c : name_) {
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') throw "a key needs escaping";
    }
  }
  constexpr std::string_view name() const { return name_; }

  static constexpr std::size_t longest = 64;

 private:
  std::string_view name_;
};

/// Appends one value after the other; whoever calls it opens and closes what belongs together. The
/// text has all of it when the outermost object or array is closed. Writes the very octets that
/// Boost.JSON does, in a tenth of the time of building a tree of values first, which is what bulk
/// output takes. What is short goes into a stage of fixed size, so that it costs one look at the
/// room; the names are inlined, since the compiler knows their lengths.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// The name of the next value.
  [[gnu::always_inline]] void key(JsonKey key) {
    const std::string_view name = key.name();
    make_room(name.size() + 4);
    separate();
    follows_ = false;
    put('"');
    put(name);
    put('"');
    put(':');
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
  [[gnu::always_inline]] void string(JsonKey name, std::string_view octets) {
    key(name), string(octets);
  }
  [[gnu::always_inline]] void boolean(JsonKey name, bool value) { key(name), boolean(value); }
  [[gnu::always_inline]] void number(JsonKey name, std::integral auto value) {
    key(name), number(value);
  }

 private:
  static constexpr std::size_t kStage = 1024;

  void make_room(std::size_t octets) {
    if (octets > kStage - staged_) flush();
  }
  // Where there is room.
  void put(char octet) { stage_[staged_++] = octet; }
  void put(std::string_view octets) {
    std::memcpy(stage_.data() + staged_, octets.data(), octets.size());
    staged_ += octets.size();
  }
  void flush() { out_.append(stage_.data(), std::exchange(staged_, 0)); }
  void begin(char bracket) {
    make_room(2);
    separate();
    put(bracket);
    follows_ = false;
    ++depth_;
  }
  void end(char bracket) {
    make_room(1);
    put(bracket);
    follows_ = true;
    if (--depth_ == 0) flush();
  }
  void word(std::string_view text) {
    make_room(text.size() + 1);
    separate();
    put(text);
  }
  void separate() {
    stage_[staged_] = ',';
    staged_ += follows_ ? 1 : 0;
    follows_ = true;
  }

  std::string& out_;
  std::array<char, kStage> stage_;  // what is on its way to the text, `staged_` octets of it
  std::size_t staged_ = 0;
  int depth_ = 0;         // of objects and arrays that are open
  bool follows_ = false;  // a value before it, in the same object or array
};

}  // namespace mandate::app
