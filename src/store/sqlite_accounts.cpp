#include "store/sqlite_tables.h"

namespace mandate::store::account_table {
namespace {

registry::Account read(const Statement& row) {
  return {.id = row.text(0), .name = row.text(1), .created_at = row.time(2), .token = row.text(3)};
}

}  // namespace

Stored<void> add(Connection& connection, const registry::Account& account,
                 const registry::Cause& cause) {
  Statement insert =
      connection.prepare("INSERT INTO account (id, name, created_at, token) VALUES (?, ?, ?, ?)");
  insert.bind(account.id).bind(account.name).bind(account.created_at).bind(account.token);
  return run_audited(connection, cause, insert, registry::account_added(account));
}

Stored<std::optional<registry::Account>> find(Connection& connection, std::string_view id) {
  Statement select =
      connection.prepare("SELECT id, name, created_at, token FROM account WHERE id = ?");
  select.bind(id);
  return one(connection, select, read);
}

Stored<std::vector<registry::Account>> list(Connection& connection, const Page& page) {
  Statement select = connection.prepare(
      "SELECT id, name, created_at, token FROM account WHERE id > ? ORDER BY id LIMIT ?");
  select.bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

}  // namespace mandate::store::account_table
