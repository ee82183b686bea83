#include <algorithm>
#include <iterator>

#include "registry/claim.h"
#include "store/sqlite_tables.h"

namespace mandate::store::domain_table {
namespace {

using registry::SendingDomain;

// Neither a sender address nor a sentence holds a line end, so one separates them in a column.
std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += text + '\n';
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// A line each, as senders: a code has no space.
std::string joined(const std::vector<registry::Warning>& warnings) {
  std::string out;
  for (const registry::Warning& warning : warnings) {
    out += warning.code + ' ' + warning.message + '\n';
  }
  return out;
}

std::vector<registry::Warning> warnings_of(std::string_view text) {
  std::vector<registry::Warning> out;
  for (const std::string& line : split(text)) {
    const std::size_t end = std::min(line.find(' '), line.size());
    out.push_back({line.substr(0, end), line.substr(std::min(end + 1, line.size()))});
  }
  return out;
}

// What changes, and what is compared before it does: in the order of `bind_state`.
#define MANDATE_DOMAIN_STATE(SEPARATOR, IS)                                                        \
  "senders " IS " ?" SEPARATOR "status " IS " ?" SEPARATOR "reason_code " IS " ?" SEPARATOR        \
  "reason " IS " ?" SEPARATOR "created_at " IS " ?" SEPARATOR "status_since " IS " ?" SEPARATOR    \
  "last_checked_at " IS " ?" SEPARATOR "last_attempt_at " IS " ?" SEPARATOR "last_verified_at " IS \
  " ?" SEPARATOR "grace_expires_at " IS " ?" SEPARATOR "evidence_id " IS " ?" SEPARATOR "mode " IS \
  " ?" SEPARATOR "return_path " IS " ?" SEPARATOR "ownership " IS " ?" SEPARATOR "visible_by " IS  \
  " ?" SEPARATOR "claim_matures_at " IS " ?" SEPARATOR "contested_at " IS " ?" SEPARATOR           \
  "warnings " IS " ?" SEPARATOR "next_check_at " IS " ?" SEPARATOR "attempts " IS " ?" SEPARATOR   \
  "changes " IS " ?" SEPARATOR "changed_at " IS " ?" SEPARATOR "contested_until " IS               \
  " ?" SEPARATOR "leased_until " IS " ?"

#define MANDATE_DOMAIN_COLUMNS                                                           \
  "account_id, name, senders, status, reason_code, reason, created_at, status_since, "   \
  "last_checked_at, last_attempt_at, last_verified_at, grace_expires_at, evidence_id, "  \
  "mode, return_path, ownership, visible_by, claim_matures_at, contested_at, warnings, " \
  "next_check_at, attempts, changes, changed_at, contested_until, leased_until"

// The root is no return path, and so stands for none.
std::string return_path_text(const dns::Name& name) {
  return name.is_root() ? std::string() : name.text();
}

void bind_state(Statement& statement, const SendingDomain& domain) {
  statement.bind(joined(domain.senders))
      .bind(registry::text(domain.status))
      .bind(domain.reason_code)
      .bind(domain.reason)
      .bind(domain.created_at)
      .bind(domain.status_since)
      .bind(domain.last_checked_at)
      .bind(domain.last_attempt_at)
      .bind(domain.last_verified_at)
      .bind(domain.grace_expires_at)
      .bind(domain.evidence_id)
      .bind(registry::text(domain.mode))
      .bind(return_path_text(domain.return_path))
      .bind(registry::text(domain.ownership))
      .bind(domain.visible_by)
      .bind(domain.claim_matures_at)
      .bind(domain.contested_at)
      .bind(joined(domain.warnings))
      .bind(domain.next_check_at)
      .bind(domain.attempts)
      .bind(joined(domain.changes))
      .bind(domain.changed_at)
      .bind(domain.contested_until)
      .bind(domain.leased_until);
}

// When a worker may take it: what the queue is in the order of, in the column `due_at`.
std::optional<std::chrono::sys_seconds> due_at(const SendingDomain& domain) {
  if (!domain.next_check_at || !domain.leased_until) return domain.next_check_at;
  return std::max(*domain.next_check_at, *domain.leased_until);
}

SendingDomain read(const Statement& row) {
  SendingDomain domain;
  domain.account_id = row.text(0);
  domain.domain = dns::Name::parse(row.text(1)).value_or(dns::Name());
  domain.senders = split(row.text(2));
  // Fails closed: what is no status may not send.
  domain.status = registry::parse_status(row.text(3)).value_or(registry::Status::disabled);
  domain.reason_code = row.text(4);
  domain.reason = row.text(5);
  domain.created_at = row.time(6);
  domain.status_since = row.time(7);
  domain.last_checked_at = row.optional_time(8);
  domain.last_attempt_at = row.optional_time(9);
  domain.last_verified_at = row.optional_time(10);
  domain.grace_expires_at = row.optional_time(11);
  domain.evidence_id = row.text(12);
  domain.mode = registry::parse_mode(row.text(13)).value_or(registry::Mode::apex_include);
  domain.return_path = dns::Name::parse(row.text(14)).value_or(dns::Name());
  domain.ownership = registry::parse_ownership(row.text(15)).value_or(registry::Ownership::unknown);
  domain.visible_by = row.optional_time(16);
  domain.claim_matures_at = row.optional_time(17);
  domain.contested_at = row.optional_time(18);
  domain.warnings = warnings_of(row.text(19));
  domain.next_check_at = row.optional_time(20);
  domain.attempts = static_cast<int>(row.number(21));
  domain.changes = split(row.text(22));
  domain.changed_at = row.optional_time(23);
  domain.contested_until = row.optional_time(24);
  domain.leased_until = row.optional_time(25);
  return domain;
}

/// Kept under the id that `domain` has, unless there is none.
Stored<void> add_evidence(Connection& connection, const SendingDomain& domain,
                          std::string_view json) {
  if (json.empty()) return {};
  Statement insert =
      connection.prepare("INSERT INTO evidence (id, account_id, json) VALUES (?, ?, ?)");
  insert.bind(domain.evidence_id).bind(domain.account_id).bind(json);
  return connection.run(insert);
}

// Of the checks that changed nothing, the last one's is enough.
Stored<void> drop_unneeded_evidence(Connection& connection, const SendingDomain& domain) {
  Statement erase = connection.prepare(
      "DELETE FROM evidence WHERE id = ?1 AND account_id = ?2 AND NOT EXISTS"
      " (SELECT 1 FROM audit_log WHERE evidence_id = ?1 AND evidence_id <> '')");
  erase.bind(domain.evidence_id).bind(domain.account_id);
  return connection.run(erase);
}

StoreError no_such_domain() {
  return {StoreError::Kind::not_found, "the account has no such domain"};
}

// Only if the row is still what it was.
Stored<void> replace(Connection& connection, const SendingDomain& before,
                     const SendingDomain& after) {
  Statement change = connection.prepare("UPDATE domain SET " MANDATE_DOMAIN_STATE(
      ", ", "=") ", due_at = ?"
                 " WHERE account_id = ? AND name = ? AND " MANDATE_DOMAIN_STATE(" AND ", "IS"));
  bind_state(change, after);
  change.bind(due_at(after)).bind(before.account_id).bind(before.domain.text());
  bind_state(change, before);
  return run_on_one(connection, change,
                    {StoreError::Kind::conflict, "the domain was changed meanwhile"});
}

}  // namespace

Stored<void> add(Connection& connection, const SendingDomain& domain,
                 const registry::Cause& cause) {
  Statement insert = connection.prepare("INSERT INTO domain (" MANDATE_DOMAIN_COLUMNS
                                        ", due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(domain.account_id).bind(domain.domain.text());
  bind_state(insert, domain);
  insert.bind(due_at(domain));
  return run_audited(connection, cause, insert, registry::domain_added(domain));
}

Stored<std::optional<SendingDomain>> find(Connection& connection, std::string_view account_id,
                                          const dns::Name& name) {
  Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                        " FROM domain WHERE account_id = ? AND name = ?");
  select.bind(account_id).bind(name.text());
  return one(connection, select, read);
}

Stored<std::vector<SendingDomain>> list(Connection& connection, std::string_view account_id,
                                        const Page& page) {
  Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                        " FROM domain WHERE account_id = ? AND name > ?"
                                        " ORDER BY name LIMIT ?");
  select.bind(account_id).bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

Stored<std::vector<SendingDomain>> of_name(Connection& connection, const dns::Name& name) {
  Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                        " FROM domain WHERE name = ? ORDER BY account_id");
  select.bind(name.text());
  return many(connection, select, read);
}

namespace {

// The row beside all others of its name, as the store has them. One that stands otherwise to them
// than it says is put right.
Stored<void> settle(Connection& connection, SendingDomain& row,
                    const std::vector<SendingDomain>& rows, std::chrono::sys_seconds now) {
  SendingDomain settled = registry::after_contest(row, rows, now);
  if (settled == row) return {};
  if (auto written = replace(connection, row, settled); !written) return written;
  row = std::move(settled);
  return {};
}

// Of `rows`, those that are not `teller`'s.
Stored<void> tell_others(Connection& connection, std::vector<SendingDomain>& rows,
                         const SendingDomain& teller, const registry::Cause& cause,
                         std::vector<registry::Change>& changes) {
  for (SendingDomain& row : rows) {
    if (row.account_id == teller.account_id) continue;
    const SendingDomain before = row;
    if (auto settled = settle(connection, row, rows, cause.at); !settled) return settled;
    std::ranges::move(registry::domain_changes(before, row, cause.at), std::back_inserter(changes));
  }
  return {};
}

// Writes `after`, which becomes what it is beside the other rows of its name, and those likewise.
Stored<std::vector<registry::Change>> put(Connection& connection, const SendingDomain& before,
                                          SendingDomain& after, std::string_view evidence_json,
                                          const registry::Cause& cause) {
  if (auto changed = replace(connection, before, after); !changed) {
    return std::unexpected(changed.error());
  }
  if (auto added = add_evidence(connection, after, evidence_json); !added) {
    return std::unexpected(added.error());
  }
  if (before.evidence_id != after.evidence_id) {
    if (auto dropped = drop_unneeded_evidence(connection, before); !dropped) {
      return std::unexpected(dropped.error());
    }
  }
  auto rows = of_name(connection, after.domain);
  if (!rows) return std::unexpected(rows.error());
  if (auto settled = settle(connection, after, *rows, cause.at); !settled) {
    return std::unexpected(settled.error());
  }
  auto changes = registry::domain_changes(before, after, cause.at);
  if (auto told = tell_others(connection, *rows, after, cause, changes); !told) {
    return std::unexpected(told.error());
  }
  return changes;
}

}  // namespace

Stored<std::vector<SendingDomain>> lease_due(Connection& connection, std::chrono::sys_seconds now,
                                             std::chrono::sys_seconds lease_until, int limit) {
  const auto due = [&] {
    Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                          " FROM domain WHERE due_at <= ?"
                                          " ORDER BY due_at, account_id, name LIMIT ?");
    select.bind(now).bind(row_limit(limit));
    return many(connection, select, read);
  };
  return leased(connection, due, [&](SendingDomain& domain) {
    domain.leased_until = lease_until;
    ++domain.attempts;
    Statement lease = connection.prepare(
        "UPDATE domain SET leased_until = ?1, due_at = ?1, attempts = attempts + 1"
        " WHERE account_id = ?2 AND name = ?3");
    lease.bind(lease_until).bind(domain.account_id).bind(domain.domain.text());
    return connection.run(lease);
  });
}

Stored<std::optional<std::chrono::sys_seconds>> next_due(Connection& connection) {
  Statement select = connection.prepare(
      "SELECT due_at FROM domain WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1");
  return one(connection, select, [](const Statement& row) { return row.time(0); });
}

Stored<SendingDomain> update(Connection& connection, const SendingDomain& before,
                             const SendingDomain& after, std::string_view evidence_json,
                             const registry::Cause& cause) {
  SendingDomain written = after;
  auto done = audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    if (auto forgot = breaker_table::forget(connection, before, after); !forgot) {
      return std::unexpected(forgot.error());
    }
    return put(connection, before, written, evidence_json, cause);
  });
  if (!done) return std::unexpected(done.error());
  return written;
}

Stored<Revoked> revoke(Connection& connection, const SendingDomain& before,
                       const SendingDomain& after, std::string_view evidence_json,
                       const registry::BreakerRule& rule, const registry::Cause& cause) {
  Revoked revoked{after};
  auto done = audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    auto ruling = breaker_table::rule_on(connection, before, after, rule, cause.at);
    if (!ruling) return std::unexpected(ruling.error());
    revoked.held = ruling->held;
    revoked.tripped = std::move(ruling->tripped);
    if (!revoked.held) return put(connection, before, revoked.domain, evidence_json, cause);
    revoked.domain = registry::held_row(before, after);
    if (auto changed = replace(connection, before, revoked.domain); !changed) {
      return std::unexpected(changed.error());
    }
    if (auto added = add_evidence(connection, after, evidence_json); !added) {
      return std::unexpected(added.error());
    }
    return std::move(ruling->changes);
  });
  if (!done) return std::unexpected(done.error());
  return revoked;
}

Stored<void> remove(Connection& connection, std::string_view account_id, const dns::Name& name,
                    const registry::Cause& cause) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto domain = find(connection, account_id, name);
    if (!domain) return std::unexpected(domain.error());
    if (!*domain) return std::unexpected(no_such_domain());
    Statement erase = connection.prepare("DELETE FROM domain WHERE account_id = ? AND name = ?");
    erase.bind(account_id).bind(name.text());
    if (auto erased = run_on_one(connection, erase, no_such_domain()); !erased) {
      return std::unexpected(erased.error());
    }
    if (auto dropped = drop_unneeded_evidence(connection, **domain); !dropped) {
      return std::unexpected(dropped.error());
    }
    std::vector changes{registry::domain_removed(**domain)};
    auto rows = of_name(connection, name);
    if (!rows) return std::unexpected(rows.error());
    if (auto told = tell_others(connection, *rows, **domain, cause, changes); !told) {
      return std::unexpected(told.error());
    }
    return changes;
  });
}

Stored<std::optional<std::string>> evidence(Connection& connection,
                                            const std::optional<std::string>& account_id,
                                            std::string_view id) {
  Statement select = connection.prepare(
      "SELECT json FROM evidence WHERE id = ? AND account_id = coalesce(?, account_id)");
  select.bind(id).bind(account_id);
  return one(connection, select, [](const Statement& row) { return row.text(0); });
}

#undef MANDATE_DOMAIN_COLUMNS
#undef MANDATE_DOMAIN_STATE

}  // namespace mandate::store::domain_table
