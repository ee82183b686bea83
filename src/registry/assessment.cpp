#include "registry/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "dns/printable.h"
#include "mandate/spf/policy_map.h"
#include "registry/diagnosis.h"
#include "registry/mailbox.h"
#include "registry/pool_sweep.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;
using spf::Result;

// What the sweeps over all prefixes, senders and HELO names came to.
struct Gathered {
  Assessment assessment;
  std::set<dns::Question> lacking;
  std::uint32_t ttl = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::string> sampled;  // prefixes
  std::optional<std::string> fragmented;
};

bool any(const std::vector<PoolCheck>& checks, Result result) {
  return std::ranges::any_of(checks,
                             [&](const PoolCheck& check) { return check.result == result; });
}

// What one piece of the pool came to, from the map or from an evaluation.
struct Finding {
  dns::IpAddress ip;
  Result result = Result::none;
  std::string problem;
  std::optional<spf::DecidingTerm> decided_by;
  int lookups = 0;
  int voids = 0;
  std::uint32_t ttl = 0;
};

Finding finding_of(const spf::PolicyMap& map, const spf::PolicyMap::Piece& piece) {
  const spf::PolicyMap::Outcome& outcome = *piece.outcome;
  return {.ip = piece.range.first,
          .result = outcome.result,
          .problem = std::string(map.problem(outcome)),
          .decided_by = map.decided_by(outcome),
          .lookups = outcome.lookups,
          .voids = outcome.voids,
          .ttl = outcome.ttl};
}

Finding finding_of(const Sweep::Piece& piece) {
  const spf::Verdict& verdict = piece.verdict;
  return {.ip = piece.first,
          .result = verdict.result,
          .problem = verdict.problem,
          .decided_by = verdict.decided_by,
          .lookups = verdict.lookups,
          .voids = verdict.voids,
          .ttl = verdict.ttl};
}

std::string problem_of(const Finding& finding) {
  if (finding.result == Result::pass) return {};
  if (!finding.problem.empty()) return dns::printable(finding.problem);
  if (!finding.decided_by) return "no term of the policy matches this address";
  return fmt::format("`{}` of {} matches this address with {}",
                     dns::printable(finding.decided_by->term()),
                     dns::printable(finding.decided_by->domain()), spf::text(finding.result));
}

void add(Gathered& gathered, const Finding& finding, const spf::Request& identity) {
  PoolCheck check{.ip = finding.ip,
                  .mail_from = identity.mail_from,
                  .helo = identity.helo,
                  .result = finding.result,
                  .decided_by = {},
                  .problem = problem_of(finding),
                  .lookups = finding.lookups,
                  .voids = finding.voids};
  if (finding.decided_by) {
    check.decided_by = fmt::format("{} of {}", dns::printable(finding.decided_by->term()),
                                   dns::printable(finding.decided_by->domain()));
  }
  gathered.ttl = std::min(gathered.ttl, finding.ttl);
  gathered.assessment.checks.push_back(std::move(check));
}

// The policy as far as it depends on nothing but the address, and what evaluates the rest of it.
struct Policy {
  const dns::Facts& facts;
  spf::KnownRecords records;
  spf::PolicyMap map;
};

Sweep sweep_as(const spf::Request& identity, const dns::AddressRange& range, const Policy& policy) {
  const spf::Options options{.range = true, .records = &policy.records};
  spf::Request request = identity;
  return sweep(range,
               [&](const dns::IpAddress& ip, spf::Verdict& verdict, spf::Questions& lacking) {
                 request.ip = ip;
                 return spf::check_host(request, policy.facts, options, verdict, lacking);
               });
}

// Looks at one prefix for one identity. False when it falls into too many pieces.
bool gather(Gathered& gathered, const dns::Prefix& prefix, const spf::Request& identity,
            const Policy& policy) {
  bool exhaustive = true;
  std::size_t pieces = 0;
  for (const spf::PolicyMap::Piece& piece : policy.map.cover({&prefix, 1})) {
    if (!piece.outcome->dynamic) {
      add(gathered, finding_of(policy.map, piece), identity);
      ++pieces;
      continue;
    }
    const Sweep swept = sweep_as(identity, piece.range, policy);
    for (const Sweep::Piece& tried : swept.pieces) add(gathered, finding_of(tried), identity);
    gathered.lacking.insert(swept.lacking.begin(), swept.lacking.end());
    exhaustive = exhaustive && swept.exhaustive;
    pieces += swept.too_fragmented ? kMaxPieces : swept.pieces.size();
    if (pieces >= kMaxPieces) break;
  }
  if (!exhaustive) {
    gathered.assessment.exhaustive = false;
    if (std::ranges::find(gathered.sampled, prefix.text()) == gathered.sampled.end()) {
      gathered.sampled.push_back(prefix.text());
    }
  }
  return pieces < kMaxPieces;
}

void set(Assessment& assessment, Kind kind, std::string code, std::string reason) {
  assessment.kind = kind;
  assessment.reason_code = std::move(code);
  assessment.reason = std::move(reason);
}

// An evaluation that an error cut short says nothing of the domain's will, so `fail` elsewhere
// does not count as refusal then.
Kind kind_of(const std::vector<PoolCheck>& checks) {
  const bool error = any(checks, Result::permerror) || any(checks, Result::none);
  return any(checks, Result::fail) && !error ? Kind::refused : Kind::not_proven;
}

void conclude(Gathered& gathered, const WantedInclude& include, const dns::Name& domain,
              const dns::Facts& facts) {
  Assessment& assessment = gathered.assessment;
  const auto& checks = assessment.checks;
  const auto failed = std::ranges::find(checks, Result::temperror, &PoolCheck::result);
  if (failed != checks.end()) {
    return set(assessment, Kind::unavailable, "dns_unavailable",
               fmt::format("The DNS could not be asked, so nothing is known and nothing changes: "
                           "{}. Try again later.",
                           failed->problem));
  }
  if (gathered.fragmented) {
    return set(assessment, Kind::not_proven, "pool_too_fragmented",
               fmt::format("The SPF policy of {} cuts {} into too many pieces to check each of "
                           "them: use fewer, wider networks.",
                           domain.text(), *gathered.fragmented));
  }
  const bool proven = !checks.empty() && std::ranges::all_of(checks, [](const PoolCheck& check) {
    return check.result == Result::pass;
  });
  if (proven) {
    set(assessment, Kind::proven, {}, {});
  } else {
    Diagnosis diagnosis = diagnose(include, domain, facts, checks);
    set(assessment, kind_of(checks), std::move(diagnosis.reason_code), std::move(diagnosis.reason));
  }
  if (!gathered.sampled.empty()) {
    assessment.reason += fmt::format(
        "{}The policy depends on the address by a macro or `ptr`, so of {} a sample "
        "of {} addresses was tried.",
        assessment.reason.empty() ? "" : " ", fmt::join(gathered.sampled, ", "), kSampleSize);
  }
}

// The senders to try: mailboxes at the domain itself, since the check is made of the domain that
// stands in them. Without any, the one that every domain has (RFC 5321 section 4.5.1).
std::optional<std::vector<std::string>> senders_to_try(const dns::Name& domain,
                                                       const std::vector<std::string>& senders) {
  if (senders.empty()) return std::vector{"postmaster@" + domain.text()};
  std::vector<std::string> out;
  for (const std::string& sender : senders) {
    const auto mailbox = parse_mailbox(sender);
    if (!mailbox || mailbox->domain != domain) return std::nullopt;
    out.push_back(mailbox->text());
  }
  return out;
}

// The policy over the pool, compiled once for every sender and HELO name.
std::variant<Policy, spf::Questions> compile(const Provider& provider, const dns::Name& domain,
                                             const dns::Facts& facts) {
  spf::KnownRecords records(facts);
  spf::CompileOptions options;
  options.records = &records;
  options.within = provider.pool;
  options.max_pieces = kMaxPieces;
  auto compiled = spf::compile(domain.text(), facts, options);
  if (auto* questions = std::get_if<spf::Questions>(&compiled)) return std::move(*questions);
  return Policy{facts, std::move(records), std::get<spf::PolicyMap>(std::move(compiled))};
}

std::vector<spf::Request> identities_of(const std::vector<std::string>& senders,
                                        const std::vector<std::string>& helo_names,
                                        std::chrono::sys_seconds now) {
  std::vector<spf::Request> out;
  for (const std::string& sender : senders) {
    for (const std::string& helo : helo_names) {
      spf::Request identity;
      identity.mail_from = sender;
      identity.helo = helo;
      identity.now = now;
      out.push_back(std::move(identity));
    }
  }
  return out;
}

}  // namespace

std::variant<Assessment, spf::Questions> assess(const Provider& provider, const dns::Name& domain,
                                                const std::vector<std::string>& senders,
                                                const dns::Facts& facts,
                                                std::chrono::sys_seconds now,
                                                const std::optional<dns::Name>& own_include) {
  Gathered gathered;
  const auto to_try = senders_to_try(domain, senders);
  if (!to_try) {
    set(gathered.assessment, Kind::not_proven, "sender_mismatch",
        fmt::format("A sender address is not at {}: register it with its own domain.",
                    domain.text()));
    return std::move(gathered.assessment);
  }
  auto compiled = compile(provider, domain, facts);
  if (auto* questions = std::get_if<spf::Questions>(&compiled)) return std::move(*questions);
  const Policy& policy = std::get<Policy>(compiled);
  const auto identities = identities_of(*to_try, provider.helo_names, now);
  if (policy.map.is_cut()) gathered.fragmented = "the sending pool";
  for (const dns::Prefix& prefix : provider.pool) {
    for (const spf::Request& identity : identities) {
      if (gathered.fragmented) break;  // nothing more that could be learned changes that
      if (!gather(gathered, prefix, identity, policy)) gathered.fragmented = prefix.text();
    }
  }
  if (!gathered.lacking.empty() && !gathered.fragmented) {
    return spf::Questions(gathered.lacking.begin(), gathered.lacking.end());
  }
  if (!gathered.assessment.checks.empty()) gathered.assessment.ttl = gathered.ttl;
  conclude(gathered, {own_include.value_or(provider.include_name), provider.include_name}, domain,
           facts);
  return std::move(gathered.assessment);
}

}  // namespace mandate::registry
