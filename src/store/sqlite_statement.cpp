#include "store/sqlite_statement.h"

#include <fmt/format.h>

#include <utility>

namespace mandate::store {
namespace {

StoreError::Kind kind_of(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
      return StoreError::Kind::conflict;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return StoreError::Kind::not_found;
    case SQLITE_FULL:
      return StoreError::Kind::full;
    default:
      return StoreError::Kind::unavailable;
  }
}

std::string_view mend_for(int primary) {
  switch (primary) {
    case SQLITE_FULL:
      return "make room on its device";
    case SQLITE_BUSY:
      return "another process holds it; try again";
    case SQLITE_READONLY:
      return "give this process the right to write it and its folder";
    case SQLITE_CANTOPEN:
      return "make sure that its folder exists and is writable";
    case SQLITE_NOTADB:
      return "it is no database; name another file or move this one away";
    case SQLITE_CORRUPT:
      return "it is damaged; restore a copy";
    case SQLITE_IOERR:
      return "look at the device's health and permissions";
    default:
      return "";
  }
}

}  // namespace

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::noted(int code) {
  if (failure_ == SQLITE_OK) failure_ = code;
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  return noted(sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8));
}

Statement& Statement::bind(std::int64_t number) {
  return noted(sqlite3_bind_int64(statement_, ++parameter_, number));
}

Statement& Statement::bind_null() {
  return noted(sqlite3_bind_null(statement_, ++parameter_));
}

std::string Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::chrono::sys_seconds Statement::time(int column) const {
  return std::chrono::sys_seconds(std::chrono::seconds(number(column)));
}

std::optional<std::chrono::sys_seconds> Statement::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Statement Connection::prepare(const char* sql) {
  auto& cached = statements_[sql];
  if (!cached) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    cached.reset(statement);  // null on an error, which stepping then reports
  }
  return Statement(cached.get());
}

Stored<void> Connection::run(Statement& statement) {
  const int code = statement.step();
  if (code == SQLITE_DONE || code == SQLITE_ROW) return {};
  return std::unexpected(error());
}

Stored<void> Connection::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error());
}

StoreError Connection::error() const {
  const int extended = sqlite3_extended_errcode(handle_.get());
  const std::string_view mend = mend_for(extended & 0xff);
  return {kind_of(extended),
          fmt::format("the database {}: {}{}{}", path_, sqlite3_errmsg(handle_.get()),
                      mend.empty() ? "" : "; ", mend)};
}

Transaction::Transaction(Connection& connection)
    : connection_(connection), begun_(connection.run("BEGIN IMMEDIATE")), open_(begun_) {}

Transaction::~Transaction() {
  // A rollback fails only when SQLite has rolled back by itself.
  if (open_) (void)connection_.run("ROLLBACK");
}

Stored<void> Transaction::commit() {
  auto committed = connection_.run("COMMIT");
  if (committed) open_ = false;
  return committed;
}

}  // namespace mandate::store
