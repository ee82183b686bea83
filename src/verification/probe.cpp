#include "verification/probe.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "registry/check_schedule.h"
#include "registry/claim.h"
#include "verification/breaker.h"
#include "verification/zone_inquiry.h"

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

store::StoreError no_such_domain() {
  return {store::StoreError::Kind::not_found, "the account has no such domain"};
}

bool is_learned(const registry::Evidence& evidence) {
  return evidence.assessment.kind != registry::CheckFinding::Kind::unavailable;
}

bool is_proven(const registry::Evidence& evidence) {
  return evidence.assessment.kind == registry::CheckFinding::Kind::proven;
}

/// Whether the resolver gives what the zone's servers now say.
bool is_seen_by_receivers(const registry::Evidence& evidence) {
  const dns::Question question{registry::request_of(evidence).policy_name(), dns::RecordType::txt};
  const dns::Facts current = registry::current_facts(evidence);
  const dns::Fact* seen = evidence.facts.find(question);
  const dns::Fact* said = current.find(question);
  return seen == nullptr || said == nullptr || seen->status == dns::Fact::Status::failed ||
         registry::is_same_answer(*seen, *said);
}

std::optional<std::chrono::sys_seconds> visible_by(const registry::Evidence& evidence,
                                                   const registry::SendingDomain& before) {
  if (!is_proven(evidence) || !evidence.zone || !evidence.zone->turned_within) return std::nullopt;
  const bool just_proven = !before.may_send(evidence.at);
  if (!just_proven && is_seen_by_receivers(evidence)) return std::nullopt;
  return evidence.at + std::chrono::seconds{*evidence.zone->turned_within};
}

/// Evidence says nothing of a sender that came meanwhile, which may fare otherwise by a macro, nor
/// of another return path.
bool is_of(const registry::Evidence& evidence, const registry::SendingDomain& domain) {
  return evidence.senders == domain.senders && evidence.return_path == domain.return_path;
}

/// The row after the check, but for what other accounts' rows make of it.
registry::SendingDomain after_evidence(const registry::SendingDomain& asked,
                                       const registry::Evidence& evidence,
                                       const registry::Patience& patience) {
  registry::SendingDomain after =
      registry::after_check(asked, finding_of(evidence), evidence.at, patience);
  if (!is_learned(evidence)) return after;
  after.ownership = evidence.assessment.ownership;
  if (evidence.visible_by || !is_proven(evidence)) after.visible_by = evidence.visible_by;
  return after;
}

/// How long caches keep what the check found.
registry::CheckTiming timing_of(const registry::Evidence& evidence) {
  registry::CheckTiming timing;
  if (!is_learned(evidence)) return timing;
  const bool is_known = evidence.zone && evidence.zone->turned_within;
  timing.turned_within =
      std::chrono::seconds{is_known ? *evidence.zone->turned_within : evidence.assessment.ttl};
  return timing;
}

}  // namespace

registry::Evidence gather(const registry::Provider& provider, const registry::SendingDomain& domain,
                          const std::string& token, resolver::Lookup& lookup,
                          std::string evidence_id, std::chrono::sys_seconds now,
                          const CheckOptions& options) {
  registry::Evidence evidence;
  evidence.id = std::move(evidence_id);
  evidence.account_id = domain.account_id;
  evidence.domain = domain.domain;
  evidence.at = now;
  evidence.senders = domain.senders;
  evidence.provider = provider;
  evidence.token = token;
  evidence.mode = domain.mode;
  evidence.return_path = domain.return_path;
  evidence.ownership = options.ownership;
  const auto begin = std::chrono::steady_clock::now();
  // Servers that are silent leave half of the time for what the resolver knows.
  if (options.authority) {
    evidence.zone = ask_zone(domain.domain, domain.return_path, *options.authority,
                             begin + options.timeout / 2);
  }
  const registry::AuthorizationRequest request = registry::request_of(evidence);
  const registry::ZoneAnswers zone = evidence.zone.value_or(registry::ZoneAnswers{});
  registry::Judgement judgement = resolver::settle(
      lookup, evidence.facts, begin + options.timeout,
      [&](const dns::Facts& facts) { return registry::judge(request, zone, facts); });
  evidence.assessment = std::move(judgement.assessment);
  evidence.votes = std::move(judgement.votes);
  evidence.visible_by = visible_by(evidence, domain);
  return evidence;
}

Probe::Probe(const registry::Provider& provider, resolver::Lookup& lookup, store::Store& store,
             Clock clock, std::function<std::string()> new_id, registry::Patience patience,
             CheckOptions options, Breaker* breaker)
    : provider_(provider),
      lookup_(lookup),
      store_(store),
      clock_(std::move(clock)),
      new_id_(std::move(new_id)),
      patience_(patience),
      options_(std::move(options)),
      breaker_(breaker) {}

std::uint64_t Probe::checks(registry::CheckFinding::Kind finding) const {
  return checks_.at(static_cast<std::size_t>(finding));
}

store::Stored<store::Revoked> Probe::write(const registry::SendingDomain& before,
                                           const registry::SendingDomain& after,
                                           std::string_view evidence_json,
                                           const registry::Cause& cause) {
  if (breaker_ != nullptr && registry::is_loss(before, after)) {
    return breaker_->revoke(before, after, evidence_json, cause);
  }
  auto updated = store_.update_domain(before, after, evidence_json, cause);
  if (!updated) return std::unexpected(std::move(updated.error()));
  return store::Revoked{std::move(*updated)};
}

store::Stored<Outlook> Probe::outlook(const registry::SendingDomain& before,
                                      registry::Evidence& evidence) {
  const auto json = store_.evidence_json(before.account_id, before.evidence_id);
  if (!json) return std::unexpected(json.error());
  dns::Facts last;
  if (*json) {
    // Evidence that was damaged is nothing to compare with; who asks for it is told of that.
    if (const auto parsed = registry::parse_evidence(**json)) last = current_facts(*parsed);
  }
  return look_ahead(evidence, last, lookup_, std::chrono::steady_clock::now() + options_.timeout);
}

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
  const auto account = store_.account(account_id);
  if (!account) return std::unexpected(account.error());
  if (!*account) return std::unexpected(no_such_domain());
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
      evidence =
          gather(provider_, asked, (*account)->token, lookup_, new_id_(), clock_(), options_);
    }
    if (wanted && !is_proven(*evidence) && before.may_send(evidence->at)) {
      return Checked{.domain = before, .evidence = std::move(*evidence), .drift = {}};
    }
    auto checked = conclude(before, asked, *evidence, actor);
    if (checked || checked.error().kind != store::StoreError::Kind::conflict || tries == kTries) {
      return checked;
    }
  }
}

store::Stored<Checked> Probe::conclude(const registry::SendingDomain& before,
                                       const registry::SendingDomain& asked,
                                       registry::Evidence& evidence, const std::string& actor) {
  auto ahead = is_learned(evidence) ? outlook(before, evidence) : Outlook();
  if (!ahead) return std::unexpected(std::move(ahead.error()));
  auto kept = keep(before, asked, evidence, *ahead, actor);
  if (!kept) return std::unexpected(std::move(kept.error()));
  ++checks_.at(static_cast<std::size_t>(evidence.assessment.kind));
  return Checked{.domain = std::move(kept->domain),
                 .evidence = std::move(evidence),
                 .drift = std::move(ahead->drift),
                 .held = kept->held};
}

store::Stored<store::Revoked> Probe::keep(const registry::SendingDomain& before,
                                          const registry::SendingDomain& asked,
                                          const registry::Evidence& evidence, const Outlook& ahead,
                                          const std::string& actor) {
  const registry::Cause cause{.actor = actor, .at = evidence.at};
  registry::SendingDomain after = after_evidence(asked, evidence, patience_);
  const auto schedule = [&] {
    registry::CheckTiming timing = timing_of(evidence);
    timing.changed = after.status != before.status || ahead.drift.any();
    after.next_check_at = registry::next_check(after, timing, evidence.at, options_.lot());
  };
  // A check that could not be made is no evidence, and the row keeps pointing at its last one.
  if (!is_learned(evidence)) {
    schedule();
    return write(before, after, {}, cause);
  }
  tell(after, ahead, evidence.at);
  const auto rows = store_.domains_of_name(before.domain);
  if (!rows) return std::unexpected(rows.error());
  after =
      registry::after_claim(before, std::move(after), *rows, evidence.at, patience_.claim_grace);
  schedule();
  return write(before, after, registry::to_json(evidence), cause);
}

}  // namespace mandate::verification
