// What open_sqlite refuses, and what it says.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

class Refusal : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "mandate.XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_with_sql(const std::string& path, const char* sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
  }

  void expect_refused(const std::string& path, std::string_view says) {
    const auto store = open_sqlite(path);
    ASSERT_FALSE(store.has_value()) << path;
    EXPECT_NE(store.error().message.find(path), std::string::npos) << store.error().message;
    EXPECT_NE(store.error().message.find(says), std::string::npos) << store.error().message;
  }

  std::filesystem::path folder_;
};

TEST_F(Refusal, OfAFolder) {
  expect_refused(folder_.string(), "folder exists");
}

TEST_F(Refusal, OfAMissingFolder) {
  expect_refused((folder_ / "none" / "m.db").string(), "folder exists");
}

TEST_F(Refusal, OfAFileThatIsNoDatabase) {
  const std::string path = (folder_ / "text").string();
  std::ofstream(path) << std::string(5000, 'x');
  expect_refused(path, "no database");
}

TEST_F(Refusal, OfAnotherProgramsDatabase) {
  const std::string path = (folder_ / "other.db").string();
  write_with_sql(path, "CREATE TABLE t (x)");
  expect_refused(path, "another program");
}

TEST_F(Refusal, OfANewerVersion) {
  const std::string path = (folder_ / "newer.db").string();
  ASSERT_TRUE(open_sqlite(path).has_value());
  write_with_sql(path, "PRAGMA user_version = 999");
  expect_refused(path, "999");
}

TEST_F(Refusal, DoesNotMeetADatabaseOfItsOwnOpenedAgain) {
  const std::string path = (folder_ / "own.db").string();
  ASSERT_TRUE(open_sqlite(path).has_value());
  EXPECT_TRUE(open_sqlite(path).has_value());
}

}  // namespace
}  // namespace mandate::store
