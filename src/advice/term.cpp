#include "advice/term.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <expected>

#include "advice/qualifier.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

constexpr std::string_view kVersion = "v=spf1 ";

constexpr std::array<std::string_view, 8> kMechanisms = {"include", "exists", "ip4", "ip6",
                                                         "all",     "ptr",    "mx",  "a"};

/// `term.text` in its parts.
void take_apart(Term& term) {
  const std::size_t begin = qualifier_size(term.text);
  term.qualifier = term.text.substr(0, begin);
  const std::string_view rest = term.text.substr(begin);
  const auto end = std::ranges::find_if_not(
      rest, [](char c) { return spf::is_alphanum(c) || c == '-' || c == '_'; });
  const auto size = static_cast<std::size_t>(end - rest.begin());
  term.name = rest.substr(0, size);
  if (size == rest.size()) return;
  term.mark = rest[size];
  term.argument = rest.substr(size + 1);
}

}  // namespace

std::string Term::with(std::string_view new_name, char new_mark,
                       std::string_view new_argument) const {
  return fmt::format("{}{}{}{}", qualifier, new_name, new_mark, new_argument);
}

bool Term::is_named(std::string_view keyword) const {
  return spf::equals_ignoring_case(name, keyword);
}

bool Term::is_mechanism() const {
  return std::ranges::any_of(kMechanisms,
                             [&](std::string_view keyword) { return is_named(keyword); });
}

bool Term::is_followed_modifier() const {
  return is_named("redirect") || is_named("exp");
}

bool Term::is_network() const {
  return is_named("ip4") || is_named("ip6");
}

bool Term::takes_name() const {
  return is_followed_modifier() || (is_mechanism() && !is_named("all") && !is_network());
}

std::span<const std::string_view> mechanism_names() {
  return kMechanisms;
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

std::expected<spf::Record, spf::SyntaxError> record_of(std::string_view terms) {
  return spf::parse_record(std::string(kVersion) + std::string(terms));
}

bool reads(std::string_view terms) {
  const auto record = record_of(terms);
  return record && record->unknown.empty() &&
         (!record->directives.empty() || record->redirect || record->exp);
}

}  // namespace mandate::advice
