// check_host over facts made from octets: it ends within its limits, says the same again in every
// form, and its range holds.
#include "mandate/spf/check_host.h"

#include "fuzzed_world.h"
#include "mandate/spf/other_readings.h"

namespace {

using namespace mandate;
using fuzz::require;
using fuzz::same;

void check_limits(const spf::Verdict& verdict, const spf::Limits& limits) {
  // The one too many is counted; nothing behind it is.
  require(verdict.lookups <= limits.lookups + 1 && verdict.voids <= limits.voids + 1);
  const bool over = verdict.lookups > limits.lookups || verdict.voids > limits.voids;
  require(!over || verdict.result == spf::Result::permerror);
  const bool error = verdict.result == spf::Result::permerror ||
                     verdict.result == spf::Result::temperror ||
                     verdict.result == spf::Result::none;
  require(error == !verdict.problem.empty());
  require(!error || !verdict.decided_by);
  require(verdict.explanation.empty() || verdict.result == spf::Result::fail);
}

void check_range(fuzz::FuzzedWorld& world, const spf::Request& request,
                 const spf::Verdict& verdict) {
  require(verdict.range.contains(request.ip.unmapped()));
  for (const dns::IpAddress& ip : {verdict.range.first, verdict.range.last}) {
    spf::Request other = request;
    other.ip = ip;
    spf::Verdict there = world.check(other, {.range = true});
    require(there.range == verdict.range);
    // The explanation, and so its time to live, may name the address.
    there.explanation = verdict.explanation;
    there.ttl = verdict.ttl;
    require(same(there, verdict));
  }
}

void check_forms(fuzz::FuzzedWorld& world, const spf::Request& request,
                 const spf::Verdict& verdict) {
  const spf::KnownRecords records(world.facts());
  require(same(world.check(request), verdict));
  require(same(world.check(request, {.trace = true}), verdict));
  require(same(world.check(request, {.records = &records}), verdict));
}

/// From no fact to the verdict, going on from where each step stopped.
void check_steps(const fuzz::FuzzedPolicy& policy, const spf::Verdict& verdict) {
  fuzz::FuzzedWorld world(policy);
  const spf::Options options{.limits = policy.limits(), .range = true};
  spf::Progress progress;
  spf::Verdict reached;
  spf::Questions lacking;
  while (!spf::check_host(policy.request(), world.facts(), options, reached, lacking, &progress)) {
    world.answer(lacking);
  }
  require(same(reached, verdict) && reached.range == verdict.range);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::FuzzedPolicy policy(fuzz::octets(data, size));
  fuzz::FuzzedWorld world(policy);
  const spf::Verdict verdict = world.check(policy.request(), {.range = true});
  check_limits(verdict, policy.limits());
  check_forms(world, policy.request(), verdict);
  check_steps(policy, verdict);
  check_range(world, policy.request(), verdict);
  for (;;) {
    auto others = spf::other_readings(policy.request(), world.facts(), policy.limits(), verdict);
    if (auto* lacking = std::get_if<spf::Questions>(&others)) {
      world.answer(*lacking);
      continue;
    }
    for (const auto& other : std::get<0>(others)) require(other.result != verdict.result);
    return 0;
  }
}
