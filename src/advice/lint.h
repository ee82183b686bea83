// What the texts at a name tell of themselves, held against the rules.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advice/finding.h"
#include "mandate/dns/facts.h"

namespace mandate::advice {

struct Lint {
  std::vector<Finding> findings;  ///< by place; of one place the worst first
  /// The text with every fix applied; nothing when there is none, or when the result would not be
  /// an SPF record that can be read.
  std::optional<std::string> fixed;
  /// There are errors, so that what the record means was not looked at.
  bool meaning_unknown = false;
  /// Then what is left once it is fixed; spans are in `fixed`.
  std::vector<Finding> left;
  /// `fixed` with the fixes of `left` as well; nothing when they change nothing.
  std::optional<std::string> left_fixed;
};

/// Lints a text that is, or was meant to be, an SPF record. Total: any octets may be given.
Lint lint(std::string_view text);

struct LintedText {
  std::string text;
  Lint lint;
};

/// The same for a TXT record, whose strings are looked at as well.
LintedText lint(const dns::TxtData& txt);

/// Lints a name's SPF records, and what was meant to be one, out of its TXT answer: never empty.
/// When it has none, the text is empty and the finding `no-record`. The fact must not be `failed`.
std::vector<LintedText> lint(const dns::Fact& txt);

/// Puts more findings in, in their order.
void add(Lint& lint, std::vector<Finding> findings);

/// Takes out what some rules found, and their fixes with it.
void leave_out(LintedText& linted, std::span<const Rule* const> rules);

/// The worst severity among the findings; nothing when there are none.
std::optional<Severity> worst(const Lint& lint);

}  // namespace mandate::advice
