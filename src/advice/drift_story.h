// A drift put into sentences.
#pragma once

#include <string>
#include <vector>

#include "advice/drift.h"

namespace mandate::advice {

/// What changed in which name, by whom, and what it does; printable ASCII. One change is one
/// sentence with its effect; of several each has its own, and the effect of them all comes last. Of
/// very many the first are told, and how many more there are.
std::vector<std::string> drift_story(const Drift& drift);

}  // namespace mandate::advice
