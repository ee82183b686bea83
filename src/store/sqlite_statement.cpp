#include "store/sqlite_statement.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
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

// By what lies at the path: SQLite tries once more to open a file for reading alone, and the
// system's error is then that of the second try.
std::string_view mend_for_opening(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::is_directory(path, error)) return "it is a folder; name a file in it";
  const fs::path folder = fs::absolute(path, error).parent_path();
  const fs::file_type type = fs::status(folder, error).type();
  if (type != fs::file_type::directory && type != fs::file_type::none) {
    return "its folder does not exist; make it, or name a file in one that exists";
  }
  return "give this process the right to write it and its folder";
}

std::string_view mend_for(int primary, const std::string& path) {
  switch (primary) {
    case SQLITE_FULL:
      return "make room on its device";
    case SQLITE_BUSY:
      return "another process holds it; try again";
    case SQLITE_READONLY:
      return "give this process the right to write it and its folder";
    case SQLITE_CANTOPEN:
      return mend_for_opening(path);
    case SQLITE_NOTADB:
      return "it is no database; name another file or move this one away";
    case SQLITE_CORRUPT:
      return "it is damaged; restore a copy";
    case SQLITE_IOERR:
      return "look at the device's health and permissions";
    case SQLITE_ERROR:
      return "it is not as this program made it; restore a copy";
    default:
      return "";
  }
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

// Once a bind has failed the next ones do nothing, so that the connection keeps its error.
Statement& Statement::bind(std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  if (failure_ != SQLITE_OK) return *this;
  failure_ = sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_int64(statement_, ++parameter_, number);
  return *this;
}

Statement& Statement::bind_null() {
  if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_null(statement_, ++parameter_);
  return *this;
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
  const int primary = extended & 0xff;
  std::string message = fmt::format("the database {}: {}", path_, sqlite3_errmsg(handle_.get()));
  if (primary == SQLITE_IOERR) {
    const int system_error = sqlite3_system_errno(handle_.get());
    message += fmt::format(" ({})", std::generic_category().message(system_error));
  }
  const std::string_view mend = mend_for(primary, path_);
  if (!mend.empty()) message += fmt::format("; {}", mend);
  return {kind_of(extended), std::move(message)};
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
