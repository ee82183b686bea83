// The rules of lint about a name: each row has the zone, and what is found there.
#include "advice/name_fault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "advice/lint.h"
#include "mandate/dns/zone_file.h"

namespace mandate::advice {
namespace {

using Ids = std::vector<std::string>;

struct Told {
  Ids found;
  Ids not_checked;
};

/// Asks the zone as `resolver::settle` would; what `failing` names is not answered.
Told faults_of(std::string_view domain, std::string_view zone, std::string_view failing = "") {
  dns::ZoneData data;
  const auto added = data.add_file("$TTL 3600\n" + std::string(zone), "test.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  const auto name = dns::Name::parse(domain).value();
  dns::Facts facts;
  facts.add(data.lookup({name, dns::RecordType::txt}, {}));
  const std::string text = lint(*facts.find({name, dns::RecordType::txt})).front().text;
  for (int round = 0; round < 10; ++round) {
    auto outcome = name_faults({.domain = name, .text = text, .whole_ttls = true}, facts);
    if (auto* faults = std::get_if<NameFaults>(&outcome)) {
      Told out;
      for (const Finding& finding : faults->findings) {
        out.found.emplace_back(finding.rule->id);
        EXPECT_EQ(finding.span, (spf::Span{0, text.size()}));
      }
      for (const Rule* rule : faults->not_checked) out.not_checked.emplace_back(rule->id);
      return out;
    }
    for (const dns::Question& question : std::get<spf::Questions>(outcome)) {
      EXPECT_EQ(facts.find(question), nullptr) << "asked twice: " << dns::text(question);
      dns::Fact fact = data.lookup(question, {});
      if (dns::text(question) == failing) {
        fact = {.question = question, .detail = "no answer"};
      }
      facts.add(std::move(fact));
    }
  }
  ADD_FAILURE() << "no end: " << domain;
  return {};
}

/// Two records of many octets beside the SPF record of d.test.
std::string crowd(std::size_t octets) {
  std::string out = "d.test. TXT \"v=spf1 mx -all\"\n";
  for (std::size_t done = 0; done < octets;) {
    const std::size_t size = std::min<std::size_t>(octets - done, 200);
    out += "d.test. TXT \"" + std::string(size, static_cast<char>('a' + done / 200)) + "\"\n";
    done += size;
  }
  return out;
}

struct Row {
  std::string domain;
  std::string zone;
  Ids ids;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> out = {
      {"d.test", "d.test. TXT \"v=spf1 mx -all\"", {}},
      // An alias, and one that leads to the name.
      {"d.test", "d.test. CNAME e.test.\ne.test. TXT \"v=spf1 mx -all\"", {"cname-at-name"}},
      {"e.test", "d.test. CNAME e.test.\ne.test. TXT \"v=spf1 mx -all\"", {}},
      {"a.d.test",
       "d.test. DNAME e.test.\na.e.test. TXT \"v=spf1 mx -all\"\na.e.test. A 192.0.2.1",
       {"dname"}},
      {"a.d.test",
       "d.test. DNAME e.test.\na.e.test. CNAME b.test.\nb.test. TXT \"v=spf1 mx -all\"",
       {"dname"}},
      {"e.test", "d.test. DNAME e.test.\ne.test. TXT \"v=spf1 mx -all\"", {}},
      // Another name: records that cannot be meant for it, that may be its own, that are others'.
      {"d.test", "d.test. A 192.0.2.1\n@.d.test. TXT \"v=spf1 -all\"", {"wrong-name"}},
      {"d.test", "d.test. A 192.0.2.1\nd.test.d.test. TXT \"v=spf1 mx ~all\"", {"wrong-name"}},
      {"d.test", "d.test. A 192.0.2.1\nwww.d.test. TXT \"v=spf1 mx -all\"", {"wrong-name"}},
      {"d.test", "d.test. A 192.0.2.1\nwww.d.test. TXT \"v=spf1 -all\"", {}},
      {"d.test", "d.test. A 192.0.2.1\nwww.d.test. TXT \"hello\"", {}},
      {"d.test",
       "d.test. A 192.0.2.1\nwww.d.test. CNAME w.other.test.\nw.other.test. TXT \"v=spf1 mx -all\"",
       {}},
      {"d.test", "d.test. TXT \"v=spf1 mx -all\"\nwww.d.test. TXT \"v=spf1 a -all\"", {}},
      // The type SPF.
      {"d.test", "d.test. A 192.0.2.1\nd.test. SPF \"v=spf1 mx -all\"", {"type99"}},
      {"d.test", "d.test. SPF \"v=spf1 mx -all\"\nd.test. TXT \"v=spf1 mx -all\"", {}},
      {"d.test", "d.test. A 192.0.2.1\nd.test. SPF \"hello\"", {}},
      // Wildcards: below the name, beside it, and one that the name differs from.
      {"d.test", "d.test. A 192.0.2.1\n*.d.test. TXT \"v=spf1 mx -all\"", {"wildcard-only"}},
      {"a.d.test", "*.d.test. TXT \"v=spf1 mx -all\"", {"wildcard-only"}},
      {"a.d.test", "*.d.test. TXT \"v=spf1 mx -all\"\na.d.test. TXT \"v=spf1 a -all\"", {}},
      {"a.d.test",
       "*.d.test. TXT \"v=spf1 mx -all\"\na.d.test. TXT \"v=spf1 mx -all\"\na.d.test. A 192.0.2.1",
       {}},
      {"d.test", "*.test. TXT \"v=spf1 mx -all\"", {}},
      // A name whose text keeps a wildcard from answering, and names that have more than a text.
      {"a.d.test", "*.d.test. MX 1 m.test.\na.d.test. TXT \"v=spf1 mx -all\"", {"wildcard-shadow"}},
      {"a.d.test", "*.d.test. A 192.0.2.1\na.d.test. TXT \"v=spf1 mx -all\"", {"wildcard-shadow"}},
      {"a.d.test",
       "*.d.test. MX 1 m.test.\na.d.test. TXT \"v=spf1 mx -all\"\na.d.test. A 192.0.2.1",
       {}},
      {"a.d.test", "*.d.test. TXT \"hello\"\na.d.test. TXT \"v=spf1 mx -all\"", {}},
      {"d.test", "*.test. MX 1 m.test.\nd.test. TXT \"v=spf1 mx -all\"", {}},
      // Names below that take mail.
      {"d.test", "*.d.test. MX 1 m.test.\nd.test. TXT \"v=spf1 mx -all\"", {"subdomain-none"}},
      {"d.test",
       "*.d.test. MX 1 m.test.\n*.d.test. TXT \"v=spf1 -all\"\nd.test. TXT \"v=spf1 mx -all\"",
       {}},
      {"d.test", "*.d.test. MX 0 .\nd.test. TXT \"v=spf1 mx -all\"", {}},
      // The size of the answer: 12 + 8 + 4 of header and question, 11 of OPT, 12 + 15 of the
      // record, and 13 beside each text leave 1105 of the 1232 for the texts.
      {"d.test", crowd(1232 - 12 - 12 - 11 - 27 - 6 * 13 + 1), {"rrset-over-1232"}},
      {"d.test", crowd(1232 - 12 - 12 - 11 - 27 - 6 * 13), {}},
      // Domains that send no mail.
      {"d.test", "d.test. TXT \"hello\"", {"parked"}},
      {"d.test", "d.test. TXT \"v=spf1 ~all\"", {"parked"}},
      {"d.test", "d.test. TXT \"v=spf1 ~all\"\nd.test. MX 0 .\nd.test. A 192.0.2.1", {"parked"}},
      {"d.test", "d.test. TXT \"v=spf1 -all\"", {}},
      {"d.test", "d.test. TXT \"v=spf1 mx ~all\"", {}},
      {"d.test", "d.test. TXT \"v=spf1 ~all\"\nd.test. MX 1 m.test.", {}},
      {"d.test", "d.test. TXT \"hello\"\nd.test. AAAA 2001:db8::1", {}},
      {"d.test", "d.test. TXT \"1v=spf1 mx -all\"", {}},
      {"d.test", "d.test. TXT \"hello\"\nd.test. SPF \"v=spf1 mx -all\"", {"type99"}},
      {"d.test", "d.test. TXT \"hello\"\n@.d.test. TXT \"v=spf1 mx -all\"", {"wrong-name"}},
      {"d.test", "d.test. TXT \"hello\"\n*.d.test. TXT \"v=spf1 mx -all\"", {"wildcard-only"}},
      {"missing.test", "d.test. TXT \"hello\"", {}},
      // DMARC.
      {"d.test",
       "d.test. TXT \"v=spf1 mx -all\"\n_dmarc.d.test. TXT \"v=DMARC1; p=Quarantine; pct=10\"",
       {"hardfail-before-dmarc"}},
      {"d.test",
       "d.test. TXT \"v=spf1 mx -all\"\n_dmarc.d.test. TXT \"v=DMARC1;p=none\"",
       {"hardfail-before-dmarc"}},
      {"d.test", "d.test. TXT \"v=spf1 mx -all\"\n_dmarc.d.test. TXT \"v=DMARC1; p=reject\"", {}},
      {"d.test", "d.test. TXT \"v=spf1 mx ~all\"\n_dmarc.d.test. TXT \"v=DMARC1; p=none\"", {}},
      {"d.test", "d.test. TXT \"v=spf1 -all\"\n_dmarc.d.test. TXT \"v=DMARC1; p=none\"", {}},
      {"d.test", "d.test. TXT \"v=spf1 mx -all\"\n_dmarc.d.test. TXT \"p=none; v=DMARC1\"", {}},
      // Times to live.
      {"d.test", "d.test. 299 TXT \"v=spf1 mx -all\"", {"ttl-extreme"}},
      {"d.test", "d.test. 300 TXT \"v=spf1 mx -all\"", {}},
      {"d.test", "d.test. 86400 TXT \"v=spf1 mx -all\"", {}},
      {"d.test", "d.test. 86401 TXT \"v=spf1 mx -all\"", {"ttl-extreme"}},
      // Of several records none is the policy.
      {"d.test", "d.test. TXT \"v=spf1 ~all\"\nd.test. TXT \"v=spf1 ?all\"", {}},
  };
  return out;
}

TEST(LintOfAName, EachRuleHasAZoneThatTriggersItAndOneNearIt) {
  std::set<std::string> triggered;
  for (const Row& row : rows()) {
    const Told told = faults_of(row.domain, row.zone);
    EXPECT_EQ(told.found, row.ids) << row.domain << "\n" << row.zone;
    EXPECT_EQ(told.not_checked, Ids{}) << row.zone;
    triggered.insert(told.found.begin(), told.found.end());
  }
  for (const Rule& rule : rules()) {
    EXPECT_EQ(triggered.contains(std::string(rule.id)), rule.needs == Needs::name) << rule.id;
  }
}

TEST(LintOfAName, WhatALookupThatFailedHidesIsNamed) {
  const std::string zone = "d.test. TXT \"v=spf1 mx -all\"";
  EXPECT_EQ(faults_of("d.test", zone, "d.test CNAME").not_checked, Ids{"cname-at-name"});
  EXPECT_EQ(faults_of("d.test", zone, "_dmarc.d.test TXT").not_checked,
            Ids{"hardfail-before-dmarc"});
  EXPECT_EQ(faults_of("d.test", zone, "d.test MX").not_checked, Ids{});
  EXPECT_EQ(
      faults_of("a.d.test", "d.test. DNAME e.test.\na.e.test. TXT \"v=spf1 -all\"", "d.test DNAME")
          .not_checked,
      Ids{"dname"});
  const std::string idle = "d.test. TXT \"hello\"";
  EXPECT_EQ(faults_of("d.test", idle, "d.test MX").not_checked, Ids{"parked"});
  EXPECT_EQ(faults_of("d.test", idle, "www.d.test TXT").not_checked, Ids{"wrong-name"});
}

TEST(LintOfAName, WhatACacheHasLeftOfATtlIsNotTakenForTheWhole) {
  const auto name = dns::Name::parse("d.test").value();
  dns::ZoneData data;
  ASSERT_TRUE(data.add_file("d.test. 20 TXT \"v=spf1 mx ~all\"", "test.zone"));
  dns::Facts facts;
  facts.add(data.lookup({name, dns::RecordType::txt}, {}));
  for (const bool whole : {false, true}) {
    const LintedName linted{.domain = name, .text = "v=spf1 mx ~all", .whole_ttls = whole};
    auto outcome = name_faults(linted, facts);
    while (const auto* questions = std::get_if<spf::Questions>(&outcome)) {
      for (const dns::Question& question : *questions) facts.add(data.lookup(question, {}));
      outcome = name_faults(linted, facts);
    }
    EXPECT_EQ(std::get<NameFaults>(outcome).findings.empty(), !whole);
  }
}

TEST(LintOfAName, TheLongestNameIsLookedAtLikeOthers) {
  const std::string label(62, 'x');
  const std::string domain = label + "." + label + "." + label + "." + std::string(62, 'y');
  EXPECT_EQ(faults_of(domain, domain + ". TXT \"hello\"").found, Ids{"parked"});
}

}  // namespace
}  // namespace mandate::advice
