// `mandate explain --evidence`: a verification judged again from nothing but what was kept of it.
#pragma once

#include "app/commands/explain.h"

namespace mandate::app {

/// Asks nothing of the network. 0 where the verdict is the kept one, 1 where it is another, else
/// the exit code of the failure: 66 where there is no such evidence, 65 where it is damaged.
int replay(const ExplainOptions& options);

}  // namespace mandate::app
