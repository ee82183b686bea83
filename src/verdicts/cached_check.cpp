#include "verdicts/cached_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "spf/sender_domain.h"

namespace mandate::verdicts {
namespace {

/// Seconds for which a domain without a policy is remembered: one that was met, and one of which no
/// policy could be kept.
constexpr std::uint32_t kSightingLasts = 600;
constexpr std::uint32_t kUnfitFor = 60;

spf::Verdict verdict_of(const spf::PolicyView& map, const spf::PolicyView::Outcome& outcome,
                        std::uint32_t age) {
  spf::Verdict verdict;
  verdict.result = outcome.result;
  verdict.domain = map.domain();
  verdict.decided_by = map.decided_by(outcome);
  verdict.problem = map.problem(outcome);
  verdict.lookups = outcome.lookups;
  verdict.voids = outcome.voids;
  verdict.ttl = outcome.ttl - age;
  return verdict;
}

/// What the table knows for a request.
struct Known {
  bool policy = false;                   ///< one is kept
  std::optional<spf::Verdict> verdict;   ///< unless check_host has to be asked
  std::shared_ptr<const Ground> ground;  ///< on which it can be asked
  std::uint32_t ground_holds = 0;        ///< seconds
};

Known look_up(const PolicyTable& policies, std::string_view domain, const dns::IpAddress& ip,
              Explanation explanation) {
  Known known;
  known.policy = policies.find(domain, [&](const PolicyTable::Known& policy) {
    const spf::PolicyView::Outcome& outcome = policy.map.at(ip);
    const bool explains = explanation == Explanation::give && outcome.result == spf::Result::fail;
    if (!outcome.dynamic && !explains) {
      known.verdict = verdict_of(policy.map, outcome, policy.age);
    } else if (policy.ground) {
      known.ground = policy.ground;
      known.ground_holds = policy.left;
    }
  });
  return known;
}

}  // namespace

CachedCheck::CachedCheck(resolver::Lookup& lookup, const CheckOptions& options,
                         resolver::SteadyClock clock)
    : lookup_(lookup),
      options_(options),
      policies_(options.most_bytes, std::move(clock)),
      sightings_(options.most_bytes / 16) {}

spf::Verdict CachedCheck::check(const spf::Request& request, resolver::Deadline deadline,
                                Explanation explanation) {
  const spf::SenderDomain domain(request);
  // What is no host's name is not looked up, and has no policy.
  const bool has_policy = domain.is_host() && !domain.name().view().empty();
  Known known;
  if (has_policy) known = look_up(policies_, domain.name().view(), request.ip, explanation);
  if (known.verdict) return std::move(*known.verdict);

  dns::Facts facts;
  spf::Options options{.limits = options_.limits};
  if (known.ground) {
    facts = known.ground->facts;
    options.records = &known.ground->records;
  }
  spf::Verdict verdict = resolver::settle(lookup_, facts, deadline, [&](const dns::Facts& now) {
    return spf::check_host(request, now, options);
  });
  // The facts of the ground tell the TTL that they had when the policy was made.
  if (known.ground) verdict.ttl = std::min(verdict.ttl, known.ground_holds);
  if (has_policy && !known.policy) {
    meet(domain.name().view(), domain.name().name().text(), deadline);
  }
  return verdict;
}

void CachedCheck::meet(std::string_view domain, const std::string& text,
                       resolver::Deadline deadline) {
  const std::uint32_t now = policies_.now();
  Sighting sighting;
  sightings_.find(domain, [&](const Sighting& before) {
    if (before.until > now) sighting = before;
  });
  if (sighting.unfit) return;
  ++sighting.checks;
  if (sighting.checks >= options_.compile_at) {
    if (compile(domain, text, deadline)) return;
    sighting.unfit = true;
  }
  sighting.until = now + (sighting.unfit ? kUnfitFor : kSightingLasts);
  sightings_.put(domain, sighting, 0, sighting.until, now);
}

bool CachedCheck::compile(std::string_view domain, const std::string& text,
                          resolver::Deadline deadline) {
  const std::uint32_t from = policies_.now();
  const spf::CompileOptions options{.limits = options_.limits,
                                    .within = {},
                                    .max_pieces = options_.max_pieces,
                                    .max_work = options_.max_work};
  dns::Facts facts;
  spf::PolicyMap map = resolver::settle(lookup_, facts, deadline, [&](const dns::Facts& known) {
    return spf::compile(text, known, options);
  });
  return policies_.keep(domain, make_policy(std::move(map), std::move(facts)), from);
}

}  // namespace mandate::verdicts
