// Findings of one term.
#pragma once

#include <optional>
#include <string>

#include "advice/finding.h"
#include "advice/term.h"

namespace mandate::advice {

using Found = std::optional<Finding>;

Finding finding_at(const Term& term, const Rule& rule, std::string message);

/// A finding whose fix is offered only if the result is read.
Finding mended(const Term& term, const Rule& rule, std::string message, std::string fix);

/// The same where without a fix that is read it is no case of the rule.
Found only_mended(const Term& term, const Rule& rule, std::string message, std::string fix);

}  // namespace mandate::advice
