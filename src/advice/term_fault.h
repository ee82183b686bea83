// What is wrong with a term that SPF does not read, or reads as something else than was meant.
#pragma once

#include <string_view>
#include <vector>

#include "advice/finding.h"

namespace mandate::advice {

/// The faults of the terms of a text for which `spf::is_spf_record` holds. Nothing when every term
/// is read as it was meant.
std::vector<Finding> term_faults(std::string_view text);

}  // namespace mandate::advice
