// What to do after an evaluation, if anything.
#pragma once

#include <optional>
#include <vector>

#include "advice/story.h"

namespace mandate::advice {

/// For the admin of the domains in question, the most pressing first; never empty. A quote is a
/// value to paste.
std::vector<Passage> next_steps(const Evaluation& evaluation,
                                const std::optional<DmarcOutcome>& outcome);

}  // namespace mandate::advice
