#include "spf/header_tokens.h"

#include <algorithm>
#include <utility>

#include "dns/printable.h"
#include "dns/utf8.h"
#include "spf/ascii.h"

namespace mandate::spf {
namespace {

constexpr std::size_t kColumns = 78;  // RFC 5322 section 2.1.1
/// Of a value: with every octet escaped, and its key, it stays below the 998 octets of a line.
constexpr std::size_t kLongest = 400;
/// Of what must be escaped, so many octets and the three dots behind them stay within it.
constexpr std::size_t kLongestEscaped = (kLongest - 3) / 4;

bool is_word_character(char c, Word kind) {
  if (is_alphanum(c) || c == '-') return true;
  if (kind == Word::keyword) return false;
  if (!is_ascii(c)) return kind == Word::atom;  // RFC 6532 section 3.2
  if (std::string_view("!#$%&'*+^_`{|}~.").contains(c)) return true;
  return kind == Word::atom && (c == '/' || c == '?' || c == '=');
}

bool is_plain(std::string_view value, Word kind) {
  if (value.empty()) return false;
  if (!std::ranges::all_of(value, [&](char c) { return is_word_character(c, kind); })) return false;
  // A dot-atom has no empty atoms (RFC 5322 section 3.2.3).
  return kind != Word::atom ||
         (value.front() != '.' && value.back() != '.' && !value.contains(".."));
}

std::string escaped(std::string_view text, std::string_view specials) {
  std::string out;
  for (const char c : text) {
    if (specials.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

bool is_white(char c) {
  return c == ' ' || c == '\t';
}

bool is_control(char c) {
  return (is_ascii(c) && c < 0x20) || c == 0x7f;
}

}  // namespace

std::string shown_in_field(std::string_view value, FieldText kind) {
  const bool ascii = std::ranges::all_of(value, [](char c) { return is_ascii(c); });
  const bool fits = ascii || (kind == FieldText::utf8 && dns::is_utf8(value));
  const bool clean = fits && !dns::has_control_character(value) && value.size() <= kLongest;
  return clean ? std::string(value) : dns::printable(value, kLongestEscaped);
}

FieldWriter::FieldWriter(std::string_view name, FieldText kind)
    : out_(std::string(name) + ":"), column_(out_.size()), kind_(kind) {}

FieldWriter& FieldWriter::append(std::string_view text) {
  out_ += text;
  column_ += text.size();
  return *this;
}

FieldWriter& FieldWriter::word(std::string_view text) {
  // One column is kept for a `;` behind the word. The first word stays beside the name: a line of
  // white space alone would end some readers' header.
  const bool first = out_.ends_with(':') && !out_.contains(' ');
  if (!first && column_ + text.size() + 2 > kColumns) {
    out_ += "\r\n ";
    column_ = 1;
  } else {
    append(" ");
  }
  return append(text);
}

FieldWriter& FieldWriter::comment(std::string_view text) {
  std::string rest = "(" + escaped(shown_in_field(text, kind_), "()\\") + ")";
  for (std::size_t end = rest.find(' '); end != std::string::npos; end = rest.find(' ')) {
    // Nothing is folded between two spaces: a line might be left with nothing else.
    end == 0 ? append(" ") : word(std::string_view(rest).substr(0, end));
    rest.erase(0, end + 1);
  }
  return word(rest);
}

std::string FieldWriter::quoted(std::string_view value, Word plain) const {
  std::string shown = shown_in_field(value, kind_);
  return is_plain(shown, plain) ? shown : "\"" + escaped(shown, "\"\\") + "\"";
}

FieldWriter& FieldWriter::value(std::string_view value, Word plain) {
  return word(quoted(value, plain));
}

FieldWriter& FieldWriter::pair(std::string_view key, std::string_view value, Word plain) {
  return word(std::string(key) + "=" + quoted(value, plain));
}

std::string FieldWriter::take() {
  return std::exchange(out_, {}) + "\r\n";
}

/// CRLF, or an LF alone as files have it, is a fold when white space follows it.
bool FieldReader::skip_fold() {
  std::size_t next = at_;
  if (next < body_.size() && body_[next] == '\r') ++next;
  if (next >= body_.size() || body_[next] != '\n') return false;
  if (++next >= body_.size() || !is_white(body_[next])) return false;
  at_ = next;
  return true;
}

bool FieldReader::skip_comment(std::string* content) {
  if (at_ >= body_.size() || body_[at_] != '(') return false;
  const std::size_t begin = at_;
  std::string text;
  std::size_t depth = 0;
  while (at_ < body_.size()) {
    if (skip_fold()) continue;
    const char c = body_[at_++];
    if (c == '\\' && at_ < body_.size()) {
      text += body_[at_++];
      continue;
    }
    if (c == ')' && --depth == 0) {
      if (content != nullptr) *content = std::move(text);
      return true;
    }
    if (c != '(' || depth++ > 0) text += c;
  }
  at_ = begin;  // it does not end: what follows fails at it
  return false;
}

void FieldReader::skip() {
  for (;;) {
    if (at_ < body_.size() && is_white(body_[at_])) {
      ++at_;
    } else if (!skip_fold() && !skip_comment(nullptr)) {
      return;
    }
  }
}

std::string FieldReader::take_comment() {
  while (at_ < body_.size() && (is_white(body_[at_]) || skip_fold())) ++at_;
  std::string content;
  skip_comment(&content);
  return content;
}

bool FieldReader::next_is(char c) {
  skip();
  return at_ < body_.size() && body_[at_] == c;
}

bool FieldReader::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

bool FieldReader::at_end() {
  skip();
  return at_ >= body_.size();
}

bool FieldReader::next_is_word(Word kind) {
  skip();
  return at_ < body_.size() && is_word_character(body_[at_], kind);
}

std::string FieldReader::word(Word kind) {
  skip();
  const std::size_t begin = at_;
  while (at_ < body_.size() && is_word_character(body_[at_], kind)) ++at_;
  return std::string(body_.substr(begin, at_ - begin));
}

std::expected<std::string, FieldError> FieldReader::value(Word plain) {
  skip();
  if (at_ < body_.size() && body_[at_] == '"') return quoted_string();
  std::string out = word(plain);
  if (out.empty()) return std::unexpected(error("a value is missing"));
  return out;
}

std::expected<std::string, FieldError> FieldReader::quoted_string() {
  const std::size_t begin = at_++;
  std::string out;
  while (at_ < body_.size()) {
    if (skip_fold()) continue;  // RFC 5322 section 3.2.4: the CRLF is no part of it
    const char c = body_[at_];
    if (is_control(c) && c != '\t') break;
    ++at_;
    if (c == '"') return out;
    if (c == '\\' && at_ < body_.size() && !is_control(body_[at_])) {
      out += body_[at_++];
    } else {
      out += c;
    }
  }
  at_ = begin;
  return std::unexpected(error("a quoted string does not end"));
}

std::expected<std::string_view, FieldError> body_of(std::string_view field, std::string_view name) {
  const std::size_t colon = std::min(field.find(':'), field.size());
  std::string_view found = field.substr(0, colon);
  while (!found.empty() && is_white(found.back())) found.remove_suffix(1);
  if (colon == field.size() || !equals_ignoring_case(found, name)) {
    return std::unexpected(FieldError{0, "this is no " + std::string(name) + " field"});
  }
  std::string_view body = field.substr(colon + 1);
  if (body.ends_with('\n')) body.remove_suffix(1);
  if (body.ends_with('\r')) body.remove_suffix(1);
  return body;
}

}  // namespace mandate::spf
