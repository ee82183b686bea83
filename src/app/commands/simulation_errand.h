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

/// A row of the store.
struct SimulatedRow {
  registry::SendingDomain domain;
  std::string token;         ///< of its account
  std::uint64_t number = 0;  ///< among all, from 1
  /// The JSON of its last verification, whose facts are known beforehand, empty where none is kept;
  /// nothing: the DNS is asked for all.
  std::optional<std::string> evidence;
};

/// `work` must outlive it.
std::unique_ptr<ScanErrand> simulation_errand(const SimulationWork& work, SimulatedRow row);

}  // namespace mandate::app
