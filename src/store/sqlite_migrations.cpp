#include "store/sqlite_migrations.h"

#include <fmt/format.h>

#include <array>

namespace mandate::store {
namespace {

constexpr std::int64_t kApplicationId = 0x4d616e64;  // "Mand"

// Keeps the number of rows of a table with each value of a column.
#define MANDATE_TALLY(TABLE, COLUMN)                                                        \
  "CREATE TRIGGER " TABLE "_is_counted AFTER INSERT ON " TABLE                              \
  " BEGIN\n"                                                                                \
  "  INSERT INTO tally VALUES ('" TABLE "', NEW." COLUMN                                    \
  ", 1) ON CONFLICT DO UPDATE SET number = number + 1;\n"                                   \
  "END;\n"                                                                                  \
  "CREATE TRIGGER " TABLE "_is_counted_anew AFTER UPDATE OF " COLUMN " ON " TABLE           \
  "\n"                                                                                      \
  "WHEN OLD." COLUMN " <> NEW." COLUMN                                                      \
  " BEGIN\n"                                                                                \
  "  UPDATE tally SET number = number - 1 WHERE kind = '" TABLE "' AND value = OLD." COLUMN \
  ";\n"                                                                                     \
  "  INSERT INTO tally VALUES ('" TABLE "', NEW." COLUMN                                    \
  ", 1) ON CONFLICT DO UPDATE SET number = number + 1;\n"                                   \
  "END;\n"                                                                                  \
  "CREATE TRIGGER " TABLE "_is_counted_no_more AFTER DELETE ON " TABLE                      \
  " BEGIN\n"                                                                                \
  "  UPDATE tally SET number = number - 1 WHERE kind = '" TABLE "' AND value = OLD." COLUMN \
  ";\n"                                                                                     \
  "END;\n"

/// Step n brings version n to n + 1. A step that was released is never edited.
constexpr std::array<const char*, 8> kSteps{
    R"(
CREATE TABLE account (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE domain (
  account_id TEXT NOT NULL REFERENCES account(id), name TEXT NOT NULL,
  senders TEXT NOT NULL, status TEXT NOT NULL, reason_code TEXT NOT NULL, reason TEXT NOT NULL,
  created_at INTEGER NOT NULL, status_since INTEGER NOT NULL,
  last_checked_at INTEGER, last_attempt_at INTEGER, last_verified_at INTEGER,
  grace_expires_at INTEGER, evidence_id TEXT NOT NULL,
  PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id), json TEXT NOT NULL
) STRICT;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY, account_id TEXT REFERENCES account(id), hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id),
  sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  message_id TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL,
  ended_at INTEGER, last_code INTEGER NOT NULL, last_reply TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_account ON message (account_id, id);
CREATE INDEX message_due ON message (next_attempt_at) WHERE state = 'queued';
)",
    R"(
CREATE TABLE audit_log (
  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, account_id TEXT NOT NULL,
  subject TEXT NOT NULL, action TEXT NOT NULL, evidence_id TEXT NOT NULL, details TEXT NOT NULL,
  previous_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_by_subject ON audit_log (subject);
CREATE INDEX audit_log_by_account ON audit_log (account_id);

CREATE TABLE event (
  sequence INTEGER PRIMARY KEY REFERENCES audit_log(sequence), account_id TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_account ON event (account_id);

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_is_one_chain BEFORE INSERT ON audit_log
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit_log)
  OR NEW.previous_hash IS NOT coalesce(
    (SELECT hash FROM audit_log ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'an entry of the audit log does not follow the last one'); END;
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_new BEFORE INSERT ON event
WHEN NEW.sequence <= (SELECT max(sequence) FROM event)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
)",
    R"(
ALTER TABLE account ADD COLUMN token TEXT NOT NULL DEFAULT '';
UPDATE account SET token = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX account_by_token ON account (token) WHERE token <> '';

ALTER TABLE domain ADD COLUMN mode TEXT NOT NULL DEFAULT 'apex_include';
ALTER TABLE domain ADD COLUMN return_path TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN ownership TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE domain ADD COLUMN visible_by INTEGER;
ALTER TABLE domain ADD COLUMN claim_matures_at INTEGER;
ALTER TABLE domain ADD COLUMN contested_at INTEGER;
ALTER TABLE domain ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN next_check_at INTEGER;
ALTER TABLE domain ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
UPDATE domain SET next_check_at = 0 WHERE status <> 'disabled';
CREATE INDEX domain_by_name ON domain (name);
CREATE INDEX domain_due ON domain (next_check_at) WHERE next_check_at IS NOT NULL;
)",
    R"(
CREATE INDEX audit_log_by_evidence ON audit_log (evidence_id) WHERE evidence_id <> '';
)",
    R"(
CREATE TABLE breaker (
  id INTEGER PRIMARY KEY CHECK (id = 1), holding INTEGER NOT NULL, since INTEGER NOT NULL,
  reason_code TEXT NOT NULL, reason TEXT NOT NULL, may_send INTEGER NOT NULL,
  made INTEGER NOT NULL, decided_by TEXT NOT NULL, decided_at INTEGER
) STRICT;
INSERT INTO breaker VALUES (1, 0, unixepoch(), '', '', 0, 0, '', NULL);

CREATE TABLE revocation (
  account_id TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
  status TEXT NOT NULL, reason_code TEXT NOT NULL, reason TEXT NOT NULL, evidence_id TEXT NOT NULL,
  PRIMARY KEY (account_id, name),
  FOREIGN KEY (account_id, name) REFERENCES domain(account_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX revocation_by_state ON revocation (state, at, status);
CREATE INDEX domain_grace ON domain (grace_expires_at) WHERE status = 'at_risk';

CREATE TABLE tally (
  kind TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
INSERT INTO tally SELECT 'domain', status, count(*) FROM domain GROUP BY status;
INSERT INTO tally SELECT 'message', state, count(*) FROM message GROUP BY state;
)" MANDATE_TALLY("domain", "status") MANDATE_TALLY("message", "state"),
    R"(
ALTER TABLE domain ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE domain ADD COLUMN changed_at INTEGER;
)",
    R"(
ALTER TABLE message ADD COLUMN mail_from TEXT NOT NULL DEFAULT '';
UPDATE message SET mail_from = sender;
)",
    R"(
ALTER TABLE domain ADD COLUMN leased_until INTEGER;
ALTER TABLE domain ADD COLUMN contested_until INTEGER;
ALTER TABLE domain ADD COLUMN due_at INTEGER;
UPDATE domain SET due_at = next_check_at;
DROP INDEX domain_due;
CREATE INDEX domain_due ON domain (due_at) WHERE due_at IS NOT NULL;
UPDATE domain SET reason_code = '', reason = '' WHERE status = 'disabled';
UPDATE domain SET contested_until = (
  SELECT min(claim.claim_matures_at) FROM domain AS claim
  WHERE claim.name = domain.name AND claim.account_id <> domain.account_id)
WHERE contested_at IS NOT NULL;
ALTER TABLE revocation ADD COLUMN of_claim INTEGER NOT NULL DEFAULT 0;
)",
};

#undef MANDATE_TALLY

Stored<std::int64_t> pragma(Connection& connection, const char* sql) {
  Statement statement = connection.prepare(sql);
  if (statement.step() != SQLITE_ROW) return std::unexpected(connection.error());
  return statement.number(0);
}

std::unexpected<StoreError> refusal(const Connection& connection, std::string_view why) {
  return std::unexpected(StoreError{StoreError::Kind::unavailable,
                                    fmt::format("the database {} {}", connection.path(), why)});
}

/// The version, 0 of an empty file; inside a transaction, so that all is of one moment.
Stored<std::int64_t> known_version(Connection& connection, std::span<const char* const> steps) {
  const auto application = pragma(connection, "PRAGMA application_id");
  const auto version = pragma(connection, "PRAGMA user_version");
  const auto objects = pragma(connection, "SELECT count(*) FROM sqlite_schema");
  for (const auto* value : {&application, &version, &objects}) {
    if (!*value) return std::unexpected(value->error());
  }
  const bool is_empty = *application == 0 && *version == 0 && *objects == 0;
  if (!is_empty && *application != kApplicationId) {
    return refusal(connection, "belongs to another program; name another file in [store] path");
  }
  if (*version < 0 || *version > std::ssize(steps)) {
    return refusal(connection,
                   fmt::format("has version {} and this program knows up to {}; run the newer "
                               "program, or restore a copy from before it",
                               *version, steps.size()));
  }
  return *version;
}

}  // namespace

std::span<const char* const> released_steps() {
  return kSteps;
}

Stored<void> check_identity(Connection& connection, std::span<const char* const> steps) {
  Transaction transaction(connection);
  if (!transaction.begun()) return transaction.begun();
  if (const auto version = known_version(connection, steps); !version) {
    return std::unexpected(version.error());
  }
  return transaction.commit();
}

Stored<void> migrate(Connection& connection, std::span<const char* const> steps) {
  for (;;) {
    Transaction transaction(connection);
    if (!transaction.begun()) return transaction.begun();
    const auto version = known_version(connection, steps);
    if (!version) return std::unexpected(version.error());
    if (*version == std::ssize(steps)) return transaction.commit();
    if (auto applied = connection.run(steps[static_cast<std::size_t>(*version)]); !applied) {
      return applied;
    }
    // A pragma takes no parameters; both values are numbers of our own.
    const std::string marks = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                          kApplicationId, *version + 1);
    if (auto marked = connection.run(marks.c_str()); !marked) return marked;
    if (auto committed = transaction.commit(); !committed) return committed;
  }
}

}  // namespace mandate::store
