#include "advice/argument_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "advice/rule_table.h"
#include "advice/shown.h"
#include "dns/idna.h"
#include "mandate/dns/name.h"
#include "spf/ascii.h"

namespace mandate::advice {

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

std::string_view family_of(std::string_view network) {
  const auto address = dns::IpAddress::parse(network.substr(0, network.find('/')));
  if (!address) return {};
  return address->is_v4() ? "ip4" : "ip6";
}

Found url_or_email(const Term& term) {
  // In a modifier that nobody knows anything may stand.
  if (!term.is_mechanism() && !term.is_followed_modifier()) return std::nullopt;
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
  if (term.mark != ':' || !term.is_network()) return std::nullopt;
  const std::string_view family = family_of(term.argument);
  const bool other = !family.empty() && !term.is_named(family);
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
    return finding_at(
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

Found bad_domain(const Term& term) {
  if (!term.takes_name() || term.argument.empty()) return std::nullopt;
  std::string fix;
  for (const char c : term.argument) {
    if (c != '.' || !fix.ends_with('.')) fix += c;
  }
  if (fix.starts_with('.')) fix.erase(0, 1);
  return mended(term, rule("bad-domain"),
                fmt::format("`{}` is no domain name.", shown(term.argument)),
                term.argument_replaced(fix));
}

Found unusable_domain(const Term& term) {
  if (!term.takes_name() || term.argument.contains('%') || (term.mark != ':' && term.mark != '=')) {
    return std::nullopt;
  }
  const std::string_view name = term.argument.substr(0, term.argument.find('/'));
  if (name.empty() || name.contains('\\') || dns::Name::parse(name)) return std::nullopt;
  return bad_domain(term);
}

}  // namespace mandate::advice
