#include <limits>

#include "store/sqlite_tables.h"

namespace mandate::store::audit_table {
namespace {

using registry::AuditEntry;
using registry::AuditHead;

#define MANDATE_AUDIT_COLUMNS                                                               \
  "sequence, at, actor, account_id, subject, action, evidence_id, details, previous_hash, " \
  "hash"

AuditEntry read(const Statement& row) {
  return {.sequence = row.number(0),
          .at = row.time(1),
          .actor = row.text(2),
          .account_id = row.text(3),
          .subject = row.text(4),
          .action = row.text(5),
          .evidence_id = row.text(6),
          .details = row.text(7),
          .previous_hash = row.text(8),
          .hash = row.text(9)};
}

Stored<void> insert_entry(Connection& connection, const AuditEntry& entry) {
  Statement insert = connection.prepare("INSERT INTO audit_log (" MANDATE_AUDIT_COLUMNS
                                        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(entry.sequence)
      .bind(entry.at)
      .bind(entry.actor)
      .bind(entry.account_id)
      .bind(entry.subject)
      .bind(entry.action)
      .bind(entry.evidence_id)
      .bind(entry.details)
      .bind(entry.previous_hash)
      .bind(entry.hash);
  return connection.run(insert);
}

Stored<void> insert_event(Connection& connection, const AuditEntry& entry, std::string_view body) {
  Statement insert =
      connection.prepare("INSERT INTO event (sequence, account_id, body) VALUES (?, ?, ?)");
  insert.bind(entry.sequence).bind(entry.account_id).bind(body);
  return connection.run(insert);
}

}  // namespace

Stored<AuditHead> head(Connection& connection) {
  Statement select =
      connection.prepare("SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1");
  const auto last = one(connection, select,
                        [](const Statement& row) { return AuditHead{row.number(0), row.text(1)}; });
  if (!last) return std::unexpected(last.error());
  return last->value_or(AuditHead());
}

Stored<void> append(Connection& connection, const registry::Change& change,
                    const registry::Cause& cause) {
  const auto last = head(connection);
  if (!last) return std::unexpected(last.error());
  if (last->sequence == std::numeric_limits<std::int64_t>::max()) {
    return std::unexpected(StoreError{StoreError::Kind::unavailable,
                                      "the audit log has no number left: its last entry is not as "
                                      "this program made it; restore a copy"});
  }
  const AuditEntry entry = registry::next_entry(*last, change, cause);
  if (auto added = insert_entry(connection, entry); !added) return added;
  return change.event_body.empty() ? Stored<void>()
                                   : insert_event(connection, entry, change.event_body);
}

Stored<std::vector<AuditEntry>> list(Connection& connection, const AuditFilter& filter,
                                     const SequencePage& page) {
  // One statement for each, so that SQLite takes the index that fits.
  if (!filter.subject.empty()) {
    Statement select = connection.prepare(
        "SELECT " MANDATE_AUDIT_COLUMNS
        " FROM audit_log WHERE subject = ?1 AND (?2 = '' OR account_id = ?2) AND sequence > ?3"
        " ORDER BY sequence LIMIT ?4");
    select.bind(filter.subject).bind(filter.account_id);
    select.bind(page.after).bind(row_limit(page.limit));
    return many(connection, select, read);
  }
  if (!filter.account_id.empty()) {
    Statement select = connection.prepare("SELECT " MANDATE_AUDIT_COLUMNS
                                          " FROM audit_log WHERE account_id = ? AND sequence > ?"
                                          " ORDER BY sequence LIMIT ?");
    select.bind(filter.account_id).bind(page.after).bind(row_limit(page.limit));
    return many(connection, select, read);
  }
  Statement select =
      connection.prepare("SELECT " MANDATE_AUDIT_COLUMNS
                         " FROM audit_log WHERE sequence > ? ORDER BY sequence LIMIT ?");
  select.bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

Stored<std::optional<std::int64_t>> find(Connection& connection, std::string_view hash) {
  Statement select = connection.prepare("SELECT sequence FROM audit_log WHERE hash = ? LIMIT 1");
  select.bind(hash);
  return one(connection, select, [](const Statement& row) { return row.number(0); });
}

Stored<std::vector<registry::Event>> events(Connection& connection,
                                            const std::optional<std::string>& account_id,
                                            const SequencePage& page) {
  const auto read_event = [](const Statement& row) {
    return registry::Event{row.number(0), row.text(1), row.text(2)};
  };
  if (account_id) {
    Statement select = connection.prepare(
        "SELECT sequence, account_id, body FROM event WHERE account_id = ? AND sequence > ?"
        " ORDER BY sequence LIMIT ?");
    select.bind(*account_id).bind(page.after).bind(row_limit(page.limit));
    return many(connection, select, read_event);
  }
  Statement select = connection.prepare(
      "SELECT sequence, account_id, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?");
  select.bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read_event);
}

#undef MANDATE_AUDIT_COLUMNS

}  // namespace mandate::store::audit_table
