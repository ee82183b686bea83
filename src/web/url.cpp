#include "web/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "dns/printable.h"
#include "dns/utf8.h"

namespace mandate::web {
namespace {

bool is_control(char c) {
  return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F;
}

// What may stand in a path as it is: visible ASCII, less the delimiters of RFC 3986 section 2.2
// that end a path or never stand in one.
bool is_path_octet(char c) {
  constexpr std::string_view kNever = "\"#<>?[\\]^`{|}";
  return c > 0x20 && c < 0x7F && kNever.find(c) == kNever.npos;
}

std::optional<std::uint8_t> hex_octet(std::string_view digits) {
  std::uint8_t octet = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), octet, 16);
  if (digits.size() != 2 || error != std::errc() || end != digits.end()) return std::nullopt;
  return octet;
}

std::expected<std::string, std::string> decode(std::string_view text) {
  auto decoded = percent_decode(text);
  const std::string shown = dns::printable(text, 80);
  if (!decoded) {
    return std::unexpected(
        fmt::format("`{}` has a `%` that two hexadecimal digits do not follow.", shown));
  }
  if (std::ranges::any_of(*decoded, is_control)) {
    return std::unexpected(fmt::format("`{}` has a control character in it.", shown));
  }
  if (!dns::is_utf8(*decoded)) {
    return std::unexpected(fmt::format("`{}` does not decode to UTF-8.", shown));
  }
  return std::move(*decoded);
}

// The text up to `delimiter`, which is taken off the front of `rest` together with it.
std::string_view take(std::string_view& rest, char delimiter) {
  const std::size_t end = std::min(rest.find(delimiter), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto octet = hex_octet(text.substr(i + 1, 2));
    if (!octet) return std::nullopt;
    out += static_cast<char>(*octet);
    i += 2;
  }
  return out;
}

std::expected<std::vector<std::string>, std::string> path_segments(std::string_view path) {
  if (!path.starts_with('/')) return std::unexpected("The path does not begin with a slash.");
  if (!std::ranges::all_of(path, is_path_octet)) {
    return std::unexpected("The path has a character that must be percent-encoded.");
  }
  std::vector<std::string> segments;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    auto segment = decode(path.substr(begin, end - begin));
    if (!segment) return std::unexpected("The path is malformed: " + segment.error());
    if (segment->find('/') != std::string::npos) {
      return std::unexpected("The path has an encoded slash: no name here has one.");
    }
    segments.push_back(std::move(*segment));
    begin = end + 1;
  }
  return segments;
}

std::expected<std::map<std::string, std::string>, std::string> parse_query(std::string_view query) {
  std::map<std::string, std::string> fields;
  while (!query.empty()) {
    std::string field(take(query, '&'));
    if (field.empty()) continue;
    std::ranges::replace(field, '+', ' ');
    std::string_view rest = field;
    auto name = decode(take(rest, '='));
    auto value = decode(rest);
    if (!name) return std::unexpected("The query is malformed: " + name.error());
    if (!value) return std::unexpected("The query is malformed: " + value.error());
    const auto [at, is_new] = fields.try_emplace(std::move(*name), std::move(*value));
    if (!is_new) {
      return std::unexpected(
          fmt::format("The query has `{}` twice: give it once.", dns::printable(at->first, 80)));
    }
  }
  return fields;
}

}  // namespace mandate::web
