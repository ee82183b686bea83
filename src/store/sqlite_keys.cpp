#include "store/sqlite_tables.h"

namespace mandate::store::key_table {
namespace {

registry::ApiKey read(const Statement& row) {
  registry::ApiKey key;
  key.id = row.text(0);
  if (!row.is_null(1)) key.account_id = row.text(1);
  key.hash = row.text(2);
  key.label = row.text(3);
  key.created_at = row.time(4);
  key.revoked_at = row.optional_time(5);
  return key;
}

StoreError no_such_key() {
  return {StoreError::Kind::not_found, "there is no such key"};
}

Stored<std::optional<registry::ApiKey>> find_by_id(Connection& connection, std::string_view id) {
  Statement select = connection.prepare(
      "SELECT id, account_id, hash, label, created_at, revoked_at FROM api_key WHERE id = ?");
  select.bind(id);
  return one(connection, select, read);
}

}  // namespace

Stored<void> add(Connection& connection, const registry::ApiKey& key,
                 const registry::Cause& cause) {
  Statement insert = connection.prepare(
      "INSERT INTO api_key (id, account_id, hash, label, created_at, revoked_at)"
      " VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(key.id)
      .bind(key.account_id)
      .bind(key.hash)
      .bind(key.label)
      .bind(key.created_at)
      .bind(key.revoked_at);
  return run_audited(connection, cause, insert, registry::key_created(key));
}

Stored<std::optional<registry::ApiKey>> find_by_hash(Connection& connection,
                                                     std::string_view hash) {
  Statement select = connection.prepare(
      "SELECT id, account_id, hash, label, created_at, revoked_at FROM api_key WHERE hash = ?");
  select.bind(hash);
  return one(connection, select, read);
}

Stored<std::vector<registry::ApiKey>> list(Connection& connection, const Page& page) {
  Statement select = connection.prepare(
      "SELECT id, account_id, hash, label, created_at, revoked_at FROM api_key WHERE id > ?"
      " ORDER BY id LIMIT ?");
  select.bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

Stored<void> revoke(Connection& connection, std::string_view id, const registry::Cause& cause) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto key = find_by_id(connection, id);
    if (!key) return std::unexpected(key.error());
    if (!*key) return std::unexpected(no_such_key());
    // The first revocation stands: a key that is revoked again keeps its time.
    if ((*key)->revoked_at) return {};
    Statement change = connection.prepare("UPDATE api_key SET revoked_at = ? WHERE id = ?");
    change.bind(cause.at).bind(id);
    if (auto changed = run_on_one(connection, change, no_such_key()); !changed) {
      return std::unexpected(changed.error());
    }
    return std::vector{registry::key_revoked(**key)};
  });
}

}  // namespace mandate::store::key_table
