// How far a scan has come, kept in a file so that it can be resumed.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "app/failure.h"

namespace mandate::app {

/// Where output stands that is a regular file.
struct OutputPlace {
  std::uint64_t device = 0;
  std::uint64_t file = 0;    ///< its number on the device
  std::uint64_t octets = 0;  ///< written
  friend bool operator==(const OutputPlace&, const OutputPlace&) = default;
};

struct ScanState {
  std::string scan;         ///< what is scanned, and how: a state is of one scan only
  std::uint64_t lines = 0;  ///< of the input, from the first on, whose answers are written
  std::set<std::uint64_t> ahead = {};  ///< lines behind those that are answered too
  std::optional<OutputPlace> output = {};
  bool has_begun() const { return lines != 0 || !ahead.empty(); }
  friend bool operator==(const ScanState&, const ScanState&) = default;
};

/// Nothing when there is no such file yet. The failure is of one that cannot be read, or is no
/// state.
Attempt<std::optional<ScanState>> load_state(const std::string& path);

/// On disk when it returns, the whole of it or, whatever happens meanwhile, the whole of the last.
Attempt<void> save_state(const std::string& path, const ScanState& state);

/// The place of stdout; nothing when it is no regular file.
std::optional<OutputPlace> place_of_output();

/// Cuts stdout back to where the state has it, so that no line is written twice; where the state
/// is of no file it leaves stdout as it is. The failure is of another output than the one that has
/// the answers so far, and of one that has less than the state knows of.
Attempt<void> cut_output(const ScanState& state);

}  // namespace mandate::app
