#include "verification/probe.h"

#include <optional>
#include <utility>

#include "registry/check_schedule.h"

namespace mandate::verification {
namespace {

/// Rounds of compare-and-swap before giving up: each lost round means that another one won.
constexpr int kTries = 16;

registry::CheckFinding finding_of(const registry::Evidence& evidence) {
  return {.kind = evidence.assessment.kind,
          .reason_code = evidence.assessment.reason_code,
          .reason = evidence.assessment.reason,
          .evidence_id = evidence.id};
}

/// Evidence says nothing of a sender that came meanwhile, which may fare otherwise by a macro, nor
/// of another return path.
bool is_of(const registry::Evidence& evidence, const registry::SendingDomain& domain) {
  return evidence.senders == domain.senders && evidence.return_path == domain.return_path;
}

store::StoreError no_such_domain() {
  return {store::StoreError::Kind::not_found, "the account has no such domain"};
}

}  // namespace

registry::Evidence gather(const registry::Provider& provider, const registry::SendingDomain& domain,
                          resolver::Lookup& lookup, std::string evidence_id,
                          std::chrono::sys_seconds now, std::chrono::milliseconds timeout) {
  registry::Evidence evidence;
  evidence.id = std::move(evidence_id);
  evidence.account_id = domain.account_id;
  evidence.domain = domain.domain;
  evidence.at = now;
  evidence.senders = domain.senders;
  evidence.return_path = domain.return_path;
  evidence.provider = provider;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  evidence.assessment =
      resolver::settle(lookup, evidence.facts, deadline, [&](const dns::Facts& facts) {
        return registry::assess_envelope(provider, domain.domain, domain.senders,
                                         domain.return_path, facts, now);
      });
  return evidence;
}

Probe::Probe(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
             Clock clock, std::function<std::string()> new_id, registry::Patience patience,
             std::chrono::milliseconds timeout, Lot lot)
    : provider_(provider),
      lookup_(lookup),
      store_(store),
      clock_(std::move(clock)),
      new_id_(std::move(new_id)),
      patience_(patience),
      timeout_(timeout),
      lot_(std::move(lot)) {}

store::Stored<Checked> Probe::verify(std::string_view account_id, const dns::Name& domain,
                                     const std::string& actor) {
  return check(account_id, domain, std::nullopt, actor);
}

store::Stored<Checked> Probe::change_mode(std::string_view account_id, const dns::Name& domain,
                                          const registry::Envelope& wanted,
                                          const std::string& actor) {
  return check(account_id, domain, wanted, actor);
}

store::Stored<Checked> Probe::check(std::string_view account_id, const dns::Name& domain,
                                    const std::optional<registry::Envelope>& wanted,
                                    const std::string& actor) {
  std::optional<registry::Evidence> evidence;
  std::string last_evidence;  // the row's, when this one was gathered
  for (int tries = 1;; ++tries) {
    auto row = store_.domain(account_id, domain);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return std::unexpected(no_such_domain());
    const registry::SendingDomain& before = **row;
    const registry::SendingDomain asked =
        wanted ? registry::with_envelope(before, *wanted) : before;
    // A check that came to an end meanwhile is not to be undone by one that began before it.
    if (!evidence || !is_of(*evidence, asked) || last_evidence != before.evidence_id) {
      last_evidence = before.evidence_id;
      evidence = gather(provider_, asked, lookup_, new_id_(), clock_(), timeout_);
    }
    const bool proven = evidence->assessment.kind == registry::CheckFinding::Kind::proven;
    if (wanted && !proven && before.may_send(evidence->at)) {
      return Checked{before, std::move(*evidence)};
    }
    registry::SendingDomain after =
        registry::after_check(asked, finding_of(*evidence), evidence->at, patience_);
    // A check that could not be made is no evidence, and the row keeps pointing at its last one.
    const bool learned = evidence->assessment.kind != registry::CheckFinding::Kind::unavailable;
    registry::CheckTiming timing{.turned_within = {}, .changed = after.status != before.status};
    if (learned) timing.turned_within = std::chrono::seconds{evidence->assessment.ttl};
    after.next_check_at = registry::next_check(after, timing, evidence->at, lot_());
    auto updated =
        store_.update_domain(before, after, learned ? registry::to_json(*evidence) : std::string(),
                             {.actor = actor, .at = evidence->at});
    if (updated) return Checked{std::move(after), std::move(*evidence)};
    if (updated.error().kind != store::StoreError::Kind::conflict || tries == kTries) {
      return std::unexpected(std::move(updated.error()));
    }
  }
}

}  // namespace mandate::verification
