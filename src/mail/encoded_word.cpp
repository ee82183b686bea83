#include "mail/encoded_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "mail/transfer_encoding.h"

namespace mandate::mail {
namespace {

enum class Encoding : std::uint8_t { q, b };

// `=?UTF-8?Q?` and `?=`.
constexpr std::size_t kFrame = 12;

// The octets that stand for themselves in the Q encoding within a phrase (RFC 2047 section 5 (3)).
bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!' ||
         c == '*' || c == '+' || c == '-' || c == '/';
}

std::size_t q_size(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) size += stands_for_itself(c) || c == ' ' ? 1U : 3U;
  return size;
}

std::size_t encoded_size(std::string_view text, Encoding encoding) {
  return encoding == Encoding::q ? q_size(text) : (text.size() + 2) / 3 * 4;
}

// RFC 2047 section 4.2.
std::string q_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ') {
      out += '_';
    } else if (stands_for_itself(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "={:02X}", static_cast<std::uint8_t>(c));
    }
  }
  return out;
}

std::string encoded_word(std::string_view text, Encoding encoding) {
  return encoding == Encoding::q ? fmt::format("=?UTF-8?Q?{}?=", q_encoded(text))
                                 : fmt::format("=?UTF-8?B?{}?=", base64(text));
}

// How many octets the first character of well-formed UTF-8 has.
std::size_t character_size(std::string_view utf8) {
  std::size_t size = 1;
  while (size < utf8.size() && (static_cast<std::uint8_t>(utf8[size]) & 0xC0U) == 0x80U) ++size;
  return size;
}

// The longest beginning, in whole characters, whose word is within the limit; one character at
// least.
std::size_t piece_size(std::string_view utf8, Encoding encoding, std::size_t limit) {
  std::size_t size = character_size(utf8);
  while (size < utf8.size()) {
    const std::size_t next = size + character_size(utf8.substr(size));
    if (kFrame + encoded_size(utf8.substr(0, next), encoding) > limit) break;
    size = next;
  }
  return size;
}

}  // namespace

std::vector<std::string> encoded_words(std::string_view utf8, std::size_t first_limit) {
  const Encoding encoding = encoded_size(utf8, Encoding::q) <= encoded_size(utf8, Encoding::b)
                                ? Encoding::q
                                : Encoding::b;
  std::vector<std::string> words;
  while (!utf8.empty()) {
    const std::size_t limit =
        words.empty() ? std::min(first_limit, kEncodedWordLimit) : kEncodedWordLimit;
    const std::size_t size = piece_size(utf8, encoding, limit);
    words.push_back(encoded_word(utf8.substr(0, size), encoding));
    utf8.remove_prefix(size);
  }
  return words;
}

}  // namespace mandate::mail
