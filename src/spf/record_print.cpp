// A record written down anew (RFC 7208 section 12).
#include <algorithm>
#include <utility>

#include "mandate/spf/record.h"

namespace mandate::spf {
namespace {

std::string_view qualifier(Result result) {
  switch (result) {
    case Result::fail:
      return "-";
    case Result::softfail:
      return "~";
    case Result::neutral:
      return "?";
    default:
      return {};  // "+" is the default (section 4.6.2)
  }
}

/// A prefix of all bits is the default (section 5.6).
std::string network(const dns::Prefix& prefix) {
  const bool whole = prefix.length() == prefix.network().bits();
  return ":" + (whole ? prefix.network().text() : prefix.text());
}

std::string lengths(const Directive& directive) {
  std::string out;
  if (directive.prefix4 != 32) out += "/" + std::to_string(directive.prefix4);
  if (directive.prefix6 != 128) out += "//" + std::to_string(directive.prefix6);
  return out;
}

std::string print(const Record& record, const Directive& directive) {
  std::string out(qualifier(directive.qualifier));
  out += text(directive.mechanism);
  switch (directive.mechanism) {
    case Mechanism::ip4:
    case Mechanism::ip6:
      return out + network(directive.network);
    case Mechanism::all:
      return out;
    default:
      break;
  }
  if (const MacroString* domain = record.domain(directive)) out += ":" + domain->text();
  return out + lengths(directive);
}

}  // namespace

std::string print(const Record& record) {
  std::vector<std::pair<Span, std::string>> terms;
  for (const Directive& directive : record.directives) {
    terms.emplace_back(directive.span, print(record, directive));
  }
  const auto add = [&](const Modifier& modifier, std::string_view name) {
    terms.emplace_back(modifier.span, std::string(name) + "=" + modifier.value.text());
  };
  if (record.redirect) add(*record.redirect, "redirect");
  if (record.exp) add(*record.exp, "exp");
  for (const Modifier& modifier : record.unknown) add(modifier, modifier.name);
  std::ranges::sort(terms);
  std::string out = "v=spf1";
  for (const auto& [span, term] : terms) out += " " + term;
  return out;
}

}  // namespace mandate::spf
