#include "mandate/spf/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "spf/ascii.h"

namespace mandate::spf {
namespace {

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

std::optional<Mechanism> parse_mechanism(std::string_view name) {
  for (const auto& [mechanism, keyword] : kMechanisms) {
    if (equals_ignoring_case(name, keyword)) return mechanism;
  }
  return std::nullopt;
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
std::optional<int> parse_prefix_length(std::string_view digits, int most) {
  int value = 0;
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || value > most) return std::nullopt;
  return value;
}

using Problem = std::expected<void, std::string>;

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

Problem parse_domain(std::string_view text, Directive& directive) {
  auto domain = MacroString::parse(text, MacroString::Use::domain_spec);
  if (!domain) return std::unexpected(std::move(domain.error()));
  directive.domain = std::move(*domain);
  return {};
}

/// `argument` begins with `:` or `/`, or is empty.
Problem parse_a_or_mx(std::string_view argument, Directive& directive) {
  if (auto lengths = take_prefix_lengths(argument, directive); !lengths) return lengths;
  if (argument.empty()) return {};
  if (argument.front() != ':') {
    return std::unexpected(fmt::format(
        "{} is not understood; a prefix length is written /24, //64 or /24//64", argument));
  }
  return parse_domain(argument.substr(1), directive);
}

Problem parse_network(std::string_view argument, Directive& directive) {
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
    if (!given) {
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

Problem parse_argument(std::string_view argument, Directive& directive) {
  switch (directive.mechanism) {
    case Mechanism::all:
      if (argument.empty()) return {};
      return std::unexpected(fmt::format("all takes no argument, so {} must go", argument));
    case Mechanism::a:
    case Mechanism::mx:
      return parse_a_or_mx(argument, directive);
    case Mechanism::ip4:
    case Mechanism::ip6:
      return parse_network(argument, directive);
    case Mechanism::ptr:
      if (argument.empty()) return {};
      [[fallthrough]];
    case Mechanism::include:
    case Mechanism::exists:
      if (!argument.starts_with(':')) {
        return std::unexpected(
            fmt::format("{} is followed by a colon and a domain name", text(directive.mechanism)));
      }
      return parse_domain(argument.substr(1), directive);
  }
  return {};
}

std::expected<Directive, SyntaxError> parse_directive(std::string_view term, Span span) {
  Directive directive;
  directive.span = span;
  std::string_view rest = term;
  if (const auto qualifier = parse_qualifier(rest.front())) {
    directive.qualifier = *qualifier;
    rest.remove_prefix(1);
  }
  const std::size_t name_end = std::min(rest.find_first_of(":/"), rest.size());
  const auto mechanism = parse_mechanism(rest.substr(0, name_end));
  if (!mechanism) {
    return std::unexpected(SyntaxError{
        span,
        fmt::format("{} is no mechanism of SPF; there are all, include, a, mx, ptr, ip4, "
                    "ip6 and exists",
                    rest.substr(0, name_end)),
        "4.6.1"});
  }
  directive.mechanism = *mechanism;
  if (auto parsed = parse_argument(rest.substr(name_end), directive); !parsed) {
    return std::unexpected(SyntaxError{span, std::move(parsed.error()), section_of(*mechanism)});
  }
  return directive;
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

std::expected<void, SyntaxError> parse_modifier(std::string_view term, std::size_t name_length,
                                                Span span, Record& record) {
  const std::string_view name = term.substr(0, name_length);
  const std::string_view value = term.substr(name_length + 1);
  const bool redirect = equals_ignoring_case(name, "redirect");
  const bool exp = equals_ignoring_case(name, "exp");
  const std::string_view section = redirect ? "6.1" : exp ? "6.2" : "6";
  auto macro = MacroString::parse(
      value, redirect || exp ? MacroString::Use::domain_spec : MacroString::Use::modifier);
  if (!macro) return std::unexpected(SyntaxError{span, std::move(macro.error()), section});
  Modifier modifier{std::string(name), std::move(*macro), span};
  if (!redirect && !exp) {
    record.unknown.push_back(std::move(modifier));
    return {};
  }
  std::optional<Modifier>& slot = redirect ? record.redirect : record.exp;
  // RFC 7208 section 6: redirect and exp must not appear more than once each.
  if (slot) {
    return std::unexpected(
        SyntaxError{span, fmt::format("{}= stands twice; keep one", lower(name)), "6"});
  }
  slot = std::move(modifier);
  return {};
}

std::expected<void, SyntaxError> parse_term(std::string_view term, Span span, Record& record) {
  const auto stray = std::ranges::find_if_not(term, is_visible);
  if (stray != term.end()) {
    return std::unexpected(SyntaxError{
        span,
        fmt::format("octet 0x{:02x} is not allowed in an SPF record; only visible ASCII and "
                    "spaces are",
                    static_cast<unsigned char>(*stray)),
        "4.6.1"});
  }
  if (const std::size_t name_length = modifier_name_length(term); name_length != 0) {
    return parse_modifier(term, name_length, span, record);
  }
  auto directive = parse_directive(term, span);
  if (!directive) return std::unexpected(std::move(directive.error()));
  record.directives.push_back(std::move(*directive));
  return {};
}

}  // namespace

std::string_view text(Mechanism mechanism) {
  for (const auto& [value, keyword] : kMechanisms) {
    if (value == mechanism) return keyword;
  }
  return "all";
}

bool is_spf_record(std::string_view text) {
  return text.size() >= kVersion.size() &&
         equals_ignoring_case(text.substr(0, kVersion.size()), kVersion) &&
         (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

std::expected<Record, SyntaxError> parse_record(std::string_view text) {
  Record record;
  record.text = text;
  std::size_t at = kVersion.size();
  for (;;) {
    at = text.find_first_not_of(' ', at);
    if (at == std::string_view::npos || at >= text.size()) return record;
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const Span span{at, end};
    if (auto parsed = parse_term(span.in(text), span, record); !parsed) {
      return std::unexpected(std::move(parsed.error()));
    }
    at = end;
  }
}

}  // namespace mandate::spf
