// A connection and its prepared statements, owned: bind by position, read by position.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/store.h"

namespace mandate::store {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

/// One prepared statement in use; reset and unbound when it leaves scope. Parameters are bound in
/// the order given, columns are read by their number from 0.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind(int number) { return bind(std::int64_t{number}); }
  Statement& bind(std::chrono::sys_seconds time) { return bind(time.time_since_epoch().count()); }
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return failure_ == SQLITE_OK ? sqlite3_step(statement_) : failure_; }

  std::string text(int column) const;
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::chrono::sys_seconds time(int column) const;
  std::optional<std::chrono::sys_seconds> optional_time(int column) const;
  bool is_null(int column) const;

 private:
  Statement& bind_null();

  sqlite3_stmt* statement_;  ///< null when it could not be prepared
  int parameter_ = 0;
  int failure_ = SQLITE_OK;  ///< of the first bind that failed
};

/// A connection with its cache of prepared statements. Not thread-safe: the store's mutex guards
/// it.
class Connection {
 public:
  Connection(std::unique_ptr<sqlite3, CloseConnection> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  /// The statement for a text that lives as long as the program.
  Statement prepare(const char* sql);
  /// Runs a statement that gives no rows.
  Stored<void> run(Statement& statement);
  Stored<void> run(const char* sql);
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }

  /// The error of the last call, with the path and what to do.
  StoreError error() const;
  /// The last call failed because another connection holds the lock.
  bool is_busy() const { return (sqlite3_extended_errcode(handle_.get()) & 0xff) == SQLITE_BUSY; }
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<sqlite3, CloseConnection> handle_;
  std::string path_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements_;
};

/// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  const Stored<void>& begun() const { return begun_; }
  Stored<void> commit();

 private:
  Connection& connection_;
  Stored<void> begun_;
  bool open_ = false;
};

}  // namespace mandate::store
