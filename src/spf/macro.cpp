#include "mandate/spf/macro.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "spf/ascii.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kLetters = "slodiphcrtv";  // RFC 7208 section 7.1, macro-letter
constexpr std::string_view kExplanationOnly = "crt";  // section 7.1, last paragraph
constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::size_t kDomainLimit = 253;

/// Reads the inside of `%{…}`: macro-letter transformers *delimiter.
std::expected<MacroExpand, std::string> parse_expand(std::string_view inside,
                                                     MacroString::Use use) {
  if (inside.empty()) return std::unexpected("the macro %{} has no letter");
  MacroExpand macro;
  macro.letter = lower(inside[0]);
  macro.url_escape = inside[0] != macro.letter;
  if (kLetters.find(macro.letter) == std::string_view::npos) {
    return std::unexpected(
        fmt::format("%{{{}}} is not a macro: its letter is none of {}", inside, kLetters));
  }
  if (use == MacroString::Use::domain_spec &&
      kExplanationOnly.find(macro.letter) != std::string_view::npos) {
    return std::unexpected(
        fmt::format("the macro %{{{}}} is allowed in explanations only", inside));
  }
  std::size_t at = 1;
  bool has_digits = false;
  for (; at < inside.size() && is_digit(inside[at]); ++at) {
    has_digits = true;
    const std::uint64_t wider =
        std::uint64_t{macro.digits} * 10 + static_cast<std::uint64_t>(inside[at] - '0');
    macro.digits = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(wider, std::numeric_limits<std::uint32_t>::max()));
  }
  // RFC 7208 section 7.3: the DIGIT transformer must be nonzero.
  if (has_digits && macro.digits == 0) {
    return std::unexpected(fmt::format("%{{{}}} keeps zero labels; keep at least one", inside));
  }
  if (at < inside.size() && lower(inside[at]) == 'r') {
    macro.reverse = true;
    ++at;
  }
  macro.delimiters = inside.substr(at);
  if (macro.delimiters.find_first_not_of(kDelimiters) != std::string::npos) {
    return std::unexpected(fmt::format(
        "%{{{}}} is malformed: behind the letter come digits, then r, then delimiters of {}",
        inside, kDelimiters));
  }
  return macro;
}

/// toplabel (RFC 7208 section 7.1): letters, digits and hyphens, not digits alone, no hyphen at
/// either end.
bool is_top_label(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  const bool characters =
      std::ranges::all_of(label, [](char c) { return is_alphanum(c) || c == '-'; });
  return characters && !std::ranges::all_of(label, is_digit);
}

/// domain-end = ( "." toplabel [ "." ] ) / macro-expand
bool ends_as_domain(std::string_view text, bool ends_in_expand) {
  if (ends_in_expand) return true;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && is_top_label(text.substr(dot + 1));
}

void append_literal(std::vector<MacroPart>& parts, std::string_view literal) {
  if (parts.empty() || parts.back().is_macro) parts.emplace_back();
  parts.back().literal += literal;
}

std::vector<std::string_view> split(std::string_view text, std::string_view delimiters) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find_first_of(delimiters, begin);
    out.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return out;
    begin = end + 1;
  }
}

std::string_view value_of(char letter, const MacroValues& values) {
  switch (letter) {
    case 's':
      return values.sender;
    case 'l':
      return values.local_part;
    case 'o':
      return values.sender_domain;
    case 'd':
      return values.domain;
    case 'i':
      return values.ip;
    case 'p':
      return values.validated_name;
    case 'v':
      return values.address_family;
    case 'h':
      return values.helo;
    case 'c':
      return values.readable_ip;
    case 'r':
      return values.receiver;
    case 't':
      return values.timestamp;
    default:
      return {};
  }
}

/// RFC 7208 section 7.3: characters outside the "unreserved" set of RFC 3986 are escaped.
void append_url_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_alphanum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

/// RFC 7208 section 7.3: split at the delimiters, reverse, keep the rightmost, join with dots.
std::string transform(std::string_view value, const MacroExpand& macro) {
  const bool plain = macro.digits == 0 && !macro.reverse && macro.delimiters.empty();
  if (plain) return std::string(value);
  auto labels = split(value, macro.delimiters.empty() ? "." : macro.delimiters);
  if (macro.reverse) std::ranges::reverse(labels);
  std::size_t first = 0;
  if (macro.digits != 0 && labels.size() > macro.digits) first = labels.size() - macro.digits;
  std::string out;
  for (std::size_t i = first; i < labels.size(); ++i) {
    if (i != first) out += '.';
    out += labels[i];
  }
  return out;
}

}  // namespace

std::expected<MacroString, std::string> MacroString::parse(std::string_view text, Use use) {
  MacroString out;
  out.text_ = text;
  bool ends_in_expand = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    ends_in_expand = c == '%';
    if (c != '%') {
      if (!is_visible(c) && !(c == ' ' && use == Use::explanation)) {
        return std::unexpected(
            fmt::format("octet 0x{:02x} is not allowed here; only visible ASCII is",
                        static_cast<unsigned char>(c)));
      }
      append_literal(out.parts_, text.substr(at, 1));
      ++at;
      continue;
    }
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '%' || next == '_' || next == '-') {
      append_literal(out.parts_, next == '%' ? "%" : next == '_' ? " " : "%20");
      at += 2;
      continue;
    }
    const std::size_t close = next == '{' ? text.find('}', at) : std::string_view::npos;
    if (close == std::string_view::npos) {
      return std::unexpected(
          "a % begins none of %{…}, %%, %_ and %-; write %% for the sign itself");
    }
    auto macro = parse_expand(text.substr(at + 2, close - at - 2), use);
    if (!macro) return std::unexpected(std::move(macro.error()));
    out.parts_.push_back({.literal = {}, .is_macro = true, .macro = std::move(*macro)});
    at = close + 1;
  }
  if (use == Use::domain_spec && !ends_as_domain(text, ends_in_expand)) {
    return std::unexpected(text.empty() ? std::string("the domain name is missing")
                                        : fmt::format("{} does not end in a top-level domain or a "
                                                      "macro; write a full domain name",
                                                      text));
  }
  return out;
}

bool MacroString::uses(char letter) const {
  return std::ranges::any_of(
      parts_, [=](const MacroPart& part) { return part.is_macro && part.macro.letter == letter; });
}

bool MacroString::has_macros() const {
  return std::ranges::any_of(parts_, [](const MacroPart& part) { return part.is_macro; });
}

std::string expand(const MacroString& macro, const MacroValues& values) {
  std::string out;
  for (const MacroPart& part : macro.parts()) {
    if (!part.is_macro) {
      out += part.literal;
      continue;
    }
    const std::string value = transform(value_of(part.macro.letter, values), part.macro);
    if (part.macro.url_escape) {
      append_url_escaped(out, value);
    } else {
      out += value;
    }
  }
  return out;
}

std::string truncate_domain(std::string expanded) {
  std::size_t length = expanded.size() - (expanded.ends_with('.') ? 1U : 0U);
  std::size_t begin = 0;
  while (length - begin > kDomainLimit) {
    const std::size_t dot = expanded.find('.', begin);
    if (dot == std::string::npos || dot + 1 >= length) break;
    begin = dot + 1;
  }
  return expanded.substr(begin);
}

}  // namespace mandate::spf
