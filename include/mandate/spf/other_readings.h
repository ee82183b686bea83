// The ambiguity report: under which other readings of RFC 7208 a verdict would differ, and who
// holds them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/readings.h"

namespace mandate::spf {

/// A reading under which a check comes to another result.
struct OtherReading {
  const ReadingRule* rule = nullptr;  ///< one of `reading_rules()`
  Result result = Result::none;
  std::string problem;  ///< of none, permerror and temperror: why, one sentence
};

/// Checks a request once under each other reading, and returns those that come to another result
/// than `ours`, in the order of `reading_rules()`; or the questions that they still lack. Pure; may
/// be called from several threads at once.
MANDATE_API std::variant<std::vector<OtherReading>, Questions> other_readings(
    const Request& request, const dns::Facts& facts, const Limits& limits, const Verdict& ours);

}  // namespace mandate::spf
