#include "store/sqlite_tables.h"

namespace mandate::store::message_table {
namespace {

using registry::OutgoingMessage;

#define MANDATE_MESSAGE_COLUMNS                                                           \
  "id, account_id, sender, recipient, subject, message_id, state, attempts, created_at, " \
  "next_attempt_at, ended_at, last_code, last_reply, mail_from"

OutgoingMessage read(const Statement& row) {
  OutgoingMessage message;
  message.id = row.text(0);
  message.account_id = row.text(1);
  message.from = row.text(2);
  message.to = row.text(3);
  message.subject = row.text(4);
  message.message_id = row.text(5);
  // Fails closed: what is no state is not sent.
  message.state = registry::parse_message_state(row.text(6)).value_or(registry::MessageState::held);
  message.attempts = static_cast<int>(row.number(7));
  message.created_at = row.time(8);
  message.next_attempt_at = row.time(9);
  message.ended_at = row.optional_time(10);
  message.last_code = static_cast<int>(row.number(11));
  message.last_reply = row.text(12);
  message.mail_from = row.text(13);
  return message;
}

OutgoingMessage read_whole(const Statement& row) {
  OutgoingMessage message = read(row);
  message.content = row.text(14);
  return message;
}

}  // namespace

Stored<void> add(Connection& connection, const OutgoingMessage& message) {
  Statement insert =
      connection.prepare("INSERT INTO message (" MANDATE_MESSAGE_COLUMNS
                         ", content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(message.id)
      .bind(message.account_id)
      .bind(message.from)
      .bind(message.to)
      .bind(message.subject)
      .bind(message.message_id)
      .bind(registry::text(message.state))
      .bind(message.attempts)
      .bind(message.created_at)
      .bind(message.next_attempt_at)
      .bind(message.ended_at)
      .bind(message.last_code)
      .bind(message.last_reply)
      .bind(message.mail_from)
      .bind(message.content);
  return connection.run(insert);
}

Stored<std::optional<OutgoingMessage>> find(Connection& connection, std::string_view account_id,
                                            std::string_view id) {
  Statement select = connection.prepare("SELECT " MANDATE_MESSAGE_COLUMNS
                                        ", content FROM message WHERE id = ? AND account_id = ?");
  select.bind(id).bind(account_id);
  return one(connection, select, read_whole);
}

Stored<std::vector<OutgoingMessage>> list(Connection& connection, std::string_view account_id,
                                          const Page& page) {
  Statement select = connection.prepare("SELECT " MANDATE_MESSAGE_COLUMNS
                                        " FROM message WHERE account_id = ? AND id > ?"
                                        " ORDER BY id LIMIT ?");
  select.bind(account_id).bind(page.after).bind(row_limit(page.limit));
  return many(connection, select, read);
}

Stored<std::vector<OutgoingMessage>> lease_due(Connection& connection, std::chrono::sys_seconds now,
                                               std::chrono::sys_seconds lease_until, int limit) {
  const auto due = [&] {
    Statement select = connection.prepare("SELECT " MANDATE_MESSAGE_COLUMNS
                                          ", content FROM message"
                                          " WHERE state = 'queued' AND next_attempt_at <= ?"
                                          " ORDER BY next_attempt_at, id LIMIT ?");
    select.bind(now).bind(row_limit(limit));
    return many(connection, select, read_whole);
  };
  return leased(connection, due, [&](OutgoingMessage& message) {
    message.next_attempt_at = lease_until;
    Statement lease = connection.prepare("UPDATE message SET next_attempt_at = ? WHERE id = ?");
    lease.bind(lease_until).bind(message.id);
    return connection.run(lease);
  });
}

Stored<void> update(Connection& connection, const OutgoingMessage& message) {
  Statement change = connection.prepare(
      "UPDATE message SET state = ?, attempts = ?, next_attempt_at = ?, ended_at = ?,"
      " last_code = ?, last_reply = ?, mail_from = ? WHERE id = ? AND account_id = ?");
  change.bind(registry::text(message.state))
      .bind(message.attempts)
      .bind(message.next_attempt_at)
      .bind(message.ended_at)
      .bind(message.last_code)
      .bind(message.last_reply)
      .bind(message.mail_from)
      .bind(message.id)
      .bind(message.account_id);
  return run_on_one(connection, change, {StoreError::Kind::not_found, "there is no such message"});
}

Stored<std::optional<std::chrono::sys_seconds>> next_due(Connection& connection) {
  Statement select = connection.prepare(
      "SELECT next_attempt_at FROM message WHERE state = 'queued' ORDER BY next_attempt_at LIMIT "
      "1");
  return one(connection, select, [](const Statement& row) { return row.time(0); });
}

#undef MANDATE_MESSAGE_COLUMNS

}  // namespace mandate::store::message_table
