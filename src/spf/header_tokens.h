// The lexical layer that header fields share (RFC 5322 sections 2.2.3 and 3.2; RFC 6532): writing
// them quoted and folded, and reading them with comments anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "mandate/spf/header_field.h"

namespace mandate::spf {

/// What a character may stand in. `atom`: RFC 5322 section 3.2.3, with dots; `token`: RFC 2045
/// section 5.1; `keyword`: letters, digits and hyphens (RFC 5321 section 4.1.2).
enum class Word : std::uint8_t { atom, token, keyword };

/// Writes one field, folded in front of a word that would pass the 78th column. No octet that
/// could end the field, or a line of it, comes in.
class FieldWriter {
 public:
  FieldWriter(std::string_view name, FieldText kind);

  /// Something that belongs behind what stands there, such as `;`.
  FieldWriter& append(std::string_view text);
  /// A word behind a space, or on a new line.
  FieldWriter& word(std::string_view text);
  /// `(…)`, folded at its spaces.
  FieldWriter& comment(std::string_view text);
  /// A value behind a space, as a quoted string unless it is such a word.
  FieldWriter& value(std::string_view value, Word plain);
  /// `key=value`, the value as a quoted string unless it is such a word.
  FieldWriter& pair(std::string_view key, std::string_view value, Word plain);

  /// With its CRLF.
  std::string take();

 private:
  std::string quoted(std::string_view value, Word plain) const;

  std::string out_;
  std::size_t column_;
  FieldText kind_;
};

/// The value as it stands in a header: control characters and what the field's kind cannot hold as
/// `\DDD`, and an end to what is too long for a line.
std::string shown_in_field(std::string_view value, FieldText kind);

/// Takes a field's body apart. White space, folds and comments between words are skipped.
class FieldReader {
 public:
  explicit FieldReader(std::string_view body) : body_(body) {}

  /// The content of the first comment, if it stands next.
  std::string take_comment();
  bool take(char c);            ///< that character, if it stands next
  bool at_end();                ///< nothing but white space and comments is left
  std::string word(Word kind);  ///< empty: there is none
  std::expected<std::string, FieldError> value(Word plain);  ///< a word or a quoted string
  bool next_is_word(Word kind);
  bool next_is(char c);
  FieldError error(std::string message) const { return {at_, std::move(message)}; }

 private:
  bool skip_fold();
  bool skip_comment(std::string* content);
  void skip();
  std::expected<std::string, FieldError> quoted_string();

  std::string_view body_;
  std::size_t at_ = 0;
};

/// The body of a field of that name, its end of line cut off.
std::expected<std::string_view, FieldError> body_of(std::string_view field, std::string_view name);

}  // namespace mandate::spf
