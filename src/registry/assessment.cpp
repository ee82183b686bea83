#include "registry/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "dns/printable.h"
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
  std::size_t steps = 0;
  std::vector<std::string> sampled;  // prefixes
  std::optional<std::string> fragmented;
};

bool any(const std::vector<PoolCheck>& checks, Result result) {
  return std::ranges::any_of(checks,
                             [&](const PoolCheck& check) { return check.result == result; });
}

std::string problem_of(const spf::Verdict& verdict) {
  if (verdict.result == Result::pass) return {};
  if (!verdict.problem.empty()) return dns::printable(verdict.problem);
  if (!verdict.decided_by) return "no term of the policy matches this address";
  return fmt::format("`{}` of {} matches this address with {}",
                     dns::printable(verdict.decided_by->term),
                     dns::printable(verdict.decided_by->domain), spf::text(verdict.result));
}

PoolCheck check_of(const Sweep::Piece& piece, const std::string& mail_from,
                   const std::string& helo) {
  const spf::Verdict& verdict = piece.verdict;
  PoolCheck check{.ip = piece.first,
                  .mail_from = mail_from,
                  .helo = helo,
                  .result = verdict.result,
                  .decided_by = {},
                  .problem = problem_of(verdict),
                  .lookups = verdict.lookups,
                  .voids = verdict.voids};
  if (verdict.decided_by) {
    check.decided_by = fmt::format("{} of {}", dns::printable(verdict.decided_by->term),
                                   dns::printable(verdict.decided_by->domain));
  }
  return check;
}

void add(Gathered& gathered, const Sweep& swept, const spf::Request& identity) {
  gathered.lacking.insert(swept.lacking.begin(), swept.lacking.end());
  for (const Sweep::Piece& piece : swept.pieces) {
    gathered.ttl = std::min(gathered.ttl, piece.verdict.ttl);
    gathered.assessment.checks.push_back(check_of(piece, identity.mail_from, identity.helo));
  }
}

// Sweeps one prefix for every identity. Where no record has a macro, the verdicts of the first
// identity are those of all.
void gather(Gathered& gathered, const dns::Prefix& prefix,
            const std::vector<spf::Request>& identities, const dns::Facts& facts) {
  std::optional<Sweep> swept;
  bool exhaustive = true;
  for (const spf::Request& identity : identities) {
    if (!swept || swept->depends_on_identity || !swept->lacking.empty()) {
      const auto evaluate = [&](const dns::IpAddress& ip) {
        spf::Request request = identity;
        request.ip = ip;
        return spf::check_host(request, facts);
      };
      swept = sweep(prefix, evaluate, kMaxSteps - gathered.steps);
      gathered.steps = std::min(kMaxSteps, gathered.steps + swept->steps);
    }
    add(gathered, *swept, identity);
    exhaustive = exhaustive && swept->exhaustive;
    if (swept->too_fragmented) {
      gathered.fragmented = prefix.text();
      break;
    }
  }
  if (!exhaustive) {
    gathered.assessment.exhaustive = false;
    gathered.sampled.push_back(prefix.text());
  }
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

void conclude(Gathered& gathered, const Provider& provider, const dns::Name& domain,
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
    Diagnosis diagnosis = diagnose(provider, domain, facts, checks);
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
                                                std::chrono::sys_seconds now) {
  Gathered gathered;
  const auto to_try = senders_to_try(domain, senders);
  if (!to_try) {
    set(gathered.assessment, Kind::not_proven, "sender_mismatch",
        fmt::format("A sender address is not at {}: register it with its own domain.",
                    domain.text()));
    return std::move(gathered.assessment);
  }
  const auto identities = identities_of(*to_try, provider.helo_names, now);
  for (const dns::Prefix& prefix : provider.pool) {
    gather(gathered, prefix, identities, facts);
    if (gathered.fragmented) break;  // nothing more that could be learned changes that
  }
  if (!gathered.lacking.empty() && !gathered.fragmented) {
    return spf::Questions(gathered.lacking.begin(), gathered.lacking.end());
  }
  if (!gathered.assessment.checks.empty()) gathered.assessment.ttl = gathered.ttl;
  conclude(gathered, provider, domain, facts);
  return std::move(gathered.assessment);
}

}  // namespace mandate::registry
