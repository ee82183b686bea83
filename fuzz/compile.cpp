// The policy map against check_host, around every boundary and beyond it.
#include "fuzzed_world.h"
#include "mandate/spf/policy_map.h"

namespace {

using namespace mandate;
using fuzz::require;

void check_piece(fuzz::FuzzedWorld& world, const spf::PolicyMap& map, const spf::Request& request) {
  const spf::PolicyMap::Outcome& outcome = map.at(request.ip);
  if (outcome.dynamic) return;
  const spf::Verdict verdict = world.check(request);
  require(outcome.result == verdict.result && outcome.lookups == verdict.lookups &&
          outcome.voids == verdict.voids);
  require(map.decided_by(outcome) == verdict.decided_by);
  require(map.problem(outcome) == verdict.problem);
  require(verdict.result == spf::Result::fail ? verdict.ttl <= outcome.ttl
                                              : verdict.ttl == outcome.ttl);
}

void check_map(fuzz::FuzzedWorld& world, const spf::PolicyMap& map, spf::Request request) {
  std::size_t tried = 0;
  for (const spf::PolicyMap::Piece& piece : map.pieces()) {
    if (++tried > 64) break;
    for (const dns::IpAddress& ip : {piece.range.first, piece.range.last}) {
      request.ip = ip;
      require(&map.at(ip) == piece.outcome);
      check_piece(world, map, request);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::FuzzedPolicy policy(fuzz::octets(data, size));
  // check_host of the null sender looks at HELO; the domain compiled is that of MAIL FROM.
  if (policy.request().mail_from.empty()) return 0;
  fuzz::FuzzedWorld world(policy);
  const spf::PolicyMap map = world.compile();
  check_piece(world, map, policy.request());
  check_map(world, map, policy.request());
  const spf::PolicyMap cut = world.compile({.max_pieces = 3, .max_work = 100});
  require(cut.size() <= 8);
  check_map(world, cut, policy.request());
  const auto loaded = spf::PolicyMap::load(map.serialise());
  require(loaded.has_value() && *loaded == map);
  require(spf::difference(map, *loaded).changes.empty());
  return 0;
}
