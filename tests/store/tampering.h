// What others do to a database behind the store's back.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace mandate::store {

/// Runs statements on the database by a connection of their own. The error of SQLite, or nothing.
inline std::string try_sql(const std::string& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  const bool done = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  const std::string error = done ? "" : sqlite3_errmsg(handle);
  sqlite3_close(handle);
  return error;
}

inline void run_sql(const std::string& path, const std::string& sql) {
  ASSERT_EQ(try_sql(path, sql), "") << sql;
}

}  // namespace mandate::store
