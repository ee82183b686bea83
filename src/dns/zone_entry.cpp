#include "dns/zone_entry.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mandate::dns {

std::expected<std::optional<ZoneEntry>, std::string> ZoneEntryReader::next() {
  ZoneEntry entry;
  int depth = 0;
  while (!rest_.empty()) {
    if (depth == 0) {
      entry = {.line = line_, .text = {}, .begins_blank = rest_[0] == ' ' || rest_[0] == '\t'};
    }
    if (auto read = read_line(entry.text, depth); !read) {
      fault_line_ = line_;
      return std::unexpected(std::move(read.error()));
    }
    ++line_;
    if (depth == 0 && entry.text.find_first_not_of(" \t\r") != std::string::npos) return entry;
  }
  if (depth == 0) return std::nullopt;
  fault_line_ = entry.line;
  return std::unexpected("a parenthesis is opened here and never closed");
}

/// Appends one line, and a blank for its end.
std::expected<void, std::string> ZoneEntryReader::read_line(std::string& out, int& depth) {
  bool in_quotes = false;
  for (char c = take(); c != '\n'; c = take()) {
    if (c == ';' && !in_quotes) {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if ((c == '(' || c == ')') && !in_quotes) {
      depth += c == '(' ? 1 : -1;
      if (depth < 0) return std::unexpected("a parenthesis is closed that was not opened");
      out += ' ';
    } else {
      out += c;
      if (c == '"') in_quotes = !in_quotes;
      if (c != '\\') continue;
      const char escaped = take();
      if (escaped == '\n') {
        return std::unexpected("a backslash ends the line; use parentheses for a long record");
      }
      out += escaped;
    }
  }
  if (in_quotes) {
    return std::unexpected("a quote is not closed on its line; for a long text write several");
  }
  out += ' ';
  return {};
}

/// The next octet; a line end where the file has ended.
char ZoneEntryReader::take() {
  if (rest_.empty()) return '\n';
  const char c = rest_.front();
  rest_.remove_prefix(1);
  return c;
}

std::string_view class_named(std::string_view word) {
  if (word.size() != 2) return {};
  const std::array folded{static_cast<char>(word[0] & ~0x20), static_cast<char>(word[1] & ~0x20)};
  for (const std::string_view name : {"IN", "CH", "HS", "CS"}) {
    if (name == std::string_view(folded.data(), folded.size())) return name;
  }
  return {};
}

}  // namespace mandate::dns
