// The SQL of each kind of row, over one connection. The caller holds the store's mutex.
#pragma once

#include <algorithm>

#include "store/sqlite_statement.h"

namespace mandate::store {

namespace account_table {
Stored<void> add(Connection& connection, const registry::Account& account,
                 const registry::Cause& cause);
Stored<std::optional<registry::Account>> find(Connection& connection, std::string_view id);
Stored<std::vector<registry::Account>> list(Connection& connection, const Page& page);
}  // namespace account_table

namespace domain_table {
Stored<void> add(Connection& connection, const registry::SendingDomain& domain,
                 const registry::Cause& cause);
Stored<std::optional<registry::SendingDomain>> find(Connection& connection,
                                                    std::string_view account_id,
                                                    const dns::Name& name);
Stored<std::vector<registry::SendingDomain>> list(Connection& connection,
                                                  std::string_view account_id, const Page& page);
Stored<std::vector<registry::SendingDomain>> of_name(Connection& connection, const dns::Name& name);
Stored<std::vector<registry::SendingDomain>> lease_due(Connection& connection,
                                                       std::chrono::sys_seconds now,
                                                       std::chrono::sys_seconds lease_until,
                                                       int limit);
Stored<std::optional<std::chrono::sys_seconds>> next_due(Connection& connection);
Stored<registry::SendingDomain> update(Connection& connection,
                                       const registry::SendingDomain& before,
                                       const registry::SendingDomain& after,
                                       std::string_view evidence_json,
                                       const registry::Cause& cause);
Stored<Revoked> revoke(Connection& connection, const registry::SendingDomain& before,
                       const registry::SendingDomain& after, std::string_view evidence_json,
                       const registry::BreakerRule& rule, const registry::Cause& cause);
Stored<void> remove(Connection& connection, std::string_view account_id, const dns::Name& name,
                    const registry::Cause& cause);
Stored<std::optional<std::string>> evidence(Connection& connection,
                                            const std::optional<std::string>& account_id,
                                            std::string_view id);
}  // namespace domain_table

/// The breaker, and the revocations that it counts or holds: a row each in `revocation`.
namespace breaker_table {
/// Whether a revocation is held, and what that changed of the breaker.
struct Ruling {
  bool held = false;
  std::optional<registry::BreakerState> tripped = {};
  std::vector<registry::Change> changes = {};
};
/// Decides in the transaction that the caller began, and notes the loss as made or held.
Stored<Ruling> rule_on(Connection& connection, const registry::SendingDomain& before,
                       const registry::SendingDomain& after, const registry::BreakerRule& rule,
                       std::chrono::sys_seconds now);
/// Forgets what was noted of a domain that a check, or a person, found otherwise since.
Stored<void> forget(Connection& connection, const registry::SendingDomain& before,
                    const registry::SendingDomain& after);
Stored<registry::BreakerState> state(Connection& connection);
Stored<std::optional<registry::BreakerState>> trip(Connection& connection,
                                                   std::string_view reason_code,
                                                   std::string_view reason,
                                                   const registry::Cause& cause);
Stored<std::int64_t> end_hold(Connection& connection, registry::HoldEnd end,
                              const registry::Cause& cause);
Stored<void> extend_grace(Connection& connection, std::chrono::sys_seconds before,
                          std::chrono::sys_seconds until, const registry::Cause& cause);
Stored<std::vector<registry::HeldRevocation>> held(Connection& connection, const HeldPage& page);
}  // namespace breaker_table

/// How many rows there are of each kind.
namespace tally_table {
/// The domains that may send at a moment (`registry::SendingDomain::may_send`).
Stored<std::int64_t> may_send(Connection& connection, std::chrono::sys_seconds now);
Stored<Figures> figures(Connection& connection, std::chrono::sys_seconds now);
}  // namespace tally_table

namespace key_table {
Stored<void> add(Connection& connection, const registry::ApiKey& key, const registry::Cause& cause);
Stored<std::optional<registry::ApiKey>> find_by_hash(Connection& connection, std::string_view hash);
Stored<std::vector<registry::ApiKey>> list(Connection& connection, const Page& page);
Stored<void> revoke(Connection& connection, std::string_view id, const registry::Cause& cause);
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

/// The audit log and the events, which share its sequence.
namespace audit_table {
/// Chains the entry of a change to the last one and adds its event, in the transaction that the
/// caller began: the lock of BEGIN IMMEDIATE keeps the chain one line.
Stored<void> append(Connection& connection, const registry::Change& change,
                    const registry::Cause& cause);
Stored<registry::AuditHead> head(Connection& connection);
Stored<std::vector<registry::AuditEntry>> list(Connection& connection, const AuditFilter& filter,
                                               const SequencePage& page);
Stored<std::optional<std::int64_t>> find(Connection& connection, std::string_view hash);
Stored<std::vector<registry::Event>> events(Connection& connection,
                                            const std::optional<std::string>& account_id,
                                            const SequencePage& page);
}  // namespace audit_table

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

/// The number that a statement gives in its one row.
Stored<std::int64_t> number(Connection& connection, Statement& statement);

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

/// Leases rows: `read` gives those that are due, and `take` writes of each that it is taken; in one
/// transaction, so that no other gets them.
template <class Read, class Take>
auto leased(Connection& connection, Read read, Take take) -> decltype(read()) {
  Transaction transaction(connection);
  if (!transaction.begun()) return std::unexpected(transaction.begun().error());
  auto due = read();
  if (!due) return due;
  for (auto& row : *due) {
    if (Stored<void> taken = take(row); !taken) return std::unexpected(taken.error());
  }
  if (auto committed = transaction.commit(); !committed) return std::unexpected(committed.error());
  return due;
}

/// Runs `operation`, which changes rows and gives a `Stored<std::vector<registry::Change>>` of what
/// it did, and adds that to the audit log: in one transaction, all of it or nothing.
template <class Operation>
Stored<void> audited(Connection& connection, const registry::Cause& cause, Operation operation) {
  Transaction transaction(connection);
  if (!transaction.begun()) return transaction.begun();
  const Stored<std::vector<registry::Change>> changes = operation();
  if (!changes) return std::unexpected(changes.error());
  for (const registry::Change& change : *changes) {
    if (auto added = audit_table::append(connection, change, cause); !added) return added;
  }
  return transaction.commit();
}

/// The same of one statement, of which is known beforehand what it does.
Stored<void> run_audited(Connection& connection, const registry::Cause& cause, Statement& statement,
                         const registry::Change& change);

/// For a change of exactly one row: `none` when there was no such row.
Stored<void> run_on_one(Connection& connection, Statement& statement, const StoreError& none);

}  // namespace mandate::store
