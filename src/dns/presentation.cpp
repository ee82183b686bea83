#include "dns/presentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mandate::dns {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Reads one word from `at` on and moves `at` behind it.
std::expected<Word, std::string> read_word(std::string_view line, std::size_t& at) {
  Word word;
  word.was_quoted = line[at] == '"';
  if (word.was_quoted) ++at;
  for (;;) {
    if (at == line.size()) {
      if (word.was_quoted) return std::unexpected("a quote is not closed");
      return word;
    }
    if (word.was_quoted ? line[at] == '"' : is_blank(line[at]) || line[at] == '"') break;
    if (line[at] != '\\') {
      word.written += line[at];
      word.octets += line[at++];
      continue;
    }
    const auto escape = read_escape(line.substr(at));
    if (!escape) return std::unexpected("a backslash begins neither \\X nor \\DDD (000 to 255)");
    word.written += line.substr(at, escape->first);
    word.octets += escape->second;
    at += escape->first;
  }
  if (word.was_quoted) ++at;
  return word;
}

}  // namespace

std::optional<std::pair<std::size_t, char>> read_escape(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  if (!is_digit(text[1])) return std::pair{std::size_t{2}, text[1]};
  if (text.size() < 4 || !is_digit(text[2]) || !is_digit(text[3])) return std::nullopt;
  const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  if (value > 255) return std::nullopt;
  return std::pair{std::size_t{4}, static_cast<char>(value)};
}

void append_octet(std::string& out, char octet) {
  const auto value = static_cast<unsigned char>(octet);
  if (value >= 0x20 && value < 0x7f) {
    out += octet;
  } else {
    out += fmt::format("\\{:03}", value);
  }
}

std::string quoted(std::string_view octets) {
  std::string out = "\"";
  for (const char c : octets) {
    if (c == '"' || c == '\\') out += '\\';
    append_octet(out, c);
  }
  return out + '"';
}

std::expected<std::vector<Word>, std::string> split_words(std::string_view line) {
  std::vector<Word> words;
  for (std::size_t at = 0;;) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return words;
    auto word = read_word(line, at);
    if (!word) return std::unexpected(std::move(word.error()));
    words.push_back(std::move(*word));
  }
}

std::optional<std::uint32_t> parse_number(std::string_view digits, std::uint32_t most) {
  if (digits.empty() || digits.size() > 10 || !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  if (value > most) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

std::optional<std::uint32_t> parse_ttl(std::string_view text, std::uint32_t most) {
  constexpr std::string_view kUnits = "smhdw";
  constexpr std::uint64_t kSeconds[] = {1, 60, 3600, 86400, 604800};
  std::uint64_t total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    const auto number = parse_number(text.substr(0, count));
    if (!number) return std::nullopt;
    text.remove_prefix(count);
    std::uint64_t seconds = 1;
    if (!text.empty()) {
      const std::size_t unit = kUnits.find(static_cast<char>(text.front() | 0x20));
      if (unit == std::string_view::npos) return std::nullopt;
      seconds = kSeconds[unit];
      text.remove_prefix(1);
    }
    total += std::uint64_t{*number} * seconds;
    if (total > most) return std::nullopt;
  }
  return static_cast<std::uint32_t>(total);
}

}  // namespace mandate::dns
