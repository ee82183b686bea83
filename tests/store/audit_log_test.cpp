// Every change leaves its audit entry and its event, with it or not at all, and the chain shows
// what is done to it behind the store's back.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "followed_chain.h"
#include "store/sqlite_statement.h"
#include "store_contract.h"
#include "tampering.h"

namespace mandate::store {
namespace {

using registry::AuditEntry;
using registry::SendingDomain;
using registry::Status;

std::vector<AuditEntry> entries(Store& store, const AuditFilter& filter = {}) {
  return store.audit_entries(filter, {.after = 0, .limit = 1000}).value();
}

SendingDomain with_status(SendingDomain domain, Status status, const std::string& evidence) {
  domain.status = status;
  domain.evidence_id = evidence;
  return domain;
}

TEST_P(StoreContract, EveryChangeLeavesItsEntryWithWhoWhenAndWhy) {
  const SendingDomain pending = domain("customer.example");
  const SendingDomain verified = with_status(pending, Status::verified, "e1");
  ASSERT_TRUE(store_->add_domain(pending, {"key:k1", at(10)}).has_value());
  ASSERT_TRUE(
      store_->update_domain(pending, verified, "{}", {"system:schedule", at(11)}).has_value());
  SendingDomain elsewhere = verified;
  elsewhere.mode = registry::Mode::return_path;
  elsewhere.return_path = dns::Name::parse("bounce.customer.example").value();
  elsewhere.evidence_id = "e2";
  ASSERT_TRUE(store_->update_domain(verified, elsewhere, "{}", {"key:k1", at(11)}).has_value());
  ASSERT_TRUE(store_->remove_domain("4321", pending.domain, {"key:k2", at(12)}).has_value());
  const registry::ApiKey key{"k1", "4321", "aa", "label", at(1), std::nullopt};
  ASSERT_TRUE(store_->add_key(key, {"person:root", at(13)}).has_value());
  ASSERT_TRUE(store_->revoke_key("k1", {"person:root", at(14)}).has_value());

  const struct {
    const char* actor;
    int at;
    const char* action;
    const char* subject;
    const char* evidence;
  } expected[] = {{"key:test", 7, "account.added", "account:4321", ""},
                  {"key:k1", 10, "domain.added", "domain:customer.example", ""},
                  {"system:schedule", 11, "domain.verified", "domain:customer.example", "e1"},
                  {"key:k1", 11, "domain.mode_changed", "domain:customer.example", "e2"},
                  {"key:k2", 12, "domain.removed", "domain:customer.example", ""},
                  {"person:root", 13, "key.created", "key:k1", ""},
                  {"person:root", 14, "key.revoked", "key:k1", ""}};
  const auto log = entries(*store_);
  ASSERT_EQ(log.size(), std::size(expected));
  for (std::size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].actor, expected[i].actor);
    EXPECT_EQ(log[i].at, at(expected[i].at));
    EXPECT_EQ(log[i].action, expected[i].action);
    EXPECT_EQ(log[i].subject, expected[i].subject);
    EXPECT_EQ(log[i].evidence_id, expected[i].evidence);
    EXPECT_EQ(log[i].account_id, "4321");
  }
  expect_intact(*store_, 7);
}

TEST_P(StoreContract, AChangeThatIsRefusedOrChangesNothingLeavesNoEntry) {
  const SendingDomain row = domain("customer.example");
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  ASSERT_TRUE(store_->add_key({"k1", "4321", "aa", "", at(1), {}}, cause()).has_value());
  ASSERT_TRUE(store_->revoke_key("k1", cause()).has_value());
  const auto before = entries(*store_);

  EXPECT_FALSE(store_->add_account({"4321", "", at(6)}, cause()).has_value());
  EXPECT_FALSE(store_->add_domain(row, cause()).has_value());
  EXPECT_FALSE(store_->remove_domain("other", row.domain, cause()).has_value());
  EXPECT_FALSE(store_->add_key({"k1", "4321", "bb", "", at(1), {}}, cause()).has_value());
  EXPECT_FALSE(store_->revoke_key("k2", cause()).has_value());
  SendingDomain stale = row;
  stale.reason = "another";
  const SendingDomain verified = with_status(row, Status::verified, "e1");
  EXPECT_FALSE(store_->update_domain(stale, verified, "{}", cause()).has_value());

  EXPECT_TRUE(store_->revoke_key("k1", cause()).has_value()) << "revoked already";
  SendingDomain checked = row;
  checked.last_attempt_at = checked.last_checked_at = at(300);
  checked.reason_code = "include_missing";
  checked.evidence_id = "e1";
  EXPECT_TRUE(store_->update_domain(row, checked, "{}", cause()).has_value());

  EXPECT_EQ(entries(*store_), before);
  EXPECT_TRUE(store_->events(std::nullopt, {}).value().empty());
}

TEST_P(StoreContract, AnEvidenceThatCannotBeKeptTakesEntryAndEventWithIt) {
  const SendingDomain row = domain("customer.example");
  const SendingDomain verified = with_status(row, Status::verified, "e1");
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  ASSERT_TRUE(store_->update_domain(row, verified, "{}", cause()).has_value());
  const auto before = entries(*store_);
  const SendingDomain again = with_status(verified, Status::at_risk, "e1");
  EXPECT_EQ(store_->update_domain(verified, again, "{}", cause()).error().kind,
            StoreError::Kind::conflict);
  EXPECT_EQ(entries(*store_), before);
  EXPECT_EQ(store_->events(std::nullopt, {}).value().size(), 1U);
}

TEST_P(StoreContract, EventsHaveTheSequenceOfTheirEntryAndArePagedByIt) {
  ASSERT_TRUE(store_->add_account({"other", "", at(1)}, cause()).has_value());
  std::vector<std::int64_t> own;
  std::vector<std::int64_t> all;
  for (int i = 0; i < 7; ++i) {
    SendingDomain row = domain("d" + std::to_string(i) + ".example");
    if (i % 3 == 1) row.account_id = "other";
    ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
    ASSERT_TRUE(store_->update_domain(row, with_status(row, Status::verified, ""), "", cause())
                    .has_value());
    all.push_back(store_->audit_head().value().sequence);
    if (i % 3 != 1) own.push_back(all.back());
  }
  const auto read = [&](const std::optional<std::string>& account) {
    std::vector<std::int64_t> seen;
    for (SequencePage page{.after = 0, .limit = 2};;) {
      const auto events = store_->events(account, page).value();
      for (const auto& event : events) {
        seen.push_back(event.sequence);
        EXPECT_EQ(event.account_id, account.value_or(event.account_id));
      }
      if (events.empty()) return seen;
      page.after = seen.back();
    }
  };
  EXPECT_EQ(read(std::nullopt), all);
  EXPECT_EQ(read("4321"), own);
  EXPECT_TRUE(read("nobody").empty());
  EXPECT_TRUE(store_->events(std::nullopt, {.after = 0, .limit = -1}).value().empty());
}

TEST_P(StoreContract, EntriesAreFoundByAccountAndSubject) {
  ASSERT_TRUE(store_->add_account({"other", "", at(1)}, cause()).has_value());
  for (const char* account : {"4321", "other"}) {
    for (const char* name : {"a.example", "b.example"}) {
      SendingDomain row = domain(name);
      row.account_id = account;
      ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
    }
  }
  const auto sequences = [&](const AuditFilter& filter, const SequencePage& page = {}) {
    std::vector<std::int64_t> found;
    const auto rows = store_->audit_entries(filter, page).value();
    found.reserve(rows.size());
    for (const AuditEntry& entry : rows) {
      found.push_back(entry.sequence);
    }
    return found;
  };
  using Sequences = std::vector<std::int64_t>;
  EXPECT_EQ(sequences({}), (Sequences{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(sequences({}, {.after = 2, .limit = 3}), (Sequences{3, 4, 5}));
  EXPECT_EQ(sequences({"other", ""}), (Sequences{2, 5, 6}));
  EXPECT_EQ(sequences({"other", ""}, {.after = 2, .limit = 1}), (Sequences{5}));
  EXPECT_EQ(sequences({"", "domain:a.example"}), (Sequences{3, 5}));
  EXPECT_EQ(sequences({"other", "domain:a.example"}), (Sequences{5}));
  EXPECT_EQ(sequences({"", "domain:a.example"}, {.after = 3, .limit = 9}), (Sequences{5}));
  EXPECT_EQ(sequences({"4321' OR 1=1 --", ""}), Sequences{});
  const auto third = store_->audit_entries({}, {.after = 2, .limit = 1}).value().at(0);
  EXPECT_EQ(store_->audit_sequence(third.hash).value(), 3);
  EXPECT_EQ(store_->audit_sequence("").value(), std::nullopt);
}

/// A database file with five entries, of which two have events.
class TamperedLog : public testing::Test {
 protected:
  void SetUp() override {
    const auto store = open_sqlite(path_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    ASSERT_TRUE((*store)->add_account({"4321", "A customer", at(5)}, cause()).has_value());
    for (const char* name : {"a.example", "b.example"}) {
      const SendingDomain row = domain(name);
      const auto verified = with_status(row, Status::verified, std::string("e-") + name);
      ASSERT_TRUE((*store)->add_domain(row, {"key:k1", at(6)}).has_value());
      ASSERT_TRUE((*store)->update_domain(row, verified, "{}", {"key:k1", at(7)}).has_value());
    }
  }

  static constexpr const char* kWithoutGuard =
      "DROP TRIGGER audit_log_is_not_changed; DROP TRIGGER audit_log_is_not_shortened;"
      "DROP TRIGGER audit_log_is_one_chain;";

  std::optional<registry::ChainFault> fault() {
    const auto store = open_sqlite(path_);
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return follow(**store).fault;
  }

  Folder folder_;
  const std::string path_ = folder_.file("m.db");
};

TEST_F(TamperedLog, IsRefusedByTheDatabaseWhileItsTriggersStand) {
  const std::string copy =
      "audit_log SELECT sequence + %, at, actor, account_id, subject, action, evidence_id, details,"
      " previous_hash, hash FROM audit_log WHERE sequence = 3";
  const auto with = [&](const std::string& number) {
    std::string sql = copy;
    return sql.replace(sql.find('%'), 1, number);
  };
  const std::pair<std::string, std::string> table[] = {
      {"UPDATE audit_log SET actor = 'x' WHERE sequence = 3", "append-only"},
      {"UPDATE audit_log SET actor = actor", "append-only"},
      {"DELETE FROM audit_log WHERE sequence = 5", "append-only"},
      {"DELETE FROM audit_log", "append-only"},
      {"INSERT OR REPLACE INTO " + with("0"), "does not follow"},
      {"INSERT INTO " + with("3"), "does not follow"},
      {"INSERT INTO " + with("97"), "does not follow"},
      {"UPDATE event SET body = '{}'", "append-only"},
      {"DELETE FROM event", "append-only"},
      {"INSERT OR REPLACE INTO event SELECT sequence, account_id, '{}' FROM event", "append-only"}};
  for (const auto& [sql, expected] : table) {
    EXPECT_NE(try_sql(path_, sql).find(expected), std::string::npos) << sql;
  }
  const auto store = open_sqlite(path_).value();
  expect_intact(*store, 5);
}

TEST_F(TamperedLog, ShowsEveryOctetOfEveryColumnThatIsAltered) {
  run_sql(path_, kWithoutGuard);
  const auto whole = entries(*open_sqlite(path_).value());
  const auto store = open_sqlite(path_).value();
  const std::pair<const char*, std::string AuditEntry::*> columns[] = {
      {"UPDATE audit_log SET actor = ? WHERE sequence = ?", &AuditEntry::actor},
      {"UPDATE audit_log SET account_id = ? WHERE sequence = ?", &AuditEntry::account_id},
      {"UPDATE audit_log SET subject = ? WHERE sequence = ?", &AuditEntry::subject},
      {"UPDATE audit_log SET action = ? WHERE sequence = ?", &AuditEntry::action},
      {"UPDATE audit_log SET evidence_id = ? WHERE sequence = ?", &AuditEntry::evidence_id},
      {"UPDATE audit_log SET details = ? WHERE sequence = ?", &AuditEntry::details},
      {"UPDATE audit_log SET previous_hash = ? WHERE sequence = ?", &AuditEntry::previous_hash},
      {"UPDATE audit_log SET hash = ? WHERE sequence = ?", &AuditEntry::hash}};
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
  Connection tamper(std::unique_ptr<sqlite3, CloseConnection>(handle), path_);
  ASSERT_TRUE(tamper.run("PRAGMA synchronous = OFF").has_value());
  for (const auto& [sql, field] : columns) {
    const auto set = [&, sql = sql](const std::string& text, std::int64_t sequence) {
      Statement update = tamper.prepare(sql);
      update.bind(text).bind(sequence);
      ASSERT_TRUE(tamper.run(update).has_value());
    };
    for (const AuditEntry& entry : whole) {
      for (std::size_t i = 0; i < (entry.*field).size(); ++i) {
        std::string altered = entry.*field;
        altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
        set(altered, entry.sequence);
        const auto found = follow(*store).fault;
        ASSERT_TRUE(found) << sql << " " << i;
        EXPECT_EQ(found->sequence, entry.sequence) << sql << " " << i;
      }
      set(entry.*field, entry.sequence);
    }
  }
  expect_intact(*store, 5);
}

TEST_F(TamperedLog, ShowsEveryOctetOfItsEntriesThatIsAlteredInTheFile) {
  const auto whole = entries(*open_sqlite(path_).value());
  run_sql(path_, "PRAGMA wal_checkpoint(TRUNCATE)");
  std::ifstream in(path_, std::ios::binary);
  const std::string original(std::istreambuf_iterator<char>(in), {});
  // The columns lie one behind the other in the file; the integers stand in front of them.
  for (const AuditEntry& entry : whole) {
    const std::string row = entry.actor + entry.account_id + entry.subject + entry.action +
                            entry.evidence_id + entry.details + entry.previous_hash + entry.hash;
    const std::size_t begin = original.find(row);
    ASSERT_NE(begin, std::string::npos) << entry.action;
    ASSERT_EQ(original.find(row, begin + 1), std::string::npos);
    for (std::size_t i = begin - 1; i < begin + row.size(); i += 3) {
      std::string altered = original;
      altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
      std::ofstream(path_, std::ios::binary) << altered;
      const auto found = fault();
      ASSERT_TRUE(found) << entry.sequence << " " << i - begin;
      EXPECT_EQ(found->sequence, entry.sequence) << i - begin;
    }
  }
}

TEST_F(TamperedLog, GoesOnBehindWhatItFinds) {
  run_sql(path_, kWithoutGuard);
  run_sql(path_, "UPDATE audit_log SET details = '{}' WHERE sequence = 2");
  const auto store = open_sqlite(path_).value();
  ASSERT_TRUE(store->add_domain(domain("c.example"), cause()).has_value());
  EXPECT_EQ(follow(*store).fault->sequence, 2);
  run_sql(path_, "UPDATE audit_log SET sequence = 9223372036854775807 WHERE sequence = 6");
  EXPECT_NE(store->add_domain(domain("d.example"), cause()).error().message.find("no number left"),
            std::string::npos);
}

}  // namespace
}  // namespace mandate::store
