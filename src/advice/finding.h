// What lint finds: a rule that a text breaks, where, and how it is mended.
#pragma once

#include <optional>
#include <string>

#include "advice/rule.h"
#include "mandate/spf/record.h"

namespace mandate::advice {

struct Finding {
  const Rule* rule = nullptr;  ///< never null; into `rules()`
  spf::Span span;              ///< in the text that was linted
  std::string message;         ///< what is wrong here: one sentence, printable ASCII
  /// What the span's text becomes; empty text removes it. Nothing when a person has to decide.
  std::optional<std::string> fix;
};

}  // namespace mandate::advice
