#include "mandate/spf/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "dns/octets8.h"
#include "spf/ascii.h"
#include "spf/selection.h"

namespace mandate::spf {
namespace {

using dns::equal8, dns::first8, dns::kHigh8, dns::kOnes8, dns::load8;

constexpr std::string_view kVersion = "v=spf1";

constexpr std::array<std::pair<Mechanism, std::string_view>, 8> kMechanisms{{
    {Mechanism::all, "all"},
    {Mechanism::include, "include"},
    {Mechanism::a, "a"},
    {Mechanism::mx, "mx"},
    {Mechanism::ptr, "ptr"},
    {Mechanism::ip4, "ip4"},
    {Mechanism::ip6, "ip6"},
    {Mechanism::exists, "exists"},
}};

/// Up to eight octets of a keyword in lower case, as one number; 0 of anything longer.
constexpr std::uint64_t packed(std::string_view keyword) {
  std::uint64_t out = 0;
  if (keyword.size() > sizeof out) return 0;
  for (const char c : keyword) out = out << 8 | static_cast<unsigned char>(lower(c));
  return out;
}

std::optional<Mechanism> parse_mechanism(std::string_view name) {
  switch (packed(name)) {
    case packed("all"):
      return Mechanism::all;
    case packed("include"):
      return Mechanism::include;
    case packed("a"):
      return Mechanism::a;
    case packed("mx"):
      return Mechanism::mx;
    case packed("ptr"):
      return Mechanism::ptr;
    case packed("ip4"):
      return Mechanism::ip4;
    case packed("ip6"):
      return Mechanism::ip6;
    case packed("exists"):
      return Mechanism::exists;
    default:
      return std::nullopt;
  }
}

std::string_view section_of(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::all:
      return "5.1";
    case Mechanism::include:
      return "5.2";
    case Mechanism::a:
      return "5.3";
    case Mechanism::mx:
      return "5.4";
    case Mechanism::ptr:
      return "5.5";
    case Mechanism::ip4:
    case Mechanism::ip6:
      return "5.6";
    case Mechanism::exists:
      return "5.7";
  }
  return "5";
}

std::optional<Result> parse_qualifier(char c) {
  switch (c) {
    case '+':
      return Result::pass;
    case '-':
      return Result::fail;
    case '~':
      return Result::softfail;
    case '?':
      return Result::neutral;
    default:
      return std::nullopt;
  }
}

/// "0" or digits without a leading zero, up to `most` (RFC 7208 section 5.6).
std::optional<std::uint8_t> parse_prefix_length(std::string_view digits, int most) {
  int value = 0;
  if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  for (const char c : digits) value = value * 10 + (c - '0');
  if (value > most) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

using Problem = std::expected<void, std::string>;

/// A record as it grows, and how it is read.
struct Reader {
  Record& record;
  Readings readings;
};

/// Where a trailing `/digits` begins, or npos.
std::size_t trailing_slash_digits(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return std::string_view::npos;
  const auto digits = text.substr(slash + 1);
  return std::ranges::all_of(digits, is_digit) ? slash : std::string_view::npos;
}

/// Takes `[ ip4-cidr-length ] [ "/" ip6-cidr-length ]` (dual-cidr-length, RFC 7208 section 5.6)
/// off the end of the argument. Slashes that do not head digits at the end belong to the domain,
/// as macro-literals may contain them.
Problem take_prefix_lengths(std::string_view& argument, Directive& directive) {
  std::size_t slash = trailing_slash_digits(argument);
  if (slash == std::string_view::npos) return {};
  if (slash > 0 && argument[slash - 1] == '/') {
    const auto length = parse_prefix_length(argument.substr(slash + 1), 128);
    if (!length) {
      return std::unexpected(
          fmt::format("{} is not an IPv6 prefix length; it goes from //0 to "
                      "//128, without leading zeros",
                      argument.substr(slash - 1)));
    }
    directive.prefix6 = *length;
    argument = argument.substr(0, slash - 1);
    slash = trailing_slash_digits(argument);
    if (slash == std::string_view::npos) return {};
  }
  const auto length = parse_prefix_length(argument.substr(slash + 1), 32);
  if (!length) {
    return std::unexpected(fmt::format(
        "{} is not an IPv4 prefix length; it goes from /0 to /32, without leading zeros (an IPv6 "
        "length is written with two slashes)",
        argument.substr(slash)));
  }
  directive.prefix4 = *length;
  argument = argument.substr(0, slash);
  return {};
}

Problem parse_domain(std::string_view text, Directive& directive, Reader& reader) {
  auto domain = MacroString::parse(text, MacroString::Use::domain_spec, reader.readings);
  if (!domain) return std::unexpected(std::move(domain.error()));
  std::vector<MacroString>& domains = reader.record.domains;
  // What is left of the record may all be like this one; half of that is a good guess.
  if (domains.empty()) {
    domains.reserve(1 +
                    (reader.record.directives.capacity() - reader.record.directives.size()) / 2);
  }
  domains.push_back(std::move(*domain));
  directive.domain = static_cast<std::uint32_t>(reader.record.domains.size());
  return {};
}

/// `argument` begins with `:` or `/`, or is empty.
Problem parse_a_or_mx(std::string_view argument, Directive& directive, Reader& reader) {
  if (auto lengths = take_prefix_lengths(argument, directive); !lengths) return lengths;
  if (argument.empty()) return {};
  if (argument.front() != ':') {
    return std::unexpected(fmt::format(
        "{} is not understood; a prefix length is written /24, //64 or /24//64", argument));
  }
  return parse_domain(argument.substr(1), directive, reader);
}

Problem parse_network(std::string_view argument, Directive& directive, Reader& reader) {
  const bool v4 = directive.mechanism == Mechanism::ip4;
  if (!argument.starts_with(':') || argument.size() == 1) {
    return std::unexpected(fmt::format("the address is missing; write {}",
                                       v4 ? "ip4:192.0.2.0/24" : "ip6:2001:db8::/32"));
  }
  argument.remove_prefix(1);
  const std::size_t slash = argument.find('/');
  const auto address = dns::IpAddress::parse(argument.substr(0, slash));
  if (!address || address->is_v4() != v4) {
    return std::unexpected(
        fmt::format("{} is not an {} address", argument.substr(0, slash), v4 ? "IPv4" : "IPv6"));
  }
  int length = address->bits();
  if (slash != std::string_view::npos) {
    const auto given = parse_prefix_length(argument.substr(slash + 1), address->bits());
    if (!given || (*given == 0 && reader.readings.has(Reading::zero_prefix))) {
      return std::unexpected(
          fmt::format("{} is not a prefix length; it goes from /0 to /{}, "
                      "without leading zeros",
                      argument.substr(slash), address->bits()));
    }
    length = *given;
  }
  directive.network = dns::Prefix(*address, length);
  return {};
}

Problem parse_argument(std::string_view argument, Directive& directive, Reader& reader) {
  switch (directive.mechanism) {
    case Mechanism::all:
      if (argument.empty()) return {};
      return std::unexpected(fmt::format("all takes no argument, so {} must go", argument));
    case Mechanism::a:
    case Mechanism::mx:
      return parse_a_or_mx(argument, directive, reader);
    case Mechanism::ip4:
    case Mechanism::ip6:
      return parse_network(argument, directive, reader);
    case Mechanism::ptr:
      if (argument.empty()) return {};
      [[fallthrough]];
    case Mechanism::include:
    case Mechanism::exists:
      if (!argument.starts_with(':')) {
        return std::unexpected(
            fmt::format("{} is followed by a colon and a domain name", text(directive.mechanism)));
      }
      return parse_domain(argument.substr(1), directive, reader);
  }
  return {};
}

std::optional<SyntaxError> parse_directive(std::string_view term, Span span, Directive& directive,
                                           Reader& reader) {
  directive.span = span;
  std::string_view rest = term;
  if (const auto qualifier = parse_qualifier(rest.front())) {
    directive.qualifier = *qualifier;
    rest.remove_prefix(1);
  }
  std::size_t name_end = 0;
  while (name_end < rest.size() && rest[name_end] != ':' && rest[name_end] != '/') ++name_end;
  const auto mechanism = parse_mechanism(rest.substr(0, name_end));
  if (!mechanism) {
    return SyntaxError{
        span,
        fmt::format("{} is no mechanism of SPF; there are all, include, a, mx, ptr, ip4, "
                    "ip6 and exists",
                    rest.substr(0, name_end)),
        "4.6.1"};
  }
  directive.mechanism = *mechanism;
  if (auto parsed = parse_argument(rest.substr(name_end), directive, reader); !parsed) {
    return SyntaxError{span, std::move(parsed.error()), section_of(*mechanism)};
  }
  return std::nullopt;
}

/// The length of a modifier's name if the term is a modifier, else 0.
/// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ), then "=" (RFC 7208 section 4.6.1).
std::size_t modifier_name_length(std::string_view term) {
  if (term.empty() || !is_alpha(term.front())) return 0;
  const auto end = std::ranges::find_if_not(
      term, [](char c) { return is_alphanum(c) || c == '-' || c == '_' || c == '.'; });
  if (end == term.end() || *end != '=') return 0;
  return static_cast<std::size_t>(end - term.begin());
}

bool is_modifier_named(std::string_view name, std::string_view wanted, Readings readings) {
  if (readings.has(Reading::modifier_case)) return name == wanted;
  return equals_ignoring_case(name, wanted);
}

SyntaxError stands_twice(std::string_view name, Span span) {
  return {span, fmt::format("{}= stands twice; keep one", lower(name)), "6"};
}

std::optional<SyntaxError> add_unknown(Modifier modifier, Reader& reader) {
  std::vector<Modifier>& unknown = reader.record.unknown;
  if (reader.readings.has(Reading::repeated_modifier) &&
      std::ranges::find(unknown, modifier.name, &Modifier::name) != unknown.end()) {
    return stands_twice(modifier.name, modifier.span);
  }
  unknown.push_back(std::move(modifier));
  return std::nullopt;
}

std::optional<SyntaxError> parse_modifier(std::string_view term, std::size_t name_length, Span span,
                                          Reader& reader) {
  const std::string_view name = term.substr(0, name_length);
  const std::string_view value = term.substr(name_length + 1);
  const bool redirect = is_modifier_named(name, "redirect", reader.readings);
  const bool exp = is_modifier_named(name, "exp", reader.readings);
  const auto use = redirect || exp ? MacroString::Use::domain_spec : MacroString::Use::modifier;
  auto macro = MacroString::parse(value, use, reader.readings);
  if (!macro) {
    const std::string_view section = redirect ? "6.1" : exp ? "6.2" : "6";
    return SyntaxError{span, std::move(macro.error()), section};
  }
  Modifier modifier{std::string(name), std::move(*macro), span};
  if (!redirect && !exp) return add_unknown(std::move(modifier), reader);
  std::optional<Modifier>& slot = redirect ? reader.record.redirect : reader.record.exp;
  // RFC 7208 section 6: redirect and exp must not appear more than once each.
  if (slot) return stands_twice(name, span);
  slot = std::move(modifier);
  return std::nullopt;
}

std::optional<SyntaxError> parse_term(std::string_view term, Span span, Reader& reader) {
  if (const std::size_t name_length = modifier_name_length(term); name_length != 0) {
    return parse_modifier(term, name_length, span, reader);
  }
  auto& directives = reader.record.directives;
  auto error = parse_directive(term, span, directives.emplace_back(), reader);
  if (error) directives.pop_back();
  return error;
}

SyntaxError stray_octet(std::string_view term, Span span) {
  const auto stray = std::ranges::find_if_not(term, is_visible);
  return {span,
          fmt::format("octet 0x{:02x} is not allowed in an SPF record; only visible ASCII and "
                      "spaces are",
                      static_cast<unsigned char>(*stray)),
          "4.6.1"};
}

/// A number of one to three digits without a leading zero; moves `at` behind it. At most 999 of
/// what is one, 1000 of what is none. `at` may point at a terminating zero.
unsigned take_number(const char*& at) {
  constexpr unsigned kNone = 1000;
  const auto digit = [&] { return static_cast<unsigned>(*at) - unsigned{'0'}; };
  unsigned value = digit();
  if (value > 9) return kNone;
  ++at;
  for (int i = 0; i < 2 && digit() <= 9; ++i, ++at) {
    if (value == 0) return kNone;
    value = value * 10 + digit();
  }
  return value;
}

/// Reads `ip4:` with a well-formed network at `begin` of the record's own text, which is what most
/// terms are. Gives the term's end; 0 when it is something else, or at fault, which the general
/// way then finds.
std::size_t take_plain_ip4(Record& record, std::size_t begin) {
  constexpr std::string_view kKeyword = "ip4:";
  // The text ends in a zero, which is neither digit nor separator: no length is looked at.
  const char* const text = record.text.c_str();
  const char* at = text + begin;
  const auto qualifier = parse_qualifier(*at);
  if (qualifier) ++at;
  if (!std::string_view(at, text + record.text.size()).starts_with(kKeyword)) return 0;
  at += kKeyword.size();
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    if (i != 0 && *at++ != '.') return 0;
    const unsigned octet = take_number(at);
    if (octet > 255) return 0;
    number = number << 8 | octet;
  }
  unsigned length = 32;
  if (*at == '/') {
    length = take_number(++at);
    if (length == 0 || length > 32) return 0;  // some read /0 otherwise
  }
  const auto end = static_cast<std::size_t>(at - text);
  if (*at != ' ' && end != record.text.size()) return 0;
  Directive& directive = record.directives.emplace_back();
  directive.qualifier = qualifier.value_or(Result::pass);
  directive.mechanism = Mechanism::ip4;
  directive.network.assign_v4(number, static_cast<int>(length));
  directive.span = {begin, end};
  return end;
}

/// What stands between terms.
bool is_separator(char c, Readings readings) {
  return c == ' ' || (c == '\t' && readings.has(Reading::tab_behind_version));
}

std::size_t end_of_term(std::string_view text, std::size_t at, Readings readings) {
  const bool tabs = readings.has(Reading::tab_behind_version);
  for (; at + 8 <= text.size() && !tabs; at += 8) {
    const std::uint64_t spaces = equal8(load8(text.data() + at), ' ');
    if (spaces != 0) return at + first8(spaces);
  }
  while (at < text.size() && !is_separator(text[at], readings)) ++at;
  return at;
}

/// What is worth knowing of a record's text before its terms are read.
struct Survey {
  std::size_t spaces = 0;
  bool stray = false;  ///< an octet that is neither visible ASCII nor a space
};

Survey survey(std::string_view text) {
  Survey out;
  std::uint64_t stray = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    const std::uint64_t word = load8(text.data() + at);
    const std::uint64_t low = word & ~kHigh8;
    // Beyond ASCII, below the space, or DEL.
    stray |= word | ~(low + kOnes8 * (0x80 - ' ')) | (low + kOnes8);
    out.spaces += (equal8(word, ' ') >> 7) * kOnes8 >> 56;
  }
  out.stray = (stray & kHigh8) != 0;
  for (; at < text.size(); ++at) {
    out.spaces += text[at] == ' ';
    out.stray |= !is_visible(text[at]) && text[at] != ' ';
  }
  return out;
}

}  // namespace

std::string_view text(Mechanism mechanism) {
  for (const auto& [value, keyword] : kMechanisms) {
    if (value == mechanism) return keyword;
  }
  return "all";
}

bool is_spf_record(std::string_view text) {
  return is_record(text, {});
}

bool is_record(std::string_view text, Readings readings) {
  return text.size() >= kVersion.size() &&
         equals_ignoring_case(text.substr(0, kVersion.size()), kVersion) &&
         (text.size() == kVersion.size() || is_separator(text[kVersion.size()], readings));
}

bool Record::has_all() const {
  return std::ranges::any_of(
      directives, [](const Directive& directive) { return directive.mechanism == Mechanism::all; });
}

std::optional<SyntaxError> parse_terms(std::string_view text, Record& record, Readings readings) {
  record.text = text;
  const Survey seen = survey(text);
  record.directives.reserve(seen.spaces);
  Reader reader{record, readings};
  const bool stray = seen.stray && !readings.has(Reading::octets_outside_ascii);
  std::size_t at = kVersion.size();
  for (;;) {
    while (at < text.size() && is_separator(text[at], readings)) ++at;
    if (at >= text.size()) return std::nullopt;
    if (const std::size_t end = take_plain_ip4(record, at); end != 0) {
      at = end;
      continue;
    }
    Span span{at, at};
    span.end = end_of_term(text, at, readings);
    const std::string_view term = span.in(text);
    if (stray && !std::ranges::all_of(term, is_visible)) return stray_octet(term, span);
    if (auto error = parse_term(term, span, reader)) return error;
    at = span.end;
  }
}

std::expected<Record, SyntaxError> parse_record(std::string_view text) {
  std::expected<Record, SyntaxError> out;
  if (auto error = parse_terms(text, *out)) out = std::unexpected(std::move(*error));
  return out;
}

}  // namespace mandate::spf
