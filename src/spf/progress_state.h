// Where a check stopped for lack of facts.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mandate/spf/check_host.h"
#include "spf/evaluation.h"

namespace mandate::spf {

/// The records that the check stands in, the first the sender's, each included or redirected to by
/// the one before. What lies behind the check, such as an include that did not match, is in the
/// counts alone.
struct Progress::State {
  struct Frame {
    std::optional<SelectedRecord> record;  ///< nothing of one that the caller knows
    std::size_t directive;      ///< to be evaluated anew; the number of all: the redirect
    Evaluation::Counts counts;  ///< before it
  };
  std::vector<Frame> frames;
};

}  // namespace mandate::spf
