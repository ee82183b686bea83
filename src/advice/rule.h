// A rule of `mandate lint`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mandate::advice {

/// How bad a finding is, in ascending order.
enum class Severity : std::uint8_t {
  info,     ///< worth knowing
  warning,  ///< works, with a risk
  silent,   ///< valid, but it does not do what was meant
  error,    ///< receivers come to permerror, temperror or none
};

/// `info`, `warning`, `silent`, `error`.
std::string_view text(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

/// What has to be known for a rule to be looked at, in ascending order.
enum class Needs : std::uint8_t {
  text,     ///< the text alone
  terms,    ///< a text that begins as a record does
  meaning,  ///< a record that can be read
  strings,  ///< the strings of the TXT record that the text stands in
  answer,   ///< the TXT answer that the text came in
  name,     ///< what else the DNS has at the name and near it
  tree,     ///< a record that can be read, and the DNS of the names in it
  time,     ///< how long its lookups take, in a DNS that is asked
  servers,  ///< each authoritative name server asked by itself: one resolver hides it
};

struct Rule {
  std::string_view id;  ///< stable; lower case and hyphens
  Severity severity{};
  std::string_view section;  ///< where it is said, such as `RFC 7208 section 4.5`
  std::string_view why;      ///< why it matters: one sentence
  /// A text that triggers it, of a rule that needs strings in presentation format; empty: it takes
  /// more than a text of some words.
  std::string_view example;
  std::string_view near_by;  ///< one near it that does not
  Needs needs = Needs::text;
  bool needs_dns() const { return needs >= Needs::answer; }
};

/// In the order of the documentation. Their strings live as long as the program.
std::span<const Rule> rules();

/// In the same order.
std::vector<const Rule*> rules_that_need(Needs needs);

/// Nothing when there is no rule of that id.
const Rule* find_rule(std::string_view id);

}  // namespace mandate::advice
