#include "mandate/spf/other_readings.h"

#include <algorithm>

namespace mandate::spf {
namespace {

void note(Questions& all, const Questions& questions) {
  for (const dns::Question& question : questions) {
    if (std::ranges::find(all, question) == all.end()) all.push_back(question);
  }
}

}  // namespace

std::variant<std::vector<OtherReading>, Questions> other_readings(const Request& request,
                                                                  const dns::Facts& facts,
                                                                  const Limits& limits,
                                                                  const Verdict& ours) {
  std::vector<OtherReading> differing;
  Questions all_lacking;
  Questions lacking;
  Verdict theirs;
  for (const ReadingRule& rule : reading_rules()) {
    const Options options{.limits = limits, .readings = Readings(rule.reading)};
    if (!check_host(request, facts, options, theirs, lacking)) {
      note(all_lacking, lacking);
    } else if (theirs.result != ours.result) {
      differing.push_back({&rule, theirs.result, theirs.problem});
    }
  }
  if (!all_lacking.empty()) return all_lacking;
  return differing;
}

}  // namespace mandate::spf
