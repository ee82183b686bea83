// The story of one evaluation, for a person who knows the DNS but not RFC 7208: what a receiver
// concludes, how it comes to it, what DMARC makes of it, and what to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advice/dmarc.h"
#include "advice/near_miss.h"
#include "advice/passage.h"
#include "advice/trace_story.h"
#include "mandate/spf/other_readings.h"

namespace mandate::advice {

/// What there is to tell.
struct Evaluation {
  spf::Request request;
  spf::Verdict verdict;  ///< with its trace and range
  std::optional<NearMiss> near_miss;
  std::vector<spf::OtherReading> other_readings;
  std::optional<DmarcDiscovery> dmarc;  ///< none where no domain of From is known
  std::string asked_at = {};  ///< of kept facts: their time, as it is shown; empty: asked now
};

struct Story {
  std::string conclusion;  ///< the whole in one sentence; printable ASCII
  std::vector<StoryStep> steps;
  std::vector<Passage> meaning;  ///< what a receiver concludes from SPF, and what holds of it
  std::optional<DmarcOutcome> outcome;
  std::vector<Passage> dmarc;
  std::vector<SendingMode> modes;  ///< of the domain of From
  /// A quote is a value to paste. Empty only of kept facts: what was to be done then may be done.
  std::vector<Passage> to_do;
};

/// Pure; the same for the same evaluation.
Story story(const Evaluation& evaluation);

/// The domain that SPF checked, as far as it is one.
std::optional<dns::Name> checked_domain(const spf::Verdict& verdict);

}  // namespace mandate::advice
