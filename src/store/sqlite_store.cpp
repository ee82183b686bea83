#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "store/sqlite_migrations.h"
#include "store/sqlite_tables.h"

namespace mandate::store {

Stored<void> run_on_one(Connection& connection, Statement& statement, const StoreError& none) {
  if (auto ran = connection.run(statement); !ran) return ran;
  if (connection.changes() != 1) return std::unexpected(none);
  return {};
}

Stored<std::int64_t> number(Connection& connection, Statement& statement) {
  if (statement.step() != SQLITE_ROW) return std::unexpected(connection.error());
  return statement.number(0);
}

Stored<void> run_audited(Connection& connection, const registry::Cause& cause, Statement& statement,
                         const registry::Change& change) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    if (auto ran = connection.run(statement); !ran) return std::unexpected(ran.error());
    return std::vector{change};
  });
}

namespace {

constexpr int kBusyMilliseconds = 5000;

/// Tries to switch to WAL, each behind a wait of up to `kBusyMilliseconds` for the lock.
constexpr int kWalTries = 16;

/// With WAL: a commit is on the device before it is acknowledged.
constexpr const char* kSettings =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF";

// The switch to WAL alone does not wait for the lock when another process opens the same new file,
// so that is done by a transaction.
Stored<void> switch_to_wal(Connection& connection) {
  for (int tries = 1;; ++tries) {
    auto switched = connection.run("PRAGMA journal_mode = WAL");
    if (switched || !connection.is_busy() || tries == kWalTries) return switched;
    Transaction wait(connection);
    if (!wait.begun()) return wait.begun();
  }
}

/// One connection behind one mutex.
class SqliteStore final : public Store {
 private:
  template <class Operation, class... Arguments>
  auto locked(Operation operation, const Arguments&... arguments) {
    const std::lock_guard lock(mutex_);
    return operation(connection_, arguments...);
  }

 public:
  explicit SqliteStore(Connection connection) : connection_(std::move(connection)) {}

  Stored<void> add_account(const registry::Account& account,
                           const registry::Cause& cause) override {
    return locked(account_table::add, account, cause);
  }
  Stored<std::optional<registry::Account>> account(std::string_view id) override {
    return locked(account_table::find, id);
  }
  Stored<std::vector<registry::Account>> accounts(const Page& page) override {
    return locked(account_table::list, page);
  }

  Stored<void> add_domain(const registry::SendingDomain& domain,
                          const registry::Cause& cause) override {
    return locked(domain_table::add, domain, cause);
  }
  Stored<std::optional<registry::SendingDomain>> domain(std::string_view account_id,
                                                        const dns::Name& domain) override {
    return locked(domain_table::find, account_id, domain);
  }
  Stored<std::vector<registry::SendingDomain>> domains(std::string_view account_id,
                                                       const Page& page) override {
    return locked(domain_table::list, account_id, page);
  }
  Stored<std::vector<registry::SendingDomain>> domains_of_name(const dns::Name& name) override {
    return locked(domain_table::of_name, name);
  }
  Stored<std::vector<registry::SendingDomain>> lease_due_domains(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) override {
    return locked(domain_table::lease_due, now, lease_until, limit);
  }
  Stored<std::optional<std::chrono::sys_seconds>> next_domain_due() override {
    return locked(domain_table::next_due);
  }
  Stored<registry::SendingDomain> update_domain(const registry::SendingDomain& before,
                                                const registry::SendingDomain& after,
                                                std::string_view evidence_json,
                                                const registry::Cause& cause) override {
    return locked(domain_table::update, before, after, evidence_json, cause);
  }
  Stored<void> remove_domain(std::string_view account_id, const dns::Name& domain,
                             const registry::Cause& cause) override {
    return locked(domain_table::remove, account_id, domain, cause);
  }
  Stored<std::optional<std::string>> evidence_json(const std::optional<std::string>& account_id,
                                                   std::string_view evidence_id) override {
    return locked(domain_table::evidence, account_id, evidence_id);
  }

  Stored<Revoked> revoke_domain(const registry::SendingDomain& before,
                                const registry::SendingDomain& after,
                                std::string_view evidence_json, const registry::BreakerRule& rule,
                                const registry::Cause& cause) override {
    return locked(domain_table::revoke, before, after, evidence_json, rule, cause);
  }
  Stored<registry::BreakerState> breaker() override { return locked(breaker_table::state); }
  Stored<std::optional<registry::BreakerState>> trip_breaker(
      std::string_view reason_code, std::string_view reason,
      const registry::Cause& cause) override {
    return locked(breaker_table::trip, reason_code, reason, cause);
  }
  Stored<std::int64_t> end_hold(registry::HoldEnd end, const registry::Cause& cause) override {
    return locked(breaker_table::end_hold, end, cause);
  }
  Stored<void> extend_grace(std::chrono::sys_seconds before, std::chrono::sys_seconds until,
                            const registry::Cause& cause) override {
    return locked(breaker_table::extend_grace, before, until, cause);
  }
  Stored<std::vector<registry::HeldRevocation>> held_revocations(const HeldPage& page) override {
    return locked(breaker_table::held, page);
  }
  Stored<Figures> figures(std::chrono::sys_seconds now) override {
    return locked(tally_table::figures, now);
  }

  Stored<void> add_key(const registry::ApiKey& key, const registry::Cause& cause) override {
    return locked(key_table::add, key, cause);
  }
  Stored<std::optional<registry::ApiKey>> key_by_hash(std::string_view hash) override {
    return locked(key_table::find_by_hash, hash);
  }
  Stored<std::vector<registry::ApiKey>> keys(const Page& page) override {
    return locked(key_table::list, page);
  }
  Stored<void> revoke_key(std::string_view id, const registry::Cause& cause) override {
    return locked(key_table::revoke, id, cause);
  }

  Stored<void> add_message(const registry::OutgoingMessage& message) override {
    return locked(message_table::add, message);
  }
  Stored<std::optional<registry::OutgoingMessage>> message(std::string_view account_id,
                                                           std::string_view id) override {
    return locked(message_table::find, account_id, id);
  }
  Stored<std::vector<registry::OutgoingMessage>> messages(std::string_view account_id,
                                                          const Page& page) override {
    return locked(message_table::list, account_id, page);
  }
  Stored<std::vector<registry::OutgoingMessage>> lease_due_messages(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) override {
    return locked(message_table::lease_due, now, lease_until, limit);
  }
  Stored<void> update_message(const registry::OutgoingMessage& message) override {
    return locked(message_table::update, message);
  }
  Stored<std::optional<std::chrono::sys_seconds>> next_message_due() override {
    return locked(message_table::next_due);
  }

  Stored<registry::AuditHead> audit_head() override { return locked(audit_table::head); }
  Stored<std::vector<registry::AuditEntry>> audit_entries(const AuditFilter& filter,
                                                          const SequencePage& page) override {
    return locked(audit_table::list, filter, page);
  }
  Stored<std::optional<std::int64_t>> audit_sequence(std::string_view hash) override {
    return locked(audit_table::find, hash);
  }
  Stored<std::vector<registry::Event>> events(const std::optional<std::string>& account_id,
                                              const SequencePage& page) override {
    return locked(audit_table::events, account_id, page);
  }

 private:
  std::mutex mutex_;
  Connection connection_;
};

}  // namespace

std::expected<std::unique_ptr<Store>, StoreError> open_sqlite(const std::string& path) {
  // SQLite takes an empty path for a file that is erased when it is closed, and cuts one at a NUL.
  if (path.empty() || path.find('\0') != std::string::npos) {
    return std::unexpected(
        StoreError{StoreError::Kind::unavailable,
                   "the path of the database is empty or has a NUL; name a file in [store] path"});
  }
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(
      path.c_str(), &handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  Connection connection(std::unique_ptr<sqlite3, CloseConnection>(handle), path);
  if (handle == nullptr) {
    return std::unexpected(StoreError{StoreError::Kind::unavailable, "there is no memory left"});
  }
  if (opened != SQLITE_OK) return std::unexpected(connection.error());
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  // Before the settings, since WAL is written into the file: what is refused stays as it is.
  if (auto known = check_identity(connection); !known) return std::unexpected(known.error());
  if (auto wal = switch_to_wal(connection); !wal) return std::unexpected(wal.error());
  if (auto set = connection.run(kSettings); !set) return std::unexpected(set.error());
  if (auto migrated = migrate(connection); !migrated) return std::unexpected(migrated.error());
  return std::make_unique<SqliteStore>(std::move(connection));
}

}  // namespace mandate::store
