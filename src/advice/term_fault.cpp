#include "advice/term_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "advice/argument_fault.h"
#include "advice/near_miss.h"
#include "advice/qualifier.h"
#include "advice/rule_table.h"
#include "advice/shown.h"
#include "advice/slip.h"
#include "advice/term.h"
#include "advice/term_finding.h"
#include "dns/printable.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

Found invisible_character(const Term& term) {
  auto plain = without_invisible_characters(term.text);
  if (!plain) return std::nullopt;
  return mended(term, rule("invisible-character"),
                fmt::format("`{}` has characters outside ASCII that look like plain ones or like "
                            "nothing; type it anew.",
                            shown(term.text)),
                std::move(*plain));
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
    Finding out = finding_at(term, rule("separator"),
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
    Finding out =
        finding_at(term, rule("split-qualifier"),
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
  if (term.qualifier.empty() || term.mark != '=' || !term.is_followed_modifier()) {
    return std::nullopt;
  }
  return mended(term, rule("qualified-modifier"),
                fmt::format("`{}` is a modifier with a qualifier in front.", shown(term.text)),
                std::string(term.body()));
}

Found equals_for_colon(const Term& term) {
  if (term.mark != '=' || !term.is_mechanism() || term.argument.empty()) return std::nullopt;
  // With a qualifier it is not even a modifier.
  const bool ignored = term.qualifier.empty();
  return only_mended(term, ignored ? rule("equals-for-colon") : rule("syntax"),
                     fmt::format("`{}` is written with `=`{}.", shown(term.text),
                                 ignored ? ": receivers ignore it" : " where a colon belongs"),
                     term.with(term.name, ':', term.argument));
}

Found colon_for_equals(const Term& term) {
  if (term.mark != ':' || !term.is_followed_modifier() || term.argument.empty()) {
    return std::nullopt;
  }
  return mended(term, rule("colon-for-equals"),
                fmt::format("`{}` is a modifier, and written with `:`.", shown(term.text)),
                fmt::format("{}={}", term.name, term.argument));
}

Found empty_argument(const Term& term) {
  if ((term.mark != ':' && term.mark != '=') || !term.argument.empty()) return std::nullopt;
  if (!term.is_mechanism() && !term.is_followed_modifier()) return std::nullopt;
  const char mark = term.is_mechanism() ? ':' : '=';
  const std::string joined = term.with(term.name, mark, term.next);
  if (!term.next.empty() && !reads(term.next) && reads(joined)) {
    Finding out =
        finding_at(term, rule("space-after-colon"),
                   fmt::format("A space parts `{}` from `{}`.", term.text, shown(term.next)));
    out.span.end = term.next_end;
    out.fix = joined;
    return out;
  }
  return finding_at(term, rule("empty-argument"),
                    fmt::format("Nothing stands behind `{}`.", shown(term.text)));
}

Found dot_for_colon(const Term& term) {
  if (term.mark != '.' || !term.is_mechanism()) return std::nullopt;
  return only_mended(term, rule("dot-for-colon"),
                     fmt::format("`{}` has a dot where the colon belongs.", shown(term.text)),
                     term.with(term.name, ':', term.argument));
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
  if (!name_like || term.is_mechanism()) return std::nullopt;
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
  if (name.size() < 2 || term.is_mechanism()) return std::nullopt;
  for (const std::string_view meant : mechanism_names()) {
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

/// `include:spf.example-all`: no top-level domain ends so, and `all` was meant for a term.
Found glued_all(const Term& term) {
  constexpr std::string_view kAll = "-all";
  const std::string_view head =
      term.text.substr(0, term.text.size() - std::min(term.text.size(), kAll.size()));
  const bool ends_so = spf::equals_ignoring_case(term.text.substr(head.size()), kAll);
  if (!ends_so || !term.takes_name() || term.argument.size() <= kAll.size()) return std::nullopt;
  return only_mended(term, rule("glued-terms"),
                     fmt::format("`{}` and `{}` are written as one term.", shown(head),
                                 term.text.substr(head.size())),
                     fmt::format("{} {}", head, term.text.substr(head.size())));
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

/// What the engine says of a term that nothing here knows better.
Found unreadable(const Term& term) {
  const auto record = record_of(term.text);
  if (record) return std::nullopt;
  return finding_at(
      term, rule("syntax"),
      fmt::format("`{}`: {}.", shown(term.text), dns::printable(record.error().message)));
}

Found fault_of(const Term& term) {
  for (const auto look :
       {equals_for_colon, empty_argument, url_or_email, unusable_domain, glued_all}) {
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
    } else if (term.mark == '=' && term.is_followed_modifier()) {
      bool& stood = term.is_named("redirect") ? redirect : exp;
      if (std::exchange(stood, true)) {
        Finding twice =
            finding_at(term, rule("duplicate-modifier"),
                       fmt::format("{}= stands twice; keep one.", spf::lower(term.name)));
        twice.fix = "";
        out.push_back(std::move(twice));
      }
    }
  }
  return out;
}

}  // namespace mandate::advice
