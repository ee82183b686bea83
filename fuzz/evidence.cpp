// Octets as kept evidence. What is read is written and read back as the same, and may be judged
// again, whatever it holds.
#include "registry/evidence.h"

#include <algorithm>

#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

void check_judgement(const registry::Evidence& evidence) {
  const auto outcome = registry::judge(evidence);
  if (const auto* lacking = std::get_if<spf::Questions>(&outcome)) {
    require(!lacking->empty());
    return;
  }
  const auto& judgement = std::get<registry::Judgement>(outcome);
  const bool proven = judgement.assessment.kind == registry::CheckFinding::Kind::proven;
  require(proven == judgement.assessment.reason_code.empty());
  require(judgement.votes.size() <= registry::kMostVotes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto evidence = registry::parse_evidence(fuzz::octets(data, size));
  if (!evidence) {
    const std::string& error = evidence.error();
    require(error.starts_with("The evidence is damaged: ") && error.size() < 1000);
    require(std::ranges::all_of(error, [](char c) { return c >= 0x20 && c < 0x7f; }));
    return 0;
  }
  const std::string written = registry::to_json(*evidence);
  const auto again = registry::parse_evidence(written);
  require(again.has_value());
  require(registry::to_json(*again) == written);
  require(again->facts == evidence->facts && again->zone == evidence->zone &&
          again->votes == evidence->votes &&
          again->assessment.checks == evidence->assessment.checks);
  require(registry::current_facts(*again) == registry::current_facts(*evidence));
  check_judgement(*evidence);
  return 0;
}
