#include <utility>

#include "store/sqlite_tables.h"

namespace mandate::store::breaker_table {
namespace {

using registry::BreakerState;
using registry::SendingDomain;
using registry::Status;
using std::chrono::sys_seconds;

// A revocation is noted as
//   made       at a time, and counts while that is within the rule's;
//   held       what the last check asked for, with its reason and evidence;
//   confirmed  by a person: it is made, and not counted, when a check asks for it.
constexpr std::string_view kMade = "made";
constexpr std::string_view kHeld = "held";
constexpr std::string_view kConfirmed = "confirmed";

// So much grace is left to a domain at risk when the breaker trips: those who extend it come more
// often.
constexpr std::chrono::minutes kGraceAtTrip{60};

StoreError not_so(std::string message) {
  return {StoreError::Kind::conflict, std::move(message)};
}

Stored<std::int64_t> count_held(Connection& connection) {
  Statement select = connection.prepare("SELECT count(*) FROM revocation WHERE state = 'held'");
  return number(connection, select);
}

Stored<void> write(Connection& connection, const BreakerState& state) {
  Statement change = connection.prepare(
      "UPDATE breaker SET holding = ?, since = ?, reason_code = ?, reason = ?, may_send = ?,"
      " made = ?, decided_by = ?, decided_at = ?");
  change.bind(state.holding ? 1 : 0)
      .bind(state.since)
      .bind(state.reason_code)
      .bind(state.reason)
      .bind(state.counts.may_send)
      .bind(state.counts.made)
      .bind(state.decided_by)
      .bind(state.decided_at);
  return run_on_one(connection, change,
                    {StoreError::Kind::unavailable,
                     "the breaker's row is not there: it was taken out of the database by another "
                     "program; restore a copy"});
}

struct Note {
  std::string state;
  sys_seconds at{};
};

Stored<std::optional<Note>> note_of(Connection& connection, const SendingDomain& domain) {
  Statement select =
      connection.prepare("SELECT state, at FROM revocation WHERE account_id = ? AND name = ?");
  select.bind(domain.account_id).bind(domain.domain.text());
  return one(connection, select,
             [](const Statement& row) { return Note{row.text(0), row.time(1)}; });
}

// The evidence of what was not made makes way with it: no entry of the audit log rests on it.
Stored<void> erase(Connection& connection, const SendingDomain& domain) {
  for (const char* const sql :
       {"DELETE FROM evidence WHERE id = (SELECT evidence_id FROM revocation"
        " WHERE account_id = ? AND name = ? AND state <> 'made')",
        "DELETE FROM revocation WHERE account_id = ? AND name = ?"}) {
    Statement statement = connection.prepare(sql);
    statement.bind(domain.account_id).bind(domain.domain.text());
    if (auto erased = connection.run(statement); !erased) return erased;
  }
  return {};
}

Stored<void> note(Connection& connection, const SendingDomain& after, std::string_view state,
                  sys_seconds now, bool of_claim = false) {
  if (auto erased = erase(connection, after); !erased) return erased;
  Statement insert = connection.prepare(
      "INSERT INTO revocation (account_id, name, state, at, status, reason_code, reason,"
      " evidence_id, of_claim) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(after.account_id)
      .bind(after.domain.text())
      .bind(state)
      .bind(now)
      .bind(registry::text(after.status))
      .bind(after.reason_code)
      .bind(after.reason)
      .bind(after.evidence_id)
      .bind(of_claim ? 1 : 0);
  return connection.run(insert);
}

Stored<registry::BreakerCounts> count(Connection& connection, const registry::BreakerRule& rule,
                                      sys_seconds now) {
  Statement made = connection.prepare(
      "SELECT count(*), count(*) FILTER (WHERE status = 'suspended') FROM revocation"
      " WHERE state = 'made' AND at > ?");
  made.bind(rule.counted_after(now));
  if (made.step() != SQLITE_ROW) return std::unexpected(connection.error());
  const auto may_send = tally_table::may_send(connection, now);
  const auto held = count_held(connection);
  for (const auto* value : {&may_send, &held}) {
    if (!*value) return std::unexpected(value->error());
  }
  // Those suspended within the time are among whom the share is of: what is counted above does not
  // change by being counted.
  return registry::BreakerCounts{*may_send + made.number(1), made.number(0), *held};
}

Stored<std::int64_t> move_grace(Connection& connection, sys_seconds from, sys_seconds before,
                                sys_seconds until) {
  Statement change = connection.prepare(
      "UPDATE domain SET grace_expires_at = ?"
      " WHERE status = 'at_risk' AND grace_expires_at > ? AND grace_expires_at < ?");
  change.bind(until).bind(from).bind(before);
  if (auto ran = connection.run(change); !ran) return std::unexpected(ran.error());
  return connection.changes();
}

// From closed to holding, and what follows from it.
Stored<std::vector<registry::Change>> tripped(Connection& connection, const BreakerState& before,
                                              BreakerState& after) {
  after.holding = true;
  after.counts.held = before.counts.held;
  if (auto written = write(connection, after); !written) return std::unexpected(written.error());
  const sys_seconds until = after.since + kGraceAtTrip;
  const auto moved = move_grace(connection, after.since, until, until);
  if (!moved) return std::unexpected(moved.error());
  std::vector changes{registry::breaker_tripped(before, after)};
  if (*moved > 0) changes.push_back(registry::grace_extended(*moved, until));
  return changes;
}

// What is counted from now on. The past that a person has judged is not counted again.
Stored<void> release(Connection& connection, registry::HoldEnd end, sys_seconds now) {
  // A check that is under way, or could not be made, comes by itself.
  Statement wake = connection.prepare(
      "UPDATE domain SET next_check_at = ?1, due_at = ?1"
      " WHERE next_check_at > ?1 AND attempts = 0"
      " AND (account_id, name) IN"
      " (SELECT account_id, name FROM revocation WHERE state = 'held')");
  wake.bind(now);
  if (auto woken = connection.run(wake); !woken) return woken;
  if (end != registry::HoldEnd::cleared) {
    if (auto ran = connection.run("DELETE FROM revocation WHERE state = 'made'"); !ran) return ran;
  }
  if (end == registry::HoldEnd::confirmed) {
    return connection.run("UPDATE revocation SET state = 'confirmed' WHERE state = 'held'");
  }
  return connection.run(
      "DELETE FROM evidence WHERE id IN"
      " (SELECT evidence_id FROM revocation WHERE state = 'held');"
      "DELETE FROM revocation WHERE state = 'held'");
}

Stored<Ruling> make(Connection& connection, const SendingDomain& after,
                    const registry::BreakerRule& rule, sys_seconds now) {
  Statement prune = connection.prepare("DELETE FROM revocation WHERE state = 'made' AND at <= ?");
  prune.bind(rule.counted_after(now));
  if (auto pruned = connection.run(prune); !pruned) return std::unexpected(pruned.error());
  if (auto noted = note(connection, after, kMade, now); !noted) {
    return std::unexpected(noted.error());
  }
  return Ruling{};
}

// A confirmed domain at risk is confirmed until its loss is whole.
Stored<Ruling> make_confirmed(Connection& connection, const SendingDomain& after) {
  if (after.status != Status::at_risk) {
    if (auto erased = erase(connection, after); !erased) return std::unexpected(erased.error());
  }
  return Ruling{};
}

Stored<Ruling> hold(Connection& connection, const SendingDomain& before, const SendingDomain& after,
                    sys_seconds now) {
  const bool of_claim = registry::ends_claim(before, after);
  if (auto noted = note(connection, after, kHeld, now, of_claim); !noted) {
    return std::unexpected(noted.error());
  }
  return Ruling{.held = true};
}

}  // namespace

Stored<BreakerState> state(Connection& connection) {
  Statement select = connection.prepare(
      "SELECT holding, since, reason_code, reason, may_send, made, decided_by, decided_at"
      " FROM breaker");
  if (select.step() != SQLITE_ROW) return std::unexpected(connection.error());
  const auto held = count_held(connection);
  if (!held) return std::unexpected(held.error());
  return BreakerState{.holding = select.number(0) != 0,
                      .since = select.time(1),
                      .reason_code = select.text(2),
                      .reason = select.text(3),
                      .counts = {select.number(4), select.number(5), *held},
                      .decided_by = select.text(6),
                      .decided_at = select.optional_time(7)};
}

Stored<Ruling> rule_on(Connection& connection, const SendingDomain& before,
                       const SendingDomain& after, const registry::BreakerRule& rule,
                       sys_seconds now) {
  const auto breaker = state(connection);
  if (!breaker) return std::unexpected(breaker.error());
  if (breaker->holding) return hold(connection, before, after, now);
  const auto noted = note_of(connection, before);
  if (!noted) return std::unexpected(noted.error());
  const Note last = noted->value_or(Note());
  if (last.state == kConfirmed) return make_confirmed(connection, after);
  if (!registry::is_revocation(before.status, after.status)) return Ruling{};
  const auto counts = count(connection, rule, now);
  if (!counts) return std::unexpected(counts.error());
  // A domain that has its place in the count, by the step before this one, takes no second.
  const bool is_counted = last.state == kMade && last.at > rule.counted_after(now);
  if (is_counted || !registry::trips(rule, *counts)) return make(connection, after, rule, now);
  BreakerState holding = *breaker;
  holding.since = now;
  holding.reason_code = registry::kHeldByShare;
  holding.reason = registry::share_reason(rule, *counts, after.domain);
  holding.counts = *counts;
  auto changes = tripped(connection, *breaker, holding);
  if (!changes) return std::unexpected(changes.error());
  auto ruling = hold(connection, before, after, now);
  if (!ruling) return ruling;
  ruling->tripped = std::move(holding);
  ruling->changes = std::move(*changes);
  return ruling;
}

Stored<void> forget(Connection& connection, const SendingDomain& before,
                    const SendingDomain& after) {
  if (before.status == after.status && before.evidence_id == after.evidence_id) return {};
  const bool is_lost = after.status == Status::at_risk || after.status == Status::suspended;
  if (!is_lost) return erase(connection, after);
  const auto noted = note_of(connection, after);
  if (!noted) return std::unexpected(noted.error());
  const bool is_held = *noted && (*noted)->state == kHeld;
  return is_held ? erase(connection, after) : Stored<void>();
}

Stored<std::optional<BreakerState>> trip(Connection& connection, std::string_view reason_code,
                                         std::string_view reason, const registry::Cause& cause) {
  std::optional<BreakerState> holding;
  auto done = audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto before = state(connection);
    if (!before) return std::unexpected(before.error());
    if (before->holding) return {};
    const auto may_send = tally_table::may_send(connection, cause.at);
    if (!may_send) return std::unexpected(may_send.error());
    holding = *before;
    holding->since = cause.at;
    holding->reason_code = reason_code;
    holding->reason = reason;
    holding->counts = {.may_send = *may_send};
    return tripped(connection, *before, *holding);
  });
  if (!done) return std::unexpected(done.error());
  return holding;
}

Stored<std::int64_t> end_hold(Connection& connection, registry::HoldEnd end,
                              const registry::Cause& cause) {
  std::int64_t domains = 0;
  auto done = audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto before = state(connection);
    if (!before) return std::unexpected(before.error());
    if (!before->holding) return std::unexpected(not_so("the breaker is closed: it holds nothing"));
    if (before->reason_code != registry::ends_hold_of(end)) {
      return std::unexpected(not_so("the breaker holds for another reason: " + before->reason));
    }
    domains = before->counts.held;
    if (auto released = release(connection, end, cause.at); !released) {
      return std::unexpected(released.error());
    }
    const BreakerState after{.since = cause.at, .decided_by = cause.actor, .decided_at = cause.at};
    if (auto written = write(connection, after); !written) return std::unexpected(written.error());
    return std::vector{registry::breaker_closed(end, *before, after)};
  });
  if (!done) return std::unexpected(done.error());
  return domains;
}

Stored<void> extend_grace(Connection& connection, sys_seconds before, sys_seconds until,
                          const registry::Cause& cause) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto breaker = state(connection);
    if (!breaker) return std::unexpected(breaker.error());
    if (!breaker->holding) return {};
    const auto moved = move_grace(connection, breaker->since, before, until);
    if (!moved) return std::unexpected(moved.error());
    if (*moved == 0) return {};
    return std::vector{registry::grace_extended(*moved, until)};
  });
}

Stored<std::vector<registry::HeldRevocation>> held(Connection& connection, const HeldPage& page) {
  Statement select = connection.prepare(
      "SELECT account_id, name, status, reason_code, reason, evidence_id, at, of_claim"
      " FROM revocation"
      " WHERE state = 'held' AND (account_id, name) > (?, ?) ORDER BY account_id, name LIMIT ?");
  select.bind(page.after_account).bind(page.after_domain).bind(row_limit(page.limit));
  return many(connection, select, [](const Statement& row) {
    return registry::HeldRevocation{
        .account_id = row.text(0),
        .domain = dns::Name::parse(row.text(1)).value_or(dns::Name()),
        .to = registry::parse_status(row.text(2)).value_or(Status::suspended),
        .reason_code = row.text(3),
        .reason = row.text(4),
        .evidence_id = row.text(5),
        .checked_at = row.time(6),
        .of_claim = row.number(7) != 0};
  });
}

}  // namespace mandate::store::breaker_table
