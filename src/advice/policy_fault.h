// What a record that can be read does not do, or does at a risk.
#pragma once

#include <vector>

#include "advice/finding.h"
#include "mandate/spf/record.h"

namespace mandate::advice {

/// The findings of one record, by rule; in no order of place.
std::vector<Finding> policy_faults(const spf::Record& record);

}  // namespace mandate::advice
