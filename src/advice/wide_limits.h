// Limits beyond those of receivers, to see what a policy takes in all.
#pragma once

#include "mandate/spf/check_host.h"

namespace mandate::advice {

/// Wide enough to see how much a policy takes beyond what is allowed, and still a bound.
inline constexpr spf::Limits kWideLimits{
    .lookups = 100, .voids = 100, .mx_names = 100, .ptr_names = 10};

}  // namespace mandate::advice
