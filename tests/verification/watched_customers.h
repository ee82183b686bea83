// Customers of one account, their DNS, and the probe that looks at them.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "registry/transition.h"
#include "store/sqlite_statement.h"
#include "store/sqlite_store.h"
#include "verification/probe.h"

namespace mandate::verification {

inline constexpr std::chrono::sys_seconds kBegin{
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

/// A DNS in which what a customer has is a function of its name, asked anew each time.
class CustomerDns final : public resolver::Lookup {
 public:
  using Kind = registry::CheckFinding::Kind;
  explicit CustomerDns(std::function<Kind(const dns::Name&)> kind_of)
      : kind_of_(std::move(kind_of)) {}

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline) override {
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) facts.push_back(answer(question));
    return facts;
  }

 private:
  dns::Fact answer(const dns::Question& question) const {
    if (question.type != dns::RecordType::txt) return absent(question);
    static const dns::Name shared = dns::Name::parse("mailer.test").value();
    if (question.name.is_at_or_below(shared)) {
      return record(question, "v=spf1 ip4:192.0.2.0/28 -all");
    }
    if (question.name.labels().front() == "_mandate") return absent(question);
    switch (kind_of_(question.name)) {
      case Kind::proven:
        return record(question, "v=spf1 include:0123456789abcdef.mailer.test -all");
      case Kind::refused:
        return record(question, "v=spf1 -all");
      case Kind::not_proven:
        return absent(question);
      case Kind::unavailable:
        break;
    }
    return {.question = question, .detail = "no server answers"};
  }
  static dns::Fact record(const dns::Question& question, const char* text) {
    return {.question = question,
            .status = dns::Fact::Status::found,
            .records = {dns::TxtData{{text}}},
            .ttl = 300};
  }
  static dns::Fact absent(const dns::Question& question) {
    return {.question = question, .status = dns::Fact::Status::no_such_name, .ttl = 300};
  }

  std::function<Kind(const dns::Name&)> kind_of_;
};

inline const registry::Provider& watching_provider() {
  static const registry::Provider provider{dns::Name::parse("mailer.test").value(),
                                           {dns::Prefix::parse("192.0.2.0/28").value()},
                                           {"out.mailer.test"},
                                           "no-reply@provider.test"};
  return provider;
}

/// `label` is to be another for each process, since evidence ids are unique.
inline Probe probe_of(resolver::Lookup& lookup, store::Store& store, Clock clock,
                      const std::string& label = "e") {
  auto ids = std::make_shared<std::atomic<int>>(0);
  auto lots = std::make_shared<std::atomic<std::uint64_t>>(0);
  return {watching_provider(),
          lookup,
          store,
          std::move(clock),
          [label, ids] { return label + std::to_string(++*ids); },
          {},
          {.timeout = std::chrono::seconds(5),
           .lot = [lots] { return 0x9e3779b97f4a7c15U * ++*lots; }}};
}

inline dns::Name customer(int number) {
  return dns::Name::parse("c" + std::to_string(number) + ".customer.test").value();
}
/// The inverse of `customer`.
inline int number_of(const dns::Name& name) {
  return std::stoi(std::string(name.labels().front().substr(1)));
}

inline registry::SendingDomain pending_customer(int number, std::chrono::sys_seconds added) {
  registry::SendingDomain row;
  row.account_id = "4321";
  row.domain = customer(number);
  row.created_at = row.status_since = added;
  row.next_check_at = added;
  return row;
}

inline void add_account(store::Store& store) {
  const auto added =
      store.add_account({"4321", "", kBegin, "0123456789abcdef"}, {"person:test", kBegin});
  ASSERT_TRUE(added.has_value()) << added.error().message;
}

inline void add_customer(store::Store& store, int number, std::chrono::sys_seconds added = kBegin) {
  const auto done = store.add_domain(pending_customer(number, added), {"person:test", added});
  ASSERT_TRUE(done.has_value()) << done.error().message;
}

/// A new database with `count` customers, all pending and due, of whom only the first has an
/// entry in the audit log: in one statement, since so many durable calls would take minutes.
inline void add_customers(const std::string& path, int count) {
  const auto store = store::open_sqlite(path);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  add_account(**store);
  add_customer(**store, 0);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  store::Connection connection(std::unique_ptr<sqlite3, store::CloseConnection>(handle), path);
  const std::string copy =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      std::to_string(count - 1) +
      ") INSERT INTO domain (account_id, name, senders, status, reason_code, reason, created_at,"
      " status_since, evidence_id, next_check_at, due_at) SELECT account_id,"
      " 'c' || i || '.customer.test', senders, status, reason_code, reason, created_at,"
      " status_since, evidence_id, next_check_at, due_at"
      " FROM n, domain WHERE name = 'c0.customer.test'";
  ASSERT_TRUE(connection.run(copy.c_str()).has_value()) << connection.error().message;
}

inline registry::SendingDomain row_of(store::Store& store, int number) {
  return store.domain("4321", customer(number)).value().value();
}

}  // namespace mandate::verification
