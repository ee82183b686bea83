#include "mandate/spf/macro.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "dns/octets8.h"
#include "spf/ascii.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kLetters = "slodiphcrtv";  // RFC 7208 section 7.1, macro-letter
constexpr std::string_view kExplanationOnly = "crt";  // section 7.1, last paragraph
constexpr std::size_t kDomainLimit = 253;

/// DIGIT transformers, as many as there are; moves `at` behind them.
std::uint32_t take_digits(std::string_view inside, std::size_t& at) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t digits = 0;
  for (; at < inside.size() && is_digit(inside[at]); ++at) {
    digits = std::min(kMost, digits * 10 + static_cast<std::uint64_t>(inside[at] - '0'));
  }
  return static_cast<std::uint32_t>(digits);
}

/// The bits of the delimiters, or nothing when one is none.
std::optional<std::uint8_t> delimiters_of(std::string_view text) {
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t at = kMacroDelimiters.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    bits |= 1U << at;
  }
  return static_cast<std::uint8_t>(bits);
}

/// Reads the inside of `%{…}`: macro-letter transformers *delimiter.
std::expected<MacroPart, std::string> parse_expand(std::string_view inside, MacroString::Use use,
                                                   Readings readings) {
  if (inside.empty()) return std::unexpected("the macro %{} has no letter");
  MacroPart macro;
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
  macro.digits = take_digits(inside, at);
  // RFC 7208 section 7.3: the DIGIT transformer must be nonzero.
  if (at > 1 && macro.digits == 0 && !readings.has(Reading::zero_digits)) {
    return std::unexpected(fmt::format("%{{{}}} keeps zero labels; keep at least one", inside));
  }
  if (at < inside.size() && lower(inside[at]) == 'r') {
    macro.reverse = true;
    ++at;
  }
  const auto delimiters = delimiters_of(inside.substr(at));
  if (!delimiters) {
    return std::unexpected(fmt::format(
        "%{{{}}} is malformed: behind the letter come digits, then r, then delimiters of {}",
        inside, kMacroDelimiters));
  }
  macro.delimiters = *delimiters;
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

/// Whether all octets are visible, as those of most texts are.
bool is_all_visible(std::string_view text) {
  std::uint64_t stray = 0;
  dns::for_each8(text, [&](std::uint64_t word, std::size_t at) {
    // What is behind the end is no octet of the text.
    if (text.size() - at < 8) word |= dns::kOnes8 * 'x' << (8 * (text.size() - at));
    const std::uint64_t low = word & ~dns::kHigh8;
    stray |= word | ~(low + dns::kOnes8 * (0x80 - '!')) | (low + dns::kOnes8);
  });
  return (stray & dns::kHigh8) == 0;
}

/// domain-end = ( "." toplabel [ "." ] ) / macro-expand
bool ends_as_domain(std::string_view text, bool ends_in_expand) {
  if (ends_in_expand) return true;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && is_top_label(text.substr(dot + 1));
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
    case '%':
      return "%";
    case '_':
      return " ";
    case '-':
      return "%20";
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

std::vector<std::string_view> split(std::string_view text, std::uint8_t delimiters) {
  const auto splits = [=](char c) {
    if (delimiters == 0) return c == '.';
    const std::size_t at = kMacroDelimiters.find(c);
    return at != std::string_view::npos && (delimiters >> at & 1) != 0;
  };
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!splits(text[at])) continue;
    out.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  out.push_back(text.substr(begin));
  return out;
}

/// RFC 7208 section 7.3: split at the delimiters, reverse, keep the rightmost, join with dots.
std::string transform(std::string_view value, const MacroPart& macro) {
  const bool plain = macro.digits == 0 && !macro.reverse && macro.delimiters == 0;
  if (plain) return std::string(value);
  auto labels = split(value, macro.delimiters);
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

std::expected<MacroString, std::string> MacroString::parse(std::string_view text, Use use,
                                                           Readings readings) {
  MacroString out;
  out.text_ = text;
  const bool lenient = readings.has(Reading::octets_outside_ascii);
  const auto allowed = [=](char c) {
    return is_visible(c) || (c == ' ' && use == Use::explanation) || (lenient && !is_ascii(c));
  };
  const auto stray = is_all_visible(text) ? text.end() : std::ranges::find_if_not(text, allowed);
  if (stray != text.end()) {
    return std::unexpected(fmt::format("octet 0x{:02x} is not allowed here; only visible ASCII is",
                                       static_cast<unsigned char>(*stray)));
  }
  if (text.find('%') != text.npos) {
    if (auto parsed = out.parse_parts(use, readings); !parsed)
      return std::unexpected(parsed.error());
  }
  const bool ends_in_expand = !out.parts_.empty() && out.parts_.back().letter != 0;
  if (use == Use::domain_spec && !ends_as_domain(text, ends_in_expand)) {
    return std::unexpected(text.empty() ? std::string("the domain name is missing")
                                        : fmt::format("{} does not end in a top-level domain or a "
                                                      "macro; write a full domain name",
                                                      text));
  }
  return out;
}

std::expected<void, std::string> MacroString::parse_parts(Use use, Readings readings) {
  const std::string_view text = text_;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t percent = std::min(text.find('%', at), text.size());
    if (percent > at) {
      parts_.push_back(
          {.begin = static_cast<std::uint32_t>(at), .end = static_cast<std::uint32_t>(percent)});
      at = percent;
      continue;
    }
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '%' || next == '_' || next == '-') {
      parts_.push_back({.letter = next});
      at += 2;
      continue;
    }
    const std::size_t close = next == '{' ? text.find('}', at) : std::string_view::npos;
    if (close == std::string_view::npos) {
      return std::unexpected(
          "a % begins none of %{…}, %%, %_ and %-; write %% for the sign itself");
    }
    auto macro = parse_expand(text.substr(at + 2, close - at - 2), use, readings);
    if (!macro) return std::unexpected(std::move(macro.error()));
    letters_ |= bit(macro->letter);
    parts_.push_back(*macro);
    at = close + 1;
  }
  return {};
}

bool MacroString::uses_any_of(std::string_view letters) const {
  return std::ranges::any_of(letters, [this](char letter) { return uses(letter); });
}

std::string expand(const MacroString& macro, const MacroValues& values) {
  if (macro.parts().empty()) return macro.text();
  std::string out;
  for (const MacroPart& part : macro.parts()) {
    if (part.letter == 0) {
      out += std::string_view(macro.text()).substr(part.begin, part.end - part.begin);
      continue;
    }
    const std::string value = transform(value_of(part.letter, values), part);
    if (part.url_escape) {
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
  return begin == 0 ? expanded : expanded.substr(begin);
}

}  // namespace mandate::spf
