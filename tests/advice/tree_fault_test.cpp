// The rules of lint that need the DNS of other names: each row has the zone, and what is found.
#include "advice/tree_fault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "mandate/dns/zone_file.h"

namespace mandate::advice {
namespace {

std::vector<Finding> faults_of(std::string_view record_text, std::string_view zone) {
  dns::ZoneData data;
  const auto added = data.add_file(zone, "test.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  const auto domain = dns::Name::parse("d.test").value();
  dns::Facts facts;
  dns::Fact own;
  own.question = {domain, dns::RecordType::txt};
  own.status = dns::Fact::Status::found;
  own.records = {dns::TxtData{{std::string(record_text)}}};
  facts.add(own);
  const auto record = spf::parse_record(record_text);
  EXPECT_TRUE(record.has_value()) << record_text;
  for (int round = 0; round < 100; ++round) {
    auto outcome = tree_faults(domain, *record, facts);
    if (auto* findings = std::get_if<0>(&outcome)) return std::move(*findings);
    for (const dns::Question& question : std::get<1>(outcome)) {
      EXPECT_EQ(facts.find(question), nullptr) << "asked twice: " << dns::text(question);
      facts.add(data.lookup(question, {}));
    }
  }
  ADD_FAILURE() << "no end: " << record_text;
  return {};
}

std::string includes(int count) {
  std::string out = "v=spf1";
  for (int i = 0; i < count; ++i) out += " include:s" + std::to_string(i) + ".test";
  return out + " -all";
}

const char* const zone = R"($ORIGIN test.
$TTL 60
good      TXT "v=spf1 ip4:192.0.2.0/24 -all"
s0        TXT "v=spf1 ip4:192.0.2.1 -all"
s1        TXT "v=spf1 -all"
s2        TXT "v=spf1 -all"
s3        TXT "v=spf1 -all"
s4        TXT "v=spf1 -all"
s5        TXT "v=spf1 -all"
s6        TXT "v=spf1 -all"
s7        TXT "v=spf1 -all"
s8        TXT "v=spf1 -all"
s9        TXT "v=spf1 -all"
s10       TXT "v=spf1 -all"
none      TXT "hello"
broken    TXT "v=spf1 moo"
leads     TXT "v=spf1 include:spf.missing.test -all"
mail.d    A 192.0.2.8
guarded.d A 192.0.2.9
guarded.d TXT "v=spf1 a -all"
mails.d   MX 10 guarded.d
mails.d   MX 10 mail.d
mails.d   MX 20 host
open      TXT "v=spf1 +all"
back      TXT "v=spf1 include:d.test -all"
own       TXT "v=spf1 include:own.test -all"
ring      TXT "v=spf1 redirect=ring2.test"
ring2     TXT "v=spf1 redirect=ring.test"
wide      TXT "v=spf1 ip4:8.0.0.0/8 -all"
early     TXT "v=spf1 include:broken.test a:text.test include:s0.test include:s1.test include:s2.test -all"
dynamic   TXT "v=spf1 exists:%{i}.x.test -all"
why       TXT "because"
whys      TXT "one"
whys      TXT "two"
host      A 192.0.2.7
six       AAAA 2001:db8::1
text      TXT "no address"
null      MX 0 .
one       MX 10 host
many      MX 10 m0
many      MX 10 m1
many      MX 10 m2
many      MX 10 m3
many      MX 10 m4
many      MX 10 m5
many      MX 10 m6
many      MX 10 m7
many      MX 10 m8
many      MX 10 m9
many      MX 10 m10
)";

struct Row {
  std::string record;
  std::vector<std::string> ids;
};

TEST(LintOfATree, EachRuleHasARecordThatTriggersItAndOneNearIt) {
  const std::vector<Row> rows = {
      {"v=spf1 include:good.test -all", {}},
      {"v=spf1 include:none.test -all", {"include-without-spf"}},
      {"v=spf1 include:missing.test -all", {"include-without-spf", "dangling-include"}},
      {"v=spf1 include:below.missing.test -all", {"include-without-spf", "dangling-include"}},
      {"v=spf1 include:leads.test -all", {"include-broken", "dangling-include"}},
      {"v=spf1 include:_spf.good.test -all", {"include-without-spf"}},  // the domain exists
      {"v=spf1 include:missing.d.test -all", {"include-without-spf"}},  // it is the domain's own
      {"v=spf1 include:spf.missing.nowhere -all", {"include-without-spf"}},  // there is no such TLD
      {"v=spf1 include:co.uk -all", {"include-without-spf"}},
      {"v=spf1 -include:missing.test -all", {"include-without-spf"}},
      {"v=spf1 redirect=missing.test", {"redirect-without-spf", "dangling-include"}},
      {"v=spf1 mx:missing.test -all", {"a-mx-empty", "dangling-include"}},
      {"v=spf1 a:mail.d.test -all", {"helo-none"}},
      {"v=spf1 a:guarded.d.test -all", {}},
      {"v=spf1 -a:mail.d.test -all", {}},
      {"v=spf1 mx:mails.d.test -all", {"helo-none"}},
      {"v=spf1 -all include:missing.test", {}},
      {"v=spf1 include:broken.test -all", {"include-broken"}},
      {"v=spf1 include:open.test -all", {"include-open", "too-many-addresses"}},
      {"v=spf1 include:dynamic.test -all", {}},
      {"v=spf1 redirect=good.test", {}},
      {"v=spf1 redirect=none.test", {"redirect-without-spf"}},
      {"v=spf1 redirect=none.test -all", {}},
      {"v=spf1 include:back.test -all", {"loop", "lookups-over-10"}},
      {"v=spf1 include:own.test -all", {"loop", "lookups-over-10"}},
      {"v=spf1 redirect=ring.test", {"loop", "lookups-over-10"}},
      {includes(7), {}},
      {includes(8), {"lookups-near-10"}},
      {includes(10), {"lookups-near-10"}},
      {includes(11), {"lookups-over-10", "order-dependent-limit"}},
      {"v=spf1 a:host.test a:six.test -all", {}},
      {"v=spf1 a:text.test -all", {"a-mx-empty"}},
      {"v=spf1 mx:one.test -all", {}},
      {"v=spf1 mx:host.test -all", {"a-mx-empty"}},
      {"v=spf1 mx:null.test -all", {"null-mx"}},
      {"v=spf1 mx:many.test -all", {"mx-over-10"}},
      {"v=spf1 a:text.test a:m1.test exists:m2.test -all",
       {"a-mx-empty", "a-mx-empty", "voids-over-2", "dangling-include", "dangling-include"}},
      {"v=spf1 -ip4:192.0.2.0/24 include:good.test -all", {"shadowed"}},
      {"v=spf1 ?include:good.test include:s0.test -all", {"shadowed"}},
      {"v=spf1 -ip4:192.0.2.0/25 ~ip4:192.0.2.128/25 ip4:192.0.2.0/24 -all", {"shadowed"}},
      {"v=spf1 ~a:host.test ip4:192.0.2.7 -all", {"shadowed"}},
      {"v=spf1 -ip4:192.0.2.0/25 include:good.test -all", {}},
      {"v=spf1 -ip4:192.0.2.0/24 ip4:192.0.2.1 -all", {}},  // `conflict` tells of it
      {"v=spf1 ip4:192.0.2.0/24 include:good.test -all", {}},
      {"v=spf1 -ip4:192.0.2.0/24 include:s1.test -all", {}},
      {"v=spf1 -ip4:192.0.2.0/24 ?include:good.test -all", {}},
      {"v=spf1 -ip4:192.0.2.0/24 include:dynamic.test -all", {}},
      {"v=spf1 -all include:good.test", {}},  // `after-all` tells of it
      {"v=spf1 include:wide.test -all", {"too-many-addresses"}},
      {"v=spf1 exp=why.test -all", {}},
      {"v=spf1 exp=whys.test -all", {"exp-target"}},
      {"v=spf1 exp=missing.test -all", {"exp-target"}},
  };
  std::set<std::string> triggered;
  for (const Row& row : rows) {
    std::vector<std::string> found;
    for (const Finding& finding : faults_of(row.record, zone)) {
      found.emplace_back(finding.rule->id);
      EXPECT_LE(finding.span.end, row.record.size());
    }
    EXPECT_EQ(found, row.ids) << row.record;
    triggered.insert(found.begin(), found.end());
  }
  for (const Rule& rule : rules()) {
    EXPECT_EQ(triggered.contains(std::string(rule.id)), rule.needs == Needs::tree) << rule.id;
  }
}

TEST(LintOfATree, WhatStandsBehindABrokenIncludeIsCounted) {
  const auto behind = [](const std::string& first, int count) {
    return "v=spf1 include:" + first + ".test " + includes(count).substr(7);
  };
  const std::vector<Row> rows = {
      {behind("none", 6), {"include-without-spf"}},
      {behind("none", 7), {"include-without-spf", "lookups-near-10"}},
      {behind("none", 10), {"include-without-spf", "lookups-over-10"}},
      {behind("missing", 10), {"include-without-spf", "lookups-over-10", "dangling-include"}},
      {behind("broken", 10), {"include-broken", "lookups-over-10"}},
      {behind("early", 1), {"include-broken"}},  // the other five stand in it
      {behind("early", 2), {"include-broken", "lookups-near-10"}},
      {behind("early", 5), {"include-broken", "lookups-over-10"}},
      {"v=spf1 include:none.test a:text.test a:m1.test -all",
       {"include-without-spf", "a-mx-empty", "a-mx-empty", "dangling-include"}},
      {"v=spf1 include:none.test a:text.test a:m1.test exists:m2.test -all",
       {"include-without-spf", "a-mx-empty", "a-mx-empty", "voids-over-2", "dangling-include",
        "dangling-include"}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> found;
    for (const Finding& finding : faults_of(row.record, zone)) {
      found.emplace_back(finding.rule->id);
    }
    EXPECT_EQ(found, row.ids) << row.record;
  }
}

}  // namespace
}  // namespace mandate::advice
