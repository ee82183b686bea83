#include "advice/term_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "advice/near_miss.h"
#include "advice/rule_table.h"
#include "advice/slip.h"
#include "dns/idna.h"
#include "dns/printable.h"
#include "mandate/dns/name.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

constexpr std::string_view kVersion = "v=spf1 ";
constexpr std::string_view kQualifiers = "+-~?";
constexpr std::size_t kShown = 120;  // octets of a term in a message

constexpr std::array<std::string_view, 8> kMechanisms = {"include", "exists", "ip4", "ip6",
                                                         "all",     "ptr",    "mx",  "a"};

bool is_mechanism(std::string_view word) {
  return std::ranges::any_of(kMechanisms, [&](std::string_view mechanism) {
    return spf::equals_ignoring_case(word, mechanism);
  });
}

bool is_followed_modifier(std::string_view word) {
  return spf::equals_ignoring_case(word, "redirect") || spf::equals_ignoring_case(word, "exp");
}

/// Whether a text is one or several terms that are read, none of them as an unknown modifier.
bool reads(std::string_view terms) {
  const auto record = spf::parse_record(std::string(kVersion) + std::string(terms));
  return record && record->unknown.empty() &&
         (!record->directives.empty() || record->redirect || record->exp);
}

std::string shown(std::string_view text) {
  return dns::printable(text, kShown);
}

/// A term in its parts: `~include:x` has the qualifier `~`, the name `include`, the mark `:` and
/// the argument `x`.
struct Term {
  spf::Span span;
  std::string_view text;
  std::string_view qualifier;
  std::string_view name;
  char mark = 0;
  std::string_view argument;
  std::string_view next;  ///< the term behind it, or empty
  std::size_t next_end = 0;

  std::string_view body() const { return text.substr(qualifier.size()); }
  std::string with(std::string_view new_name, char new_mark, std::string_view new_argument) const {
    return fmt::format("{}{}{}{}", qualifier, new_name, new_mark, new_argument);
  }
  std::string argument_replaced(std::string_view new_argument) const {
    return with(name, mark, new_argument);
  }
};

using Found = std::optional<Finding>;

Finding at(const Term& term, const Rule& rule, std::string message) {
  return {&rule, term.span, std::move(message), std::nullopt};
}

/// A finding whose fix is offered only if the result is read.
Finding mended(const Term& term, const Rule& rule, std::string message, std::string fix) {
  Finding out = at(term, rule, std::move(message));
  if (reads(fix)) out.fix = std::move(fix);
  return out;
}

/// The same where without a fix that is read it is no case of the rule.
Found only_mended(const Term& term, const Rule& rule, std::string message, std::string fix) {
  Finding out = mended(term, rule, std::move(message), std::move(fix));
  if (!out.fix) return std::nullopt;
  return out;
}

Found invisible_character(const Term& term) {
  auto plain = without_invisible_characters(term.text);
  if (!plain) return std::nullopt;
  return mended(term, rule("invisible-character"),
                fmt::format("`{}` has characters outside ASCII that look like plain ones or like "
                            "nothing; type it anew.",
                            shown(term.text)),
                std::move(*plain));
}

Found u_label(const Term& term) {
  if (std::ranges::all_of(term.argument, spf::is_ascii)) return std::nullopt;
  const std::size_t end = std::min(term.argument.find('/'), term.argument.size());
  const auto converted = dns::to_a_labels(term.argument.substr(0, end));
  if (!converted) return std::nullopt;
  return only_mended(term, rule("u-label"),
                     fmt::format("`{}` has an internationalized name; in the DNS it is {}.",
                                 shown(term.text), *converted),
                     term.argument_replaced(*converted + std::string(term.argument.substr(end))));
}

Found tab_or_newline(const Term& term) {
  std::string fix;
  bool found = false;
  for (const char c : term.text) {
    const bool white = c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
    found |= white;
    if (!white) {
      fix += c;
    } else if (!fix.empty() && fix.back() != ' ') {
      fix += ' ';
    }
  }
  if (!found) return std::nullopt;
  while (fix.ends_with(' ')) fix.pop_back();
  return mended(term, rule("tab-or-newline"),
                fmt::format("`{}` has a tab or a line end in it.", shown(term.text)),
                std::move(fix));
}

Found separator(const Term& term) {
  std::string fix;
  for (const char c : term.text) {
    if (c != ',' && c != ';' && c != '|') {
      fix += c;
    } else if (!fix.empty() && fix.back() != ' ') {
      fix += ' ';
    }
  }
  if (fix.size() == term.text.size() && fix == term.text) return std::nullopt;
  while (fix.ends_with(' ')) fix.pop_back();
  if (fix.empty()) {
    Finding out = at(term, rule("separator"),
                     fmt::format("`{}` parts no terms; remove it.", shown(term.text)));
    out.fix = "";
    return out;
  }
  const std::size_t first = std::min(fix.find(' '), fix.size());
  if (!reads(std::string_view(fix).substr(0, first))) return std::nullopt;
  return mended(
      term, rule("separator"),
      fmt::format("`{}` is one term with a separator that SPF does not have.", shown(term.text)),
      std::move(fix));
}

Found split_qualifier(const Term& term) {
  if (term.body().empty() && reads(std::string(term.qualifier) + std::string(term.next))) {
    Finding out = at(term, rule("split-qualifier"),
                     fmt::format("`{}` stands apart from `{}`.", term.text, shown(term.next)));
    out.span.end = term.next_end;
    out.fix = std::string(term.text) + std::string(term.next);
    return out;
  }
  const std::size_t run = term.text.find_first_not_of(kQualifiers);
  if (run < 2 || run == std::string_view::npos) return std::nullopt;
  return only_mended(term, rule("split-qualifier"),
                     fmt::format("`{}` has more than one qualifier.", shown(term.text)),
                     std::string(term.text.substr(run - 1)));
}

Found qualified_modifier(const Term& term) {
  if (term.qualifier.empty() || term.mark != '=' || !is_followed_modifier(term.name)) {
    return std::nullopt;
  }
  return mended(term, rule("qualified-modifier"),
                fmt::format("`{}` is a modifier with a qualifier in front.", shown(term.text)),
                std::string(term.body()));
}

Found equals_for_colon(const Term& term) {
  if (term.mark != '=' || !is_mechanism(term.name) || term.argument.empty()) return std::nullopt;
  // With a qualifier it is not even a modifier.
  const bool ignored = term.qualifier.empty();
  return only_mended(term, ignored ? rule("equals-for-colon") : rule("syntax"),
                     fmt::format("`{}` is written with `=`{}.", shown(term.text),
                                 ignored ? ": receivers ignore it" : " where a colon belongs"),
                     term.with(term.name, ':', term.argument));
}

Found colon_for_equals(const Term& term) {
  if (term.mark != ':' || !is_followed_modifier(term.name) || term.argument.empty()) {
    return std::nullopt;
  }
  return mended(term, rule("colon-for-equals"),
                fmt::format("`{}` is a modifier, and written with `:`.", shown(term.text)),
                fmt::format("{}={}", term.name, term.argument));
}

Found empty_argument(const Term& term) {
  if ((term.mark != ':' && term.mark != '=') || !term.argument.empty()) return std::nullopt;
  if (!is_mechanism(term.name) && !is_followed_modifier(term.name)) return std::nullopt;
  const char mark = is_mechanism(term.name) ? ':' : '=';
  const std::string joined = term.with(term.name, mark, term.next);
  if (!term.next.empty() && !reads(term.next) && reads(joined)) {
    Finding out = at(term, rule("space-after-colon"),
                     fmt::format("A space parts `{}` from `{}`.", term.text, shown(term.next)));
    out.span.end = term.next_end;
    out.fix = joined;
    return out;
  }
  return at(term, rule("empty-argument"),
            fmt::format("Nothing stands behind `{}`.", shown(term.text)));
}

Found dot_for_colon(const Term& term) {
  if (term.mark != '.' || !is_mechanism(term.name)) return std::nullopt;
  return only_mended(term, rule("dot-for-colon"),
                     fmt::format("`{}` has a dot where the colon belongs.", shown(term.text)),
                     term.with(term.name, ':', term.argument));
}

/// An address with or without a prefix length, as a network mechanism's name would have it.
std::string_view family_of(std::string_view network) {
  const auto address = dns::IpAddress::parse(network.substr(0, network.find('/')));
  if (!address) return {};
  return address->is_v4() ? "ip4" : "ip6";
}

Found ipv4_name(const Term& term) {
  constexpr std::array<std::string_view, 8> kNames = {"ipv4", "ipv6", "ip",   "ip-4",
                                                      "ip-6", "ip_4", "ip_6", "ipv"};
  const auto is_name = [&](std::string_view name) {
    return spf::equals_ignoring_case(term.name, name);
  };
  if (term.mark == 0 || std::ranges::none_of(kNames, is_name)) return std::nullopt;
  const std::string_view family = family_of(term.argument);
  return mended(term, rule("ipv4-name"),
                fmt::format("`{}` is no mechanism; there are ip4 and ip6.", shown(term.name)),
                family.empty() ? std::string() : term.with(family, ':', term.argument));
}

Found bare_host(const Term& term) {
  if (const auto family = family_of(term.body()); !family.empty()) {
    return mended(term, rule("bare-host"),
                  fmt::format("`{}` is an address without a mechanism.", shown(term.text)),
                  fmt::format("{}{}:{}", term.qualifier, family, term.body()));
  }
  const bool name_like = term.body().contains('.') && std::ranges::all_of(term.body(), [](char c) {
                           return spf::is_alphanum(c) || c == '.' || c == '-' || c == '_';
                         });
  if (!name_like || is_mechanism(term.name)) return std::nullopt;
  return only_mended(term, rule("bare-host"),
                     fmt::format("`{}` is a name without a mechanism: `include:` if it has an SPF "
                                 "record, `a:` if it is a host.",
                                 shown(term.text)),
                     fmt::format("{}include:{}", term.qualifier, term.body()));
}

Found glued_terms(const Term& term) {
  for (std::size_t i = 1; i < term.text.size(); ++i) {
    if (!kQualifiers.contains(term.text[i])) continue;
    const std::string_view head = term.text.substr(0, i);
    const std::string_view tail = term.text.substr(i);
    if (!reads(head) || !reads(tail)) continue;
    return only_mended(
        term, rule("glued-terms"),
        fmt::format("`{}` and `{}` are written as one term.", shown(head), shown(tail)),
        fmt::format("{} {}", head, tail));
  }
  return std::nullopt;
}

Found bad_all(const Term& term) {
  const std::string name = spf::lower(term.name);
  const bool extended = name == "all" && term.body().size() > name.size();
  const bool slip = term.body().size() == name.size() && name.size() >= 2 && name != "a" &&
                    name != "mx" && is_one_slip_from(name, "all");
  if (!extended && !slip) return std::nullopt;
  return mended(term, rule("bad-all"), fmt::format("`{}` is not `all`.", shown(term.text)),
                std::string(term.qualifier) + "all");
}

Found misspelt_mechanism(const Term& term) {
  const std::string name = spf::lower(term.name);
  if (name.size() < 2 || is_mechanism(name)) return std::nullopt;
  for (const std::string_view meant : kMechanisms) {
    if (meant.size() < 2 || !is_one_slip_from(name, meant)) continue;
    const std::string rest(term.body().substr(name.size()));
    if (auto found = only_mended(
            term, rule("misspelt-mechanism"),
            fmt::format("`{}` is no mechanism; `{}` is meant.", shown(term.name), meant),
            std::string(term.qualifier) + std::string(meant) + rest)) {
      return found;
    }
  }
  return std::nullopt;
}

Found url_or_email(const Term& term) {
  // In a modifier that nobody knows anything may stand.
  if (!is_mechanism(term.name) && !is_followed_modifier(term.name)) return std::nullopt;
  const std::size_t scheme = term.argument.find("://");
  const std::size_t at_sign = term.argument.find('@');
  std::string_view host = term.argument;
  if (scheme != host.npos) {
    host.remove_prefix(scheme + 3);
    host = host.substr(0, host.find('/'));
  } else if (at_sign != host.npos) {
    host.remove_prefix(at_sign + 1);
  } else {
    return std::nullopt;
  }
  return mended(term, rule("url-or-email-argument"),
                fmt::format("`{}` is a {}, where a domain name belongs.", shown(term.argument),
                            scheme != std::string_view::npos ? "URL" : "mailbox"),
                term.argument_replaced(host));
}

bool is_named(const Term& term, std::string_view name) {
  return spf::equals_ignoring_case(term.name, name);
}

Found bad_prefix_length(const Term& term) {
  const std::size_t slash = term.body().find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const std::string front = std::string(term.qualifier) + std::string(term.body().substr(0, slash));
  if (!reads(front)) return std::nullopt;
  const std::string_view lengths = term.body().substr(slash + 1);
  const std::size_t second = lengths.find('/');
  std::string fix;
  if (second != lengths.npos && second > 0 && !lengths.substr(second).starts_with("//")) {
    fix = fmt::format("{}/{}//{}", front, lengths.substr(0, second), lengths.substr(second + 1));
  } else if (const auto digits = lengths.find_first_not_of('0');
             digits != lengths.npos && digits > 0) {
    fix = fmt::format("{}/{}", front, lengths.substr(digits));
  }
  return mended(term, rule("bad-prefix-length"),
                fmt::format("`/{}` is no prefix length.", shown(lengths)), std::move(fix));
}

Found bad_address(const Term& term) {
  if (term.mark != ':' || (!is_named(term, "ip4") && !is_named(term, "ip6"))) return std::nullopt;
  const std::string_view family = family_of(term.argument);
  const bool other = !family.empty() && !is_named(term, family);
  return mended(term, rule("bad-address"),
                other ? fmt::format("`{}` is an address of the other family.", shown(term.argument))
                      : fmt::format("`{}` is no network for {}.", shown(term.argument),
                                    spf::lower(term.name)),
                other ? term.with(family, ':', term.argument) : std::string());
}

Found macro(const Term& term) {
  const std::size_t percent = term.text.find('%');
  if (percent == std::string_view::npos) return std::nullopt;
  for (const char letter : {'c', 'r', 't', 'C', 'R', 'T'}) {
    if (!term.text.contains(fmt::format("%{{{}", letter))) continue;
    return at(
        term, rule("macro-exp-only"),
        fmt::format("`%{{{}}}` in `{}` is for explanations alone.", letter, shown(term.text)));
  }
  std::string fix(term.text);
  std::ranges::replace(fix, '(', '{');
  std::ranges::replace(fix, ')', '}');
  return mended(term, rule("macro-syntax"),
                fmt::format("The macros of `{}` cannot be read.", shown(term.text)),
                std::move(fix));
}

bool takes_name(const Term& term) {
  return is_followed_modifier(term.name) || (is_mechanism(term.name) && !is_named(term, "all") &&
                                             !is_named(term, "ip4") && !is_named(term, "ip6"));
}

Found bad_domain(const Term& term) {
  if (!takes_name(term) || term.argument.empty()) return std::nullopt;
  std::string fix;
  for (const char c : term.argument) {
    if (c != '.' || !fix.ends_with('.')) fix += c;
  }
  if (fix.starts_with('.')) fix.erase(0, 1);
  return mended(term, rule("bad-domain"),
                fmt::format("`{}` is no domain name.", shown(term.argument)),
                term.argument_replaced(fix));
}

/// A name that the grammar lets through, and nobody can ask for.
Found unusable_domain(const Term& term) {
  if (!takes_name(term) || term.argument.contains('%') || (term.mark != ':' && term.mark != '=')) {
    return std::nullopt;
  }
  const std::string_view name = term.argument.substr(0, term.argument.find('/'));
  if (name.empty() || name.contains('\\') || dns::Name::parse(name)) return std::nullopt;
  return bad_domain(term);
}

/// In the order in which they are tried: the first that fits names the fault.
constexpr std::array kLooks = {invisible_character, u_label,
                               tab_or_newline,      separator,
                               split_qualifier,     qualified_modifier,
                               colon_for_equals,    empty_argument,
                               ipv4_name,           bare_host,
                               glued_terms,         bad_all,
                               dot_for_colon,       macro,
                               bad_prefix_length,   bad_address,
                               misspelt_mechanism,  bad_domain};

/// `term.text` in its parts.
void take_apart(Term& term) {
  std::string_view rest = term.text;
  if (!rest.empty() && kQualifiers.contains(rest.front())) {
    term.qualifier = rest.substr(0, 1);
    rest.remove_prefix(1);
  }
  const auto end = std::ranges::find_if_not(
      rest, [](char c) { return spf::is_alphanum(c) || c == '-' || c == '_'; });
  const auto size = static_cast<std::size_t>(end - rest.begin());
  term.name = rest.substr(0, size);
  if (size == rest.size()) return;
  term.mark = rest[size];
  term.argument = rest.substr(size + 1);
}

std::vector<Term> terms_of(std::string_view text) {
  std::vector<Term> out;
  for (std::size_t at = text.find_first_not_of(' ', kVersion.size() - 1); at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    Term& term = out.emplace_back();
    term.span = {at, end};
    term.text = text.substr(at, end - at);
    take_apart(term);
    at = text.find_first_not_of(' ', end);
  }
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    out[i].next = out[i + 1].text;
    out[i].next_end = out[i + 1].span.end;
  }
  return out;
}

/// What the engine says of a term that nothing here knows better.
Found unreadable(const Term& term) {
  const auto record = spf::parse_record(std::string(kVersion) + std::string(term.text));
  if (record) return std::nullopt;
  return at(term, rule("syntax"),
            fmt::format("`{}`: {}.", shown(term.text), dns::printable(record.error().message)));
}

Found fault_of(const Term& term) {
  for (const auto look : {equals_for_colon, empty_argument, url_or_email, unusable_domain}) {
    if (auto found = look(term)) return found;
  }
  if (!unreadable(term)) return std::nullopt;
  for (const auto look : kLooks) {
    if (auto found = look(term)) return found;
  }
  return unreadable(term);
}

}  // namespace

std::vector<Finding> term_faults(std::string_view text) {
  std::vector<Finding> out;
  std::size_t done = 0;
  bool redirect = false;
  bool exp = false;
  for (const Term& term : terms_of(text)) {
    if (term.span.begin < done) continue;  // it belongs to the finding before
    if (auto found = fault_of(term)) {
      done = found->span.end;
      out.push_back(std::move(*found));
    } else if (term.mark == '=' && is_followed_modifier(term.name)) {
      bool& stood = is_named(term, "redirect") ? redirect : exp;
      if (std::exchange(stood, true)) {
        Finding twice = at(term, rule("duplicate-modifier"),
                           fmt::format("{}= stands twice; keep one.", spf::lower(term.name)));
        twice.fix = "";
        out.push_back(std::move(twice));
      }
    }
  }
  return out;
}

}  // namespace mandate::advice
