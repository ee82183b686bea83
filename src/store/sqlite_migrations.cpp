#include "store/sqlite_migrations.h"

#include <fmt/format.h>

#include <array>

namespace mandate::store {
namespace {

constexpr std::int64_t kApplicationId = 0x4d616e64;  // "Mand"

/// Step n brings version n to n + 1. A step that was released is never edited.
constexpr std::array kSteps{
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
};

Stored<std::int64_t> pragma(Connection& connection, const char* sql) {
  Statement statement = connection.prepare(sql);
  if (statement.step() != SQLITE_ROW) return std::unexpected(connection.error());
  return statement.number(0);
}

StoreError refusal(const Connection& connection, std::string why) {
  return {StoreError::Kind::unavailable, fmt::format("the database {} {}", connection.path(), why)};
}

}  // namespace

Stored<void> migrate(Connection& connection) {
  Transaction transaction(connection);
  if (!transaction.begun()) return transaction.begun();
  const auto application = pragma(connection, "PRAGMA application_id");
  const auto version = pragma(connection, "PRAGMA user_version");
  const auto tables = pragma(connection, "SELECT count(*) FROM sqlite_schema");
  for (const auto* value : {&application, &version, &tables}) {
    if (!*value) return std::unexpected(value->error());
  }
  if (*tables != 0 && *application != kApplicationId) {
    return std::unexpected(
        refusal(connection, "belongs to another program; name another file in [store] path"));
  }
  if (*version < 0 || *version > std::ssize(kSteps)) {
    return std::unexpected(refusal(
        connection, fmt::format("has version {} and this program knows up to {}; run the newer "
                                "program, or restore a copy from before it",
                                *version, kSteps.size())));
  }
  for (auto step = static_cast<std::size_t>(*version); step < kSteps.size(); ++step) {
    if (auto applied = connection.run(kSteps[step]); !applied) return applied;
  }
  // A pragma takes no parameters; both values are numbers of our own.
  const std::string marks = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        kApplicationId, kSteps.size());
  if (auto marked = connection.run(marks.c_str()); !marked) return marked;
  return transaction.commit();
}

}  // namespace mandate::store
