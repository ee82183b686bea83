// Everything that a record's own text tells of it, without asking the DNS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advice/finding.h"

namespace mandate::advice {

struct Lint {
  std::vector<Finding> findings;  ///< by place; of one place the worst first
  /// The text with every fix applied; nothing when there is none, or when the result would not be
  /// an SPF record that can be read.
  std::optional<std::string> fixed;
  /// There are errors, so that what the record means was not looked at.
  bool meaning_unknown = false;
};

/// Lints a text that is, or was meant to be, an SPF record. Total: any octets may be given.
Lint lint(std::string_view text);

/// The worst severity among the findings; nothing when there are none.
std::optional<Severity> worst(const Lint& lint);

}  // namespace mandate::advice
