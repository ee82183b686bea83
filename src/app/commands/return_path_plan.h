// `mandate plan DOMAIN --return-path NAME`: the records of a return path.
#pragma once

#include "app/commands/inquiry.h"
#include "app/commands/plan.h"
#include "app/commands/planning.h"

namespace mandate::app {

/// Shows the records to publish, as `domain show` does, and as `json` the objects of docs/api.md.
/// The exit codes are those of `plan`, of the worse of the records.
int plan_return_path(const Inquiry& inquiry, const Provider& provider, const PlanOptions& options);

}  // namespace mandate::app
