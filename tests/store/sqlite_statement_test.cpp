// How errors of SQLite come out.
#include "store/sqlite_statement.h"

#include <gtest/gtest.h>

#include <string>

#include "folder.h"
#include "sample_rows.h"
#include "store/sqlite_migrations.h"
#include "store/sqlite_store.h"
#include "tampering.h"

namespace mandate::store {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(sqlite3_open(":memory:", &handle_), SQLITE_OK); }
  Connection connect() { return {std::unique_ptr<sqlite3, CloseConnection>(handle_), "the.db"}; }
  sqlite3* handle_ = nullptr;
};

TEST_F(ConnectionTest, AFullDeviceIsFullAndIsLeftAtTheLastCommit) {
  Connection connection = connect();
  ASSERT_TRUE(connection.run("CREATE TABLE t (x TEXT)").has_value());
  ASSERT_TRUE(connection.run("PRAGMA max_page_count = 4").has_value());
  Statement insert = connection.prepare("INSERT INTO t VALUES (?)");
  insert.bind(std::string(1 << 16, 'x'));
  const auto inserted = connection.run(insert);
  ASSERT_FALSE(inserted.has_value());
  EXPECT_EQ(inserted.error().kind, StoreError::Kind::full);
  EXPECT_NE(inserted.error().message.find("the.db"), std::string::npos);
  EXPECT_NE(inserted.error().message.find("make room"), std::string::npos);
  EXPECT_TRUE(connection.run("INSERT INTO t VALUES ('small')").has_value());
}

TEST_F(ConnectionTest, ABindThatFailsIsToldWhateverIsBoundBehindIt) {
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, 1000);
  Connection connection = connect();
  ASSERT_TRUE(connection.run("CREATE TABLE t (x TEXT, y INTEGER)").has_value());
  Statement insert = connection.prepare("INSERT INTO t VALUES (?, ?)");
  insert.bind(std::string(2000, 'x')).bind(1);
  const auto inserted = connection.run(insert);
  ASSERT_FALSE(inserted.has_value());
  EXPECT_NE(inserted.error().message.find("too big"), std::string::npos)
      << inserted.error().message;
}

TEST_F(ConnectionTest, AStatementThatCannotBePreparedIsAnError) {
  Connection connection = connect();
  Statement select = connection.prepare("SELECT x FROM none WHERE y = ?");
  select.bind(1);
  const auto ran = connection.run(select);
  ASSERT_FALSE(ran.has_value());
  EXPECT_NE(ran.error().message.find("no such table: none"), std::string::npos)
      << ran.error().message;
}

TEST_F(ConnectionTest, ATransactionThatIsNotCommittedIsUndone) {
  Connection connection = connect();
  ASSERT_TRUE(connection.run("CREATE TABLE t (x)").has_value());
  {
    const Transaction transaction(connection);
    ASSERT_TRUE(transaction.begun().has_value());
    ASSERT_TRUE(connection.run("INSERT INTO t VALUES (1)").has_value());
  }
  Statement count = connection.prepare("SELECT count(*) FROM t");
  ASSERT_EQ(count.step(), SQLITE_ROW);
  EXPECT_EQ(count.number(0), 0);
}

TEST(Tampering, ADatabaseThatBearsOurMarkWithoutOurTablesAnswersWithAnError) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  run_sql(path, "PRAGMA application_id = 0x4d616e64; PRAGMA user_version = " +
                    std::to_string(released_steps().size()));
  const auto store = open_sqlite(path);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const auto account = (*store)->account("4321");
  ASSERT_FALSE(account.has_value());
  EXPECT_EQ(account.error().kind, StoreError::Kind::unavailable);
  EXPECT_NE(account.error().message.find("no such table"), std::string::npos);
  EXPECT_NE(account.error().message.find("restore a copy"), std::string::npos);
}

TEST(Tampering, AStateThatIsNoneMaySendNothing) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  const auto store = open_sqlite(path);
  ASSERT_TRUE(store.has_value());
  ASSERT_TRUE((*store)->add_account({"4321", "", at(1)}, cause()).has_value());
  ASSERT_TRUE((*store)->add_domain(domain("customer.example"), cause()).has_value());
  ASSERT_TRUE((*store)->add_message(message("m1", 10)).has_value());
  run_sql(path, "UPDATE domain SET status = 'Verified'; UPDATE message SET state = 'Queued'");
  const auto row = (*store)->domain("4321", domain("customer.example").domain).value();
  EXPECT_EQ(row->status, registry::Status::disabled);
  EXPECT_FALSE(row->may_send(at(20)));
  EXPECT_EQ((*store)->message("4321", "m1").value()->state, registry::MessageState::held);
  EXPECT_TRUE((*store)->lease_due_messages(at(50), at(60), 9).value().empty());
}

}  // namespace
}  // namespace mandate::store
