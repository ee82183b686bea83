// The SQL of each kind of row, over one connection. The caller holds the store's mutex.
#pragma once

#include <algorithm>

#include "store/sqlite_statement.h"

namespace mandate::store {

namespace account_table {
Stored<void> add(Connection& connection, const registry::Account& account);
Stored<std::optional<registry::Account>> find(Connection& connection, std::string_view id);
Stored<std::vector<registry::Account>> list(Connection& connection, const Page& page);
}  // namespace account_table

namespace domain_table {
Stored<void> add(Connection& connection, const registry::SendingDomain& domain);
Stored<std::optional<registry::SendingDomain>> find(Connection& connection,
                                                    std::string_view account_id,
                                                    const dns::Name& name);
Stored<std::vector<registry::SendingDomain>> list(Connection& connection,
                                                  std::string_view account_id, const Page& page);
Stored<void> update(Connection& connection, const registry::SendingDomain& before,
                    const registry::SendingDomain& after, std::string_view evidence_json);
Stored<void> remove(Connection& connection, std::string_view account_id, const dns::Name& name);
Stored<std::optional<std::string>> evidence(Connection& connection, std::string_view account_id,
                                            std::string_view id);
}  // namespace domain_table

namespace key_table {
Stored<void> add(Connection& connection, const registry::ApiKey& key);
Stored<std::optional<registry::ApiKey>> find_by_hash(Connection& connection, std::string_view hash);
Stored<std::vector<registry::ApiKey>> list(Connection& connection, const Page& page);
Stored<void> revoke(Connection& connection, std::string_view id, std::chrono::sys_seconds at);
}  // namespace key_table

namespace message_table {
Stored<void> add(Connection& connection, const registry::OutgoingMessage& message);
Stored<std::optional<registry::OutgoingMessage>> find(Connection& connection,
                                                      std::string_view account_id,
                                                      std::string_view id);
Stored<std::vector<registry::OutgoingMessage>> list(Connection& connection,
                                                    std::string_view account_id, const Page& page);
Stored<std::vector<registry::OutgoingMessage>> lease_due(Connection& connection,
                                                         std::chrono::sys_seconds now,
                                                         std::chrono::sys_seconds lease_until,
                                                         int limit);
Stored<void> update(Connection& connection, const registry::OutgoingMessage& message);
Stored<std::optional<std::chrono::sys_seconds>> next_due(Connection& connection);
}  // namespace message_table

/// The rows that a LIMIT may give. SQLite reads a negative one as none at all.
inline int row_limit(int limit) {
  return std::max(limit, 0);
}

/// One row by `read`, or nothing.
template <class Read>
auto one(Connection& connection, Statement& statement, Read read)
    -> Stored<std::optional<decltype(read(statement))>> {
  const int code = statement.step();
  if (code == SQLITE_ROW) return read(statement);
  if (code == SQLITE_DONE) return std::nullopt;
  return std::unexpected(connection.error());
}

/// Every row by `read`.
template <class Read>
auto many(Connection& connection, Statement& statement, Read read)
    -> Stored<std::vector<decltype(read(statement))>> {
  std::vector<decltype(read(statement))> rows;
  for (;;) {
    const int code = statement.step();
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) return std::unexpected(connection.error());
    rows.push_back(read(statement));
  }
}

/// For a change of exactly one row: `none` when there was no such row.
Stored<void> run_on_one(Connection& connection, Statement& statement, const StoreError& none);

}  // namespace mandate::store
