// What may be written to a person's terminal: escaped text, and colour where it is wanted.
#pragma once

#include <string>
#include <string_view>

namespace mandate::app {

/// Text from outside made safe to print: printable ASCII stays, a backslash becomes `\\`, every
/// other octet `\xHH`. So no escape sequence, line break or look-alike letter reaches a terminal,
/// and different texts stay different.
std::string escaped(std::string_view text);

/// The same for a sentence whose quoted parts may be escaped already: backslashes stay as they are.
std::string printable(std::string_view sentence);

/// The text itself when it is UTF-8 (RFC 3629), otherwise every octet outside ASCII as `\xHH`: a
/// JSON string must be Unicode, while DNS data is any octets. JSON escapes control characters.
std::string json_text(std::string_view octets);

/// True when the file descriptor is a terminal that shows colour: not under `TERM=dumb`, nor with
/// a `NO_COLOR` that is not empty.
bool shows_colour(int file_descriptor);

/// Marks up text with SGR sequences, or leaves it as it is. A value type.
class Palette {
 public:
  explicit Palette(bool on) : on_(on) {}
  std::string strong(std::string_view text) const { return wrap("1", text); }
  std::string faint(std::string_view text) const { return wrap("2", text); }
  std::string good(std::string_view text) const { return wrap("1;32", text); }
  std::string bad(std::string_view text) const { return wrap("1;31", text); }
  std::string doubtful(std::string_view text) const { return wrap("1;33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool on_;
};

}  // namespace mandate::app
