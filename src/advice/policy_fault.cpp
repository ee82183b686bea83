#include "advice/policy_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "advice/known_network.h"
#include "advice/known_service.h"
#include "advice/qualifier.h"
#include "advice/rule_table.h"
#include "advice/shown.h"
#include "dns/printable.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::Directive;
using spf::Mechanism;
using spf::Modifier;
using spf::Result;
using spf::Span;

/// A record under examination, and what was found.
struct Examination {
  const spf::Record& record;
  std::vector<Finding> findings;

  std::string text(const Span& span) const { return shown(span.in(record.text)); }
  void find(const Rule& rule, const Span& span, std::string message,
            std::optional<std::string> fix = std::nullopt) {
    findings.push_back({&rule, span, std::move(message), std::move(fix)});
  }
  /// The name that a directive asks for, in lower case; empty when it has none.
  std::string name_of(const Directive& directive) const {
    const spf::MacroString* domain = record.domain(directive);
    if (domain == nullptr) return {};
    return std::string(spf::without_final_dot(spf::lower(domain->text())));
  }
  const Directive* first_all() const {
    const auto found = std::ranges::find(record.directives, Mechanism::all, &Directive::mechanism);
    return found == record.directives.end() ? nullptr : &*found;
  }
};

void look_at_size(Examination& seen) {
  const std::size_t size = seen.record.text.size();
  const Span whole{0, size};
  if (size > 512) {
    seen.find(rule("record-over-512"), whole, fmt::format("The record has {} octets.", size));
  } else if (size > 450) {
    seen.find(rule("record-over-450"), whole, fmt::format("The record has {} octets.", size));
  }
}

void look_at_case(Examination& seen) {
  const std::string_view text = seen.record.text;
  const auto is_upper = [](char c) { return c != spf::lower(c); };
  const std::string_view version = text.substr(0, 6);
  if (std::ranges::any_of(version, is_upper)) {
    seen.find(rule("uppercase"), {0, 6}, fmt::format("`{}` is in capitals.", version), "v=spf1");
  }
  for (const Directive& directive : seen.record.directives) {
    const std::string_view term = directive.span.in(text);
    const std::size_t begin = qualifier_size(term);
    const std::string_view keyword = term.substr(begin, spf::text(directive.mechanism).size());
    if (!std::ranges::any_of(keyword, is_upper)) continue;
    const Span span{directive.span.begin + begin, directive.span.begin + begin + keyword.size()};
    seen.find(rule("uppercase"), span, fmt::format("`{}` is in capitals.", shown(keyword)),
              spf::lower(keyword));
  }
}

void look_at_modifiers(Examination& seen) {
  for (const Modifier& modifier : seen.record.unknown) {
    if (spf::equals_ignoring_case(modifier.name, "v")) {
      seen.find(rule("version-twice"), modifier.span,
                fmt::format("`{}` stands inside the record.", seen.text(modifier.span)),
                seen.first_all() == nullptr || seen.first_all()->span > modifier.span
                    ? std::optional<std::string>("")
                    : std::nullopt);
    } else {
      seen.find(rule("unknown-modifier"), modifier.span,
                fmt::format("`{}` means nothing to receivers.", seen.text(modifier.span)));
    }
  }
}

void look_at_noise(Examination& seen) {
  const std::string_view text = seen.record.text;
  for (const Directive& directive : seen.record.directives) {
    const std::string_view term = directive.span.in(text);
    if (term.starts_with('+') && directive.mechanism != Mechanism::all) {
      const Span plus{directive.span.begin, directive.span.begin + 1};
      seen.find(rule("noise"), plus, fmt::format("The `+` of `{}` is its default.", shown(term)),
                "");
    }
    const bool full4 = directive.mechanism == Mechanism::ip4 && term.ends_with("/32");
    const bool full6 = directive.mechanism == Mechanism::ip6 && term.ends_with("/128");
    if (full4 || full6) {
      const std::size_t slash = directive.span.begin + term.rfind('/');
      seen.find(rule("noise"), {slash, directive.span.end},
                fmt::format("The length of `{}` is its default.", shown(term)), "");
    }
  }
  for (std::size_t at = text.find("  "); at < text.size(); at = text.find("  ", at)) {
    const std::size_t end = std::min(text.find_first_not_of(' ', at), text.size());
    seen.find(rule("noise"), {at, end}, "More than one space stands here.",
              end == text.size() ? "" : " ");
    at = end;
  }
}

/// The `all` that is the last word, and what stands behind it.
void look_at_all(Examination& seen) {
  const spf::Record& record = seen.record;
  const Directive* all = seen.first_all();
  if (all == nullptr) {
    if (!record.redirect) {
      const Span end{record.text.size(), record.text.size()};
      seen.find(rule("no-all"), end, "Neither `all` nor `redirect=` ends the record.",
                record.text.ends_with(' ') ? "~all" : " ~all");
    }
    return;
  }
  if (all->qualifier == Result::pass) {
    seen.find(rule("plus-all"), all->span,
              fmt::format("`{}` lets every address pass.", seen.text(all->span)));
  } else if (all->qualifier == Result::neutral) {
    seen.find(rule("neutral-all"), all->span, "The record ends in `?all`.");
  }
  // Of two records pasted into one the second is not to be thrown away: a person merges them.
  const bool is_two = std::ranges::any_of(record.unknown, [](const Modifier& modifier) {
    return spf::equals_ignoring_case(modifier.name, "v");
  });
  for (const Directive& directive : record.directives) {
    if (directive.span.begin <= all->span.begin) continue;
    const bool again = directive.mechanism == Mechanism::all;
    // Whether those senders are to pass is for a person to say: removed, they never will.
    const bool would_pass = !again && directive.qualifier == Result::pass;
    std::string message =
        fmt::format("`{}` stands behind `{}`", seen.text(directive.span), seen.text(all->span));
    message += would_pass && !is_two
                   ? ": move it in front if its senders are to pass, or remove it."
                   : ".";
    seen.find(again ? rule("multiple-all") : rule("after-all"), directive.span, std::move(message),
              is_two || would_pass ? std::nullopt : std::optional<std::string>(""));
  }
}

void look_at_redirect(Examination& seen) {
  const spf::Record& record = seen.record;
  if (!record.redirect) return;
  const Span& span = record.redirect->span;
  if (const Directive* all = seen.first_all()) {
    seen.find(rule("redirect-dead"), span,
              fmt::format("`{}` is ignored beside `{}`.", seen.text(span), seen.text(all->span)),
              "");
  } else if (!record.directives.empty() && record.directives.back().span.begin > span.begin) {
    seen.find(rule("redirect-not-last"), span,
              fmt::format("`{}` stands in front of terms that come first.", seen.text(span)));
  }
}

bool can_fail(const spf::Record& record) {
  return std::ranges::any_of(record.directives, [](const Directive& directive) {
    return directive.qualifier == Result::fail;
  });
}

void look_at_explanation(Examination& seen) {
  const spf::Record& record = seen.record;
  if (!record.exp || record.redirect || can_fail(record)) return;
  seen.find(rule("exp-useless"), record.exp->span,
            fmt::format("`{}` is never used: no term of the record gives fail.",
                        seen.text(record.exp->span)));
}

/// The include with another name in place of its own; removed when the record has that already.
std::string including(const Examination& seen, const Directive& directive, std::string_view name) {
  for (const Directive& other : seen.record.directives) {
    const bool same = other.mechanism == Mechanism::include && other.qualifier == Result::pass;
    if (same && seen.name_of(other) == name) return "";
  }
  const std::string_view text = directive.span.in(seen.record.text);
  return fmt::format("{}include:{}", text.substr(0, qualifier_size(text)), name);
}

void look_at_include(Examination& seen, const Directive& directive) {
  const Span& span = directive.span;
  const std::string term = seen.text(span);
  if (directive.qualifier != Result::pass) {
    // A list of whom to deny is not to become one of whom to let in: a person decides.
    seen.find(rule("include-not-pass"), span,
              fmt::format("`{}` gives its senders {}, not pass: write `include:` if those senders "
                          "are to pass; if not, it may be removed, unless a later term would let "
                          "them pass.",
                          term, spf::text(directive.qualifier)));
  }
  const std::string name = seen.name_of(directive);
  if (const auto other = successor_of(name)) {
    seen.find(rule("retired-include"), span,
              fmt::format("`{}` is an old name; the service asks for {} now.", term, *other),
              including(seen, directive, *other));
  }
  if (const auto other = name_for_mail(name)) {
    std::string fix = including(seen, directive, *other);
    seen.find(rule("generic-include"), span,
              fmt::format("`{}` is the name of the whole service; its mail goes by {}{}.", term,
                          *other, fix.empty() ? ", which the record has too" : ""),
              std::move(fix));
  }
  if (const auto service = imitated_by(name)) {
    seen.find(
        rule("lookalike-include"), span,
        fmt::format("{} looks like {}, and is a name of somebody else's.", shown(name), *service));
  }
  if (const auto cloud = cloud_listed_by(name)) {
    seen.find(
        rule("shared-cloud"), span,
        fmt::format("`{}` lists the addresses that all customers of {} send from.", term, *cloud));
  }
}

void look_at_macros(Examination& seen, const Directive& directive) {
  const spf::MacroString* domain = seen.record.domain(directive);
  const std::string term = seen.text(directive.span);
  if (directive.mechanism == Mechanism::ptr) {
    seen.find(rule("ptr"), directive.span,
              fmt::format("`{}` depends on the sender's reverse DNS.", term));
  }
  if (domain == nullptr) return;
  if (domain->uses('p')) {
    seen.find(rule("p-macro"), directive.span,
              fmt::format("`{}` depends on the sender's reverse DNS.", term));
  }
  if (domain->uses_any_of("ls")) {
    seen.find(rule("macro-local-part"), directive.span,
              fmt::format("`{}` carries the sender's local part.", term));
  }
  if (directive.mechanism == Mechanism::exists && !domain->has_macros()) {
    seen.find(rule("exists-static"), directive.span,
              fmt::format("`{}` is the same for every sender.", term));
  }
}

void look_at_owner(Examination& seen, const Directive& directive) {
  const std::string term = seen.text(directive.span);
  if (const KnownNetwork* reserved = reserved_network(directive.network)) {
    seen.find(rule("reserved-address"), directive.span,
              fmt::format("`{}` lies in {}, which is {}.", term, reserved->prefix.text(),
                          reserved->what));
  }
  const KnownNetwork* shared = shared_network(directive.network);
  if (shared == nullptr || directive.qualifier != Result::pass) return;
  const bool same = shared->prefix == directive.network;
  seen.find(
      rule("shared-cloud"), directive.span,
      fmt::format("`{}` {} a range that {} publishes as its own.", term,
                  same ? "is" : fmt::format("holds {},", shared->prefix.text()), shared->what));
}

bool is_network(const Directive& directive) {
  return directive.mechanism == Mechanism::ip4 || directive.mechanism == Mechanism::ip6;
}

/// Whether a directive matches all that a later one does, as far as the record alone tells.
bool covers(const Examination& seen, const Directive& earlier, const Directive& later) {
  if (is_network(earlier) && is_network(later)) {
    return earlier.network.length() <= later.network.length() &&
           earlier.network.contains(later.network.network());
  }
  return earlier.mechanism == later.mechanism && earlier.prefix4 == later.prefix4 &&
         earlier.prefix6 == later.prefix6 && seen.name_of(earlier) == seen.name_of(later);
}

void look_at_earlier(Examination& seen, const Directive& directive) {
  for (const Directive& earlier : seen.record.directives) {
    if (&earlier == &directive || earlier.mechanism == Mechanism::all) return;
    if (!covers(seen, earlier, directive)) continue;
    const bool same = earlier.qualifier == directive.qualifier;
    const std::string term = seen.text(directive.span);
    const bool again = spf::equals_ignoring_case(directive.span.in(seen.record.text),
                                                 earlier.span.in(seen.record.text));
    seen.find(same ? rule("overlap") : rule("conflict"), directive.span,
              again
                  ? fmt::format("`{}` stands here twice.", term)
                  : fmt::format(
                        "All of `{}` lies in `{}` before it{}.", term, seen.text(earlier.span),
                        same ? "" : fmt::format(", which gives {}", spf::text(earlier.qualifier))),
              same ? std::optional<std::string>("") : std::nullopt);
    return;
  }
}

void look_at_network(Examination& seen, const Directive& directive) {
  const std::string_view term = directive.span.in(seen.record.text);
  const dns::Prefix& network = directive.network;
  const std::string_view written = term.substr(term.find(':') + 1);
  const auto address = dns::IpAddress::parse(written.substr(0, written.find('/')));
  if (address && *address != network.network()) {
    seen.find(rule("host-bits"), directive.span,
              fmt::format("`{}` is the network {}.", shown(term), network.text()),
              fmt::format("{}{}", term.substr(0, term.find(':') + 1), network.text()));
  }
  const int least = network.family() == dns::Family::v4 ? 16 : 32;
  const bool passes = directive.qualifier == Result::pass;
  if (network.length() == 0 && passes) {
    seen.find(rule("whole-internet"), directive.span,
              fmt::format("`{}` lets every {} address pass.", shown(term),
                          network.family() == dns::Family::v4 ? "IPv4" : "IPv6"));
  } else if (network.length() < least && passes) {
    seen.find(rule("broad-prefix"), directive.span,
              fmt::format("`{}` is wider than /{}.", shown(term), least));
  }
  look_at_owner(seen, directive);
}

void look_at_directives(Examination& seen) {
  for (const Directive& directive : seen.record.directives) {
    if (directive.mechanism == Mechanism::all) continue;
    if (is_network(directive)) look_at_network(seen, directive);
    if (directive.mechanism == Mechanism::include) look_at_include(seen, directive);
    look_at_macros(seen, directive);
    look_at_earlier(seen, directive);
  }
}

}  // namespace

std::vector<Finding> policy_faults(const spf::Record& record) {
  Examination seen{record, {}};
  for (const auto look : {look_at_size, look_at_case, look_at_modifiers, look_at_noise, look_at_all,
                          look_at_redirect, look_at_explanation, look_at_directives}) {
    look(seen);
  }
  return std::move(seen.findings);
}

}  // namespace mandate::advice
