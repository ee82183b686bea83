// The trace of an evaluation in words: each step of check_host, for a person who knows the DNS but
// not RFC 7208.
#pragma once

#include <vector>

#include "advice/passage.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

struct StoryStep {
  Passage passage;       ///< it quotes the record that the step reads
  int depth = 0;         ///< 0 in the record of the domain checked; one more in each record below
  bool decides = false;  ///< it is the term that the verdict rests on
  bool fails = false;    ///< the evaluation broke off here
  int lookups = 0;       ///< spent after it
  int voids = 0;         ///< the same
};

/// The story of a verdict that has its trace. Neighbouring networks that do not contain the address
/// are one step, a record stands at the term that leads to it, and one that leads back to itself is
/// told once. Never empty.
std::vector<StoryStep> trace_story(const spf::Request& request, const spf::Verdict& verdict);

}  // namespace mandate::advice
