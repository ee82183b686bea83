#include <algorithm>

#include "store/sqlite_tables.h"

namespace mandate::store::domain_table {
namespace {

using registry::SendingDomain;

// A sender address holds no line end, so one separates them in a column.
std::string joined(const std::vector<std::string>& senders) {
  std::string out;
  for (const std::string& sender : senders) out += sender + '\n';
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

#define MANDATE_DOMAIN_COLUMNS                                                         \
  "account_id, name, senders, status, reason_code, reason, created_at, status_since, " \
  "last_checked_at, last_attempt_at, last_verified_at, grace_expires_at, evidence_id"

void bind_state(Statement& statement, const SendingDomain& domain) {
  statement.bind(joined(domain.senders))
      .bind(registry::text(domain.status))
      .bind(domain.reason_code)
      .bind(domain.reason)
      .bind(domain.created_at)
      .bind(domain.status_since)
      .bind(domain.last_checked_at)
      .bind(domain.last_attempt_at)
      .bind(domain.last_verified_at)
      .bind(domain.grace_expires_at)
      .bind(domain.evidence_id);
}

SendingDomain read(const Statement& row) {
  SendingDomain domain;
  domain.account_id = row.text(0);
  domain.domain = dns::Name::parse(row.text(1)).value_or(dns::Name());
  domain.senders = split(row.text(2));
  // Fails closed: what is no status may not send.
  domain.status = registry::parse_status(row.text(3)).value_or(registry::Status::disabled);
  domain.reason_code = row.text(4);
  domain.reason = row.text(5);
  domain.created_at = row.time(6);
  domain.status_since = row.time(7);
  domain.last_checked_at = row.optional_time(8);
  domain.last_attempt_at = row.optional_time(9);
  domain.last_verified_at = row.optional_time(10);
  domain.grace_expires_at = row.optional_time(11);
  domain.evidence_id = row.text(12);
  return domain;
}

Stored<void> add_evidence(Connection& connection, const SendingDomain& domain,
                          std::string_view json) {
  Statement insert =
      connection.prepare("INSERT INTO evidence (id, account_id, json) VALUES (?, ?, ?)");
  insert.bind(domain.evidence_id).bind(domain.account_id).bind(json);
  return connection.run(insert);
}

StoreError no_such_domain() {
  return {StoreError::Kind::not_found, "the account has no such domain"};
}

// Only if the row is still what it was.
Stored<void> replace(Connection& connection, const SendingDomain& before,
                     const SendingDomain& after) {
  Statement change = connection.prepare(
      "UPDATE domain SET senders = ?, status = ?, reason_code = ?, reason = ?, created_at = ?,"
      " status_since = ?, last_checked_at = ?, last_attempt_at = ?, last_verified_at = ?,"
      " grace_expires_at = ?, evidence_id = ?"
      " WHERE account_id = ? AND name = ? AND senders = ? AND status = ? AND reason_code = ?"
      " AND reason = ? AND created_at = ? AND status_since = ? AND last_checked_at IS ?"
      " AND last_attempt_at IS ? AND last_verified_at IS ? AND grace_expires_at IS ?"
      " AND evidence_id = ?");
  bind_state(change, after);
  change.bind(before.account_id).bind(before.domain.text());
  bind_state(change, before);
  return run_on_one(connection, change,
                    {StoreError::Kind::conflict, "the domain was changed meanwhile"});
}

}  // namespace

Stored<void> add(Connection& connection, const SendingDomain& domain,
                 const registry::Cause& cause) {
  Statement insert = connection.prepare("INSERT INTO domain (" MANDATE_DOMAIN_COLUMNS
                                        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(domain.account_id).bind(domain.domain.text());
  bind_state(insert, domain);
  return run_audited(connection, cause, insert, registry::domain_added(domain));
}

Stored<std::optional<SendingDomain>> find(Connection& connection, std::string_view account_id,
                                          const dns::Name& name) {
  Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                        " FROM domain WHERE account_id = ? AND name = ?");
  select.bind(account_id).bind(name.text());
  return one(connection, select, read);
}

Stored<std::vector<SendingDomain>> list(Connection& connection, std::string_view account_id,
                                        const Page& page) {
  Statement select = connection.prepare("SELECT " MANDATE_DOMAIN_COLUMNS
                                        " FROM domain WHERE account_id = ? AND name > ?"
                                        " ORDER BY name LIMIT ?");
  select.bind(account_id).bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

Stored<void> update(Connection& connection, const SendingDomain& before, const SendingDomain& after,
                    std::string_view evidence_json, const registry::Cause& cause) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    if (auto changed = replace(connection, before, after); !changed) {
      return std::unexpected(changed.error());
    }
    if (!evidence_json.empty()) {
      if (auto added = add_evidence(connection, after, evidence_json); !added) {
        return std::unexpected(added.error());
      }
    }
    return registry::domain_changes(before, after, cause.at);
  });
}

Stored<void> remove(Connection& connection, std::string_view account_id, const dns::Name& name,
                    const registry::Cause& cause) {
  return audited(connection, cause, [&]() -> Stored<std::vector<registry::Change>> {
    const auto domain = find(connection, account_id, name);
    if (!domain) return std::unexpected(domain.error());
    if (!*domain) return std::unexpected(no_such_domain());
    Statement erase = connection.prepare("DELETE FROM domain WHERE account_id = ? AND name = ?");
    erase.bind(account_id).bind(name.text());
    if (auto erased = run_on_one(connection, erase, no_such_domain()); !erased) {
      return std::unexpected(erased.error());
    }
    return std::vector{registry::domain_removed(**domain)};
  });
}

Stored<std::optional<std::string>> evidence(Connection& connection, std::string_view account_id,
                                            std::string_view id) {
  Statement select =
      connection.prepare("SELECT json FROM evidence WHERE id = ? AND account_id = ?");
  select.bind(id).bind(account_id);
  return one(connection, select, [](const Statement& row) { return row.text(0); });
}

#undef MANDATE_DOMAIN_COLUMNS

}  // namespace mandate::store::domain_table
