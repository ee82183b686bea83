// Rows of a table: a record of x.test, what else the DNS has, and the verdict that follows.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "zone_check.h"

namespace mandate::spf {

inline dns::Question question(std::string_view name, dns::RecordType type) {
  return {dns::Name::parse(name).value(), type};
}

/// A TXT record of a text of any length and octets, which a zone file would have to escape.
inline dns::Record txt_record(std::string_view owner, std::string text) {
  dns::TxtData data;
  data.strings.push_back(std::move(text));
  dns::Record out;
  out.owner = dns::Name::parse(owner).value();
  out.type = dns::RecordType::txt;
  out.ttl = 3600;
  out.data = std::move(data);
  return out;
}

struct Row {
  std::string terms;  ///< of the record of x.test, behind `v=spf1`
  std::string zone;   ///< more records, as a zone file
  Result expected = Result::none;
  int lookups = -1;  ///< not compared when negative
  int voids = -1;
  std::string ip = "192.0.2.1";
  std::string mail_from = "a@x.test";
  std::string helo = "mail.helo.test";
};

inline Checked checked(const Row& row) {
  dns::ZoneData data = zones(row.zone);
  data.add(txt_record("x.test", "v=spf1 " + row.terms));
  Request request;
  request.ip = dns::IpAddress::parse(row.ip).value();
  request.mail_from = row.mail_from;
  request.helo = row.helo;
  request.receiver = "mx.receiver.test";
  return check(data, request);
}

inline void expect(const Row& row) {
  const Verdict verdict = checked(row).verdict;
  SCOPED_TRACE(row.terms + " for " + row.ip + ", " + row.mail_from);
  EXPECT_EQ(text(verdict.result), text(row.expected)) << verdict.problem;
  if (row.lookups >= 0) {
    EXPECT_EQ(verdict.lookups, row.lookups);
  }
  if (row.voids >= 0) {
    EXPECT_EQ(verdict.voids, row.voids);
  }
}

inline void expect(std::initializer_list<Row> rows) {
  for (const Row& row : rows) expect(row);
}

}  // namespace mandate::spf
