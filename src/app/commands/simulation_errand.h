// One sending domain of a simulation on its way: what is asked for it, and how its line is written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/commands/scan_errand.h"
#include "app/commands/simulation.h"

namespace mandate::app {

/// How lines are written, and on what they go.
struct SimulationWork {
  SimulatedChange change;
  bool json = false;
};

/// `number` counts the domains from 1. With `evidence`, the JSON of a verification (empty: none is
/// kept), its facts are known beforehand. `work` must outlive it.
std::unique_ptr<ScanErrand> simulation_errand(const SimulationWork& work,
                                              registry::SendingDomain domain, std::uint64_t number,
                                              std::optional<std::string> evidence);

}  // namespace mandate::app
