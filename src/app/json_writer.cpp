#include "app/json_writer.h"

#include <algorithm>
#include <cstdint>

#include "app/terminal.h"

namespace mandate::app {
namespace {

bool is_plain(char c) {
  return static_cast<std::uint8_t>(c - 0x20) < 0x5f && c != '"' && c != '\\';
}

/// RFC 8259 section 7.
void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += c;
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<std::uint8_t>(c) >= 0x20) {
    out += c;
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint8_t>(c));
  }
}

}  // namespace

void JsonWriter::key(std::string_view name) {
  const std::size_t begin = out_.size();
  out_.resize(begin + name.size() + (follows_ ? 4 : 3));
  char* at = out_.data() + begin;
  if (follows_) *at++ = ',';
  *at++ = '"';
  at = std::ranges::copy(name, at).out;
  *at++ = '"';
  *at = ':';
  follows_ = false;
}

void JsonWriter::string(std::string_view octets) {
  separate();
  out_ += '"';
  if (std::ranges::all_of(octets, is_plain)) {
    out_ += octets;
  } else {
    for (const char c : json_text(octets)) append_escaped(out_, c);
  }
  out_ += '"';
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  follows_ = false;
}

void JsonWriter::end(char bracket) {
  out_ += bracket;
  follows_ = true;
}

void JsonWriter::word(std::string_view text) {
  separate();
  out_ += text;
}

void JsonWriter::separate() {
  if (follows_) out_ += ',';
  follows_ = true;
}

}  // namespace mandate::app
