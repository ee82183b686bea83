// Numbered steps, forwards only.
#include "store/sqlite_migrations.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "folder.h"
#include "followed_chain.h"
#include "registry/sha256.h"
#include "sample_rows.h"
#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

constexpr const char* kFirst = "CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (7)";
constexpr const char* kSecond = "ALTER TABLE t ADD COLUMN y INTEGER; UPDATE t SET y = x + 1";
constexpr const char* kWrong = "CREATE TABLE half (x); SELECT no_such_function()";

Connection connect(const std::string& path) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  return {std::unique_ptr<sqlite3, CloseConnection>(handle), path};
}

std::int64_t number(Connection& connection, const char* sql) {
  Statement statement = connection.prepare(sql);
  EXPECT_EQ(statement.step(), SQLITE_ROW) << sql << ": " << connection.error().message;
  return statement.number(0);
}

TEST(Migrations, AStepThatWasReleasedIsNeverAnother) {
  const char* const digests[] = {
      "4bf9b01c33057b1593acdad173d598648c7f32509e629a66db70be00f17893cf",
      "7dee908bcdcb87cce9ae7e3d1ee41b12f22bf8bfe8d802c9228b6e16abf6b757",
      "73b07425602f4b0ee32a53f7b4ef443fb45f0185f78481a49d9c62dbb4a2ba81",
      "f90056c341a5a18b716b0c2df43c2e3b4f7b083a221124b2ef0fd10c122c1632",
      "0be9580524075d020c37ba0463eb1b88ad6ab542ce3a9096911ab8efa65cbc50",
      "bcbe18fb55ac2d0773859f74ecd614bb5a6e1d15def9638142577e9479f06cd3",
      "760e0718e763a089d5f375e82ac22673cf5a64a75871124f69d6a8ccb4dd0179",
  };
  const auto steps = released_steps();
  ASSERT_GE(steps.size(), std::size(digests));
  for (std::size_t i = 0; i < std::size(digests); ++i) {
    EXPECT_EQ(registry::sha256(steps[i]), digests[i]) << "step " << i;
  }
}

TEST(Migrations, AnOlderDatabaseKeepsItsRowsAndGetsTheNewSteps) {
  const Folder folder;
  const std::array<const char*, 2> steps{kFirst, kSecond};
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, std::span(steps).first(1)).has_value());
    EXPECT_EQ(number(older, "PRAGMA user_version"), 1);
  }
  Connection newer = connect(folder.file("m.db"));
  ASSERT_TRUE(migrate(newer, steps).has_value());
  EXPECT_EQ(number(newer, "PRAGMA user_version"), 2);
  EXPECT_EQ(number(newer, "SELECT y FROM t"), 8);
  ASSERT_TRUE(migrate(newer, steps).has_value()) << "again: nothing is left to do";
  EXPECT_EQ(number(newer, "SELECT count(*) FROM t"), 1);
}

TEST(Migrations, AStepThatFailsLeavesTheVersionBeforeIt) {
  Connection connection = connect(":memory:");
  const std::array<const char*, 2> steps{kFirst, kWrong};
  const auto migrated = migrate(connection, steps);
  ASSERT_FALSE(migrated.has_value());
  EXPECT_NE(migrated.error().message.find("no_such_function"), std::string::npos);
  EXPECT_EQ(number(connection, "PRAGMA user_version"), 1);
  EXPECT_EQ(number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
  const std::array<const char*, 2> mended{kFirst, kSecond};
  EXPECT_TRUE(migrate(connection, mended).has_value());
}

TEST(Migrations, AnOlderProgramRefusesANewerDatabase) {
  Connection connection = connect(":memory:");
  const std::array<const char*, 2> steps{kFirst, kSecond};
  ASSERT_TRUE(migrate(connection, steps).has_value());
  for (const auto& refused : {migrate(connection, std::span(steps).first(1)),
                              check_identity(connection, std::span(steps).first(1))}) {
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("version 2"), std::string::npos);
  }
}

TEST(Migrations, ADatabaseFromBeforeTheAuditLogKeepsItsRowsAndBeginsAChain) {
  const Folder folder;
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, released_steps().first(1)).has_value());
    ASSERT_TRUE(older.run("INSERT INTO account VALUES ('4321', 'A customer', 5)").has_value());
  }
  const auto store = open_sqlite(folder.file("m.db"));
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ((*store)->account("4321").value()->name, "A customer");
  expect_intact(**store, 0);
  ASSERT_TRUE((*store)->add_domain(domain("customer.example"), cause()).has_value());
  expect_intact(**store, 1);
}

TEST(Migrations, ADatabaseFromBeforeTheScheduleChecksEveryDomainAnewAndGivesAccountsTheirTokens) {
  const Folder folder;
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, released_steps().first(2)).has_value());
    ASSERT_TRUE(older
                    .run("INSERT INTO account VALUES ('4321', '', 5), ('other', '', 5);"
                         "INSERT INTO domain VALUES ('4321', 'on.example', '', 'verified', '', '',"
                         " 1, 1, 1, 1, 1, NULL, ''), ('4321', 'off.example', '', 'disabled', '',"
                         " '', 1, 1, 1, 1, 1, NULL, '')")
                    .has_value());
  }
  const auto store = open_sqlite(folder.file("m.db"));
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const std::string token = (*store)->account("4321").value()->token;
  EXPECT_EQ(token.size(), 16U);
  EXPECT_NE((*store)->account("other").value()->token, token);
  const auto due = (*store)->lease_due_domains(at(0), at(60), 9).value();
  ASSERT_EQ(due.size(), 1U) << "one that is switched off is not checked";
  EXPECT_EQ(due[0].domain.text(), "on.example");
  EXPECT_EQ(due[0].ownership, registry::Ownership::unknown);
}

TEST(Migrations, ADatabaseFromBeforeTheBreakerHasItsRowsCountedAndTheBreakerClosed) {
  const Folder folder;
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, released_steps().first(3)).has_value());
    const auto filled = older.run(
        "INSERT INTO account (id, name, created_at, token) VALUES ('4321', '', 5, 't');"
        "INSERT INTO domain (account_id, name, senders, status, reason_code, reason, created_at,"
        " status_since, evidence_id) VALUES ('4321', 'a.example', '', 'verified', '', '', 1, 1, "
        "''),"
        " ('4321', 'b.example', '', 'verified', '', '', 1, 1, ''),"
        " ('4321', 'c.example', '', 'disabled', '', '', 1, 1, '');"
        "INSERT INTO message VALUES ('m1', '4321', 'a', 'b', '', '', '', 'bounced', 1, 1, 1, 1, "
        "550,"
        " 'No')");
    ASSERT_TRUE(filled.has_value()) << filled.error().message;
  }
  const auto store = open_sqlite(folder.file("m.db"));
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const auto figures = (*store)->figures(at(9)).value();
  EXPECT_EQ(figures.domains,
            (std::map<std::string, std::int64_t>{{"disabled", 1}, {"verified", 2}}));
  EXPECT_EQ(figures.messages, (std::map<std::string, std::int64_t>{{"bounced", 1}}));
  EXPECT_FALSE((*store)->breaker().value().holding);
}

TEST(Migrations, AMessageFromBeforeReturnPathsHasItsSenderAsTheEnvelope) {
  const Folder folder;
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, released_steps().first(3)).has_value());
    ASSERT_TRUE(older
                    .run("INSERT INTO account VALUES ('4321', '', 5, 'token');"
                         "INSERT INTO message VALUES ('m1', '4321', 'news@customer.example', 'to',"
                         " '', '<m1>', 'body', 'queued', 0, 1, 1, NULL, 0, '')")
                    .has_value());
  }
  const auto store = open_sqlite(folder.file("m.db"));
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ((*store)->message("4321", "m1").value()->mail_from, "news@customer.example");
}

TEST(Migrations, ADatabaseFromBeforeLeasesKeepsItsQueueAndDisabledDomainsLoseTheirOldReason) {
  const Folder folder;
  {
    Connection older = connect(folder.file("m.db"));
    ASSERT_TRUE(migrate(older, released_steps().first(7)).has_value());
    const auto filled = older.run(
        "INSERT INTO account (id, name, created_at) VALUES ('4321', '', 5), ('other', '', 5);"
        "INSERT INTO domain (account_id, name, senders, status, reason_code, reason, created_at,"
        " status_since, evidence_id, next_check_at, claim_matures_at, contested_at) VALUES"
        " ('4321', 'a.example', '', 'verified', '', '', 1, 1, '', 60, NULL, 7),"
        " ('other', 'a.example', '', 'pending', 'claimed', 'So.', 1, 1, '', 70, 90, NULL),"
        " ('4321', 'b.example', '', 'disabled', 'include_missing', 'Old.', 1, 1, '', NULL,"
        " NULL, NULL)");
    ASSERT_TRUE(filled.has_value()) << filled.error().message;
  }
  const auto store = open_sqlite(folder.file("m.db"));
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ((*store)->next_domain_due().value(), at(60));
  const auto due = (*store)->lease_due_domains(at(80), at(99), 9).value();
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].contested_until, at(90));
  EXPECT_EQ(due[1].contested_until, std::nullopt);
  const auto disabled = (*store)->domain("4321", domain("b.example").domain).value();
  EXPECT_EQ(disabled->reason_code, "");
  EXPECT_EQ(disabled->reason, "");
}

TEST(Migrations, TheDueDomainsAndThoseOfANameAreFoundByTheirIndex) {
  Connection connection = connect(":memory:");
  ASSERT_TRUE(migrate(connection).has_value());
  const std::pair<const char*, const char*> table[] = {
      {"EXPLAIN QUERY PLAN SELECT name FROM domain WHERE due_at <= 9"
       " ORDER BY due_at, account_id, name LIMIT 5",
       "domain_due"},
      {"EXPLAIN QUERY PLAN SELECT due_at FROM domain WHERE due_at IS NOT NULL"
       " ORDER BY due_at LIMIT 1",
       "domain_due"},
      {"EXPLAIN QUERY PLAN SELECT count(*), min(due_at) FROM domain WHERE due_at <= 9",
       "COVERING INDEX domain_due"},
      {"EXPLAIN QUERY PLAN SELECT * FROM domain WHERE name = 'x' ORDER BY account_id",
       "domain_by_name"},
      {"EXPLAIN QUERY PLAN UPDATE domain SET grace_expires_at = 9"
       " WHERE status = 'at_risk' AND grace_expires_at > 1 AND grace_expires_at < 9",
       "domain_grace"},
      {"EXPLAIN QUERY PLAN SELECT count(*), count(*) FILTER (WHERE status = 'suspended')"
       " FROM revocation WHERE state = 'made' AND at > 9",
       "COVERING INDEX revocation_by_state"}};
  for (const auto& [query, expected] : table) {
    Statement plan = connection.prepare(query);
    ASSERT_EQ(plan.step(), SQLITE_ROW) << query;
    EXPECT_NE(plan.text(3).find(expected), std::string::npos) << query << ": " << plan.text(3);
    EXPECT_EQ(plan.step(), SQLITE_DONE) << query << " needs a second step: " << plan.text(3);
  }
}

TEST(Migrations, WhetherAnAuditEntryRestsOnEvidenceIsKnownWithoutReadingTheLog) {
  Connection connection = connect(":memory:");
  ASSERT_TRUE(migrate(connection).has_value());
  Statement plan = connection.prepare(
      "EXPLAIN QUERY PLAN SELECT 1 FROM audit_log WHERE evidence_id = ?1 AND evidence_id <> ''");
  ASSERT_EQ(plan.step(), SQLITE_ROW);
  EXPECT_NE(plan.text(3).find("audit_log_by_evidence (evidence_id=?)"), std::string::npos)
      << plan.text(3);
}

TEST(Migrations, TheEndOfTheAuditLogIsFoundWithoutReadingIt) {
  Connection connection = connect(":memory:");
  ASSERT_TRUE(migrate(connection).has_value());
  const std::pair<const char*, const char*> table[] = {
      {"EXPLAIN QUERY PLAN SELECT coalesce(max(sequence), 0) + 1 FROM audit_log",
       "SEARCH audit_log"},
      {"EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE subject = 'x' AND sequence > 9 ORDER BY "
       "sequence LIMIT 5",
       "audit_log_by_subject (subject=? AND rowid>?)"},
      {"EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE account_id = 'x' AND sequence > 9 ORDER "
       "BY sequence LIMIT 5",
       "audit_log_by_account (account_id=? AND rowid>?)"},
      {"EXPLAIN QUERY PLAN SELECT * FROM event WHERE account_id = 'x' AND sequence > 9 ORDER BY "
       "sequence LIMIT 5",
       "event_by_account (account_id=? AND rowid>?)"}};
  for (const auto& [query, expected] : table) {
    Statement plan = connection.prepare(query);
    ASSERT_EQ(plan.step(), SQLITE_ROW) << query;
    EXPECT_NE(plan.text(3).find(expected), std::string::npos) << query << ": " << plan.text(3);
    EXPECT_EQ(plan.step(), SQLITE_DONE) << query << " needs a second step: " << plan.text(3);
  }
}

TEST(Migrations, TheDueMessagesAreFoundByTheirPartialIndex) {
  Connection connection = connect(":memory:");
  ASSERT_TRUE(migrate(connection).has_value());
  Statement plan = connection.prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM message WHERE state = 'queued' AND next_attempt_at <= 9"
      " ORDER BY next_attempt_at, id LIMIT 5");
  ASSERT_EQ(plan.step(), SQLITE_ROW);
  EXPECT_NE(plan.text(3).find("message_due"), std::string::npos) << plan.text(3);
}

}  // namespace
}  // namespace mandate::store
