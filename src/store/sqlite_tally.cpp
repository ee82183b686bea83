#include "store/sqlite_tables.h"

namespace mandate::store::tally_table {

Stored<std::int64_t> may_send(Connection& connection, std::chrono::sys_seconds now) {
  Statement select = connection.prepare(
      "SELECT coalesce(sum(number), 0)"
      " - (SELECT count(*) FROM domain WHERE status = 'at_risk' AND grace_expires_at <= ?)"
      " FROM tally WHERE kind = 'domain' AND value IN ('verified', 'at_risk')");
  select.bind(now);
  return number(connection, select);
}

Stored<Figures> figures(Connection& connection, std::chrono::sys_seconds now) {
  Figures figures;
  Statement select = connection.prepare("SELECT kind, value, number FROM tally");
  int code = SQLITE_ROW;
  while ((code = select.step()) == SQLITE_ROW) {
    auto& kind = select.text(0) == "domain" ? figures.domains : figures.messages;
    kind[select.text(1)] = select.number(2);
  }
  if (code != SQLITE_DONE) return std::unexpected(connection.error());
  Statement due = connection.prepare("SELECT count(*), min(due_at) FROM domain WHERE due_at <= ?");
  due.bind(now);
  if (due.step() != SQLITE_ROW) return std::unexpected(connection.error());
  figures.checks_due = due.number(0);
  figures.oldest_due = due.optional_time(1);
  return figures;
}

}  // namespace mandate::store::tally_table
