#include "resolver/lookup.h"

namespace mandate::resolver {

// The answers are in memory already, so the deadline cannot be missed by asking.
std::vector<dns::Fact> ZoneLookup::ask(std::span<const dns::Question> questions,
                                       Deadline /*deadline*/) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::vector<dns::Fact> facts;
  facts.reserve(questions.size());
  for (const dns::Question& question : questions) facts.push_back(zones_.lookup(question, now));
  return facts;
}

}  // namespace mandate::resolver
