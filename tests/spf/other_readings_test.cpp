#include "mandate/spf/other_readings.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "zone_check.h"

namespace mandate::spf {
namespace {

/// Answers what either the check or its other readings lack.
std::vector<OtherReading> readings_of(std::string_view zone, const Request& request,
                                      const Limits& limits = {}) {
  const dns::ZoneData data = zones(zone);
  auto [ours, facts, rounds] = check(data, request, {.limits = limits});
  for (;;) {
    auto outcome = other_readings(request, facts, limits, ours);
    if (auto* found = std::get_if<std::vector<OtherReading>>(&outcome)) return std::move(*found);
    for (const dns::Question& question : std::get<Questions>(outcome)) {
      EXPECT_EQ(facts.find(question), nullptr) << "asked twice: " << dns::text(question);
      facts.add(answer(data, question));
    }
  }
}

struct Case {
  std::string id;
  std::string zone;
  Result ours;
  Result theirs;
  std::string ip = "192.0.2.1";
  std::string mail_from = "a@example.com";
};

std::string mail_exchangers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += fmt::format("example.com. MX 10 mx{}.example.com.\nmx{}.example.com. A 192.0.2.{}\n", i,
                       i, i + 1);
  }
  return out;
}

std::string pointers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += fmt::format(
        "1.2.0.192.in-addr.arpa. PTR h{}.example.com.\nh{}.example.com. A 192.0.2.1\n", i, i);
  }
  return out;
}

std::string record(std::string_view terms) {
  return fmt::format("example.com. TXT \"v=spf1 {}\"\n", terms);
}

/// Ten lookups, the last of them behind %{p}, whose own makes eleven.
std::string ten_lookups_and_a_validated_name() {
  std::string terms;
  for (int i = 0; i < 9; ++i) terms += fmt::format("a:h{}.x.test ", i);
  std::string zone = record(terms + "exists:%{p}.x.test -all");
  for (int i = 0; i < 9; ++i) zone += fmt::format("h{}.x.test. A 203.0.113.1\n", i);
  return zone + "unknown.x.test. A 127.0.0.2\n";
}

std::vector<Case> cases() {
  using enum Result;
  const std::string long_label(60, 'x');
  std::string long_name = fmt::format("{0}.{0}.{0}.", long_label);
  std::string kept = long_name;
  for (int i = 0; i < 6; ++i) {
    long_name += "%{d}.";
    kept += "example.com.";
  }
  kept += "test";
  while (kept.size() > 253) kept = kept.substr(kept.find('.') + 1);
  return {
      {"voids-of-both-families",
       record("a:h0.x.test a:h1.x.test a:h2.x.test ?all") +
           "h0.x.test. A 192.0.2.9\nh1.x.test. A 192.0.2.9\nh2.x.test. A 192.0.2.9\n",
       permerror, neutral, "2001:db8::1"},
      {"voids-of-mail-exchangers",
       record("mx -all") + "example.com. MX 1 g0.x.test.\nexample.com. MX 2 g1.x.test.\n"
                           "example.com. MX 3 g2.x.test.\n",
       fail, permerror},
      {"lookup-behind-last-void",
       record("a:g0.x.test a:g1.x.test a:h.x.test -all") + "h.x.test. A 192.0.2.1\n", pass,
       permerror},
      {"validated-name-free", ten_lookups_and_a_validated_name(), permerror, pass},
      {"first-mail-exchangers", record("mx -all") + mail_exchangers(11), permerror, pass},
      {"many-pointers", record("ptr:example.com -all") + pointers(11), pass, permerror},
      {"pointer-failure", record("ptr -all"), fail, temperror, "192.0.2.66"},
      {"pointer-address-failure",
       record("ptr -all") + "1.2.0.192.in-addr.arpa. PTR h.broken.test.\n", fail, temperror},
      {"include-failure-ignored", record("include:broken.test -all"), temperror, fail},
      {"syntax-behind-match", record("ip4:192.0.2.1 moo -all"), permerror, pass},
      {"redirect-beside-all",
       record("redirect=p.x.test -all") + "p.x.test. TXT \"v=spf1 ip4:192.0.2.1\"\n", fail, pass},
      {"repeated-modifier", record("x=1 x=2 ip4:192.0.2.1 -all"), pass, permerror},
      {"modifier-case", record("REDIRECT=p.x.test") + "p.x.test. TXT \"v=spf1 -all\"\n", fail,
       neutral},
      {"zero-digits", record("exists:%{d0}.x.test -all"), permerror, fail},
      {"self-include", record("ip4:192.0.2.1 include:example.com -all"), pass, permerror},
      {"single-label", "local. TXT \"v=spf1 -all\"\n", none, fail, "192.0.2.1", "a@local"},
      {"mapped-client", record("ip4:192.0.2.1 -all"), pass, fail, "::ffff:192.0.2.1"},
      {"mapped-network", record("ip6:::ffff:192.0.2.1 -all"), fail, pass},
      {"octets-outside-ascii", record("ip4:192.0.2.1 x=\\195\\164 -all"), permerror, pass},
      {"local-part-outside-ascii",
       record("exists:%{l}.x.test -all") + "j\\195\\182.x.test. A 127.0.0.2\n", fail, pass,
       "192.0.2.1", "j\xc3\xb6@example.com"},
      {"tab-behind-version", "example.com. TXT \"v=spf1\\009-all\"\n", none, fail},
      {"long-name-kept",
       fmt::format("example.com. TXT \"v=spf1 exists:\" \"{}test -all\"\n{}. A 127.0.0.2\n",
                   long_name, kept),
       pass, fail},
      {"trailing-dot", record("a:h.x.test. -all") + "h.x.test. A 192.0.2.1\n", pass, permerror},
      {"zero-prefix", record("ip4:0.0.0.0/0 -all"), pass, permerror},
  };
}

Request request_of(const Case& test) {
  Request request;
  request.ip = dns::IpAddress::parse(test.ip).value();
  request.mail_from = test.mail_from;
  request.helo = "mail.helo.test";
  return request;
}

TEST(OtherReadings, EachIsToldWhereItChangesTheResult) {
  for (const Case& test : cases()) {
    const Request request = request_of(test);
    EXPECT_EQ(check(zones(test.zone), request).verdict.result, test.ours) << test.id;
    const auto found = readings_of(test.zone, request);
    bool told = false;
    for (const OtherReading& other : found) {
      EXPECT_NE(other.result, test.ours) << test.id << ": " << other.rule->id;
      if (other.rule->id != test.id) continue;
      told = true;
      EXPECT_EQ(text(other.result), text(test.theirs)) << test.id << ": " << other.problem;
    }
    EXPECT_TRUE(told) << test.id;
  }
}

TEST(OtherReadings, EveryRuleHasACaseAndSaysWhoHoldsItAndWhereTheRfcSpeaksOfIt) {
  std::set<std::string, std::less<>> tested;
  for (const Case& test : cases()) tested.insert(test.id);
  for (const ReadingRule& rule : reading_rules()) {
    EXPECT_TRUE(tested.contains(rule.id)) << rule.id;
    EXPECT_FALSE(rule.ours.empty() || rule.theirs.empty() || rule.held_by.empty() ||
                 rule.section.empty())
        << rule.id;
  }
  EXPECT_EQ(tested.size(), reading_rules().size());
}

TEST(OtherReadings, ThePageListsEachOfThem) {
  std::ifstream file(MANDATE_DOCS "/readings.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const ReadingRule& rule : reading_rules()) {
    const std::string row = fmt::format("| `{}` | {} | {} | {} | {} |\n", rule.id, rule.ours,
                                        rule.theirs, rule.held_by, rule.section);
    EXPECT_TRUE(page.contains(row)) << row;
  }
}

TEST(OtherReadings, APolicyWithoutDoubtHasNone) {
  const Case plain{"",
                   record("ip4:192.0.2.1 a mx include:b.example.com -all") +
                       "b.example.com. TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"
                       "example.com. A 192.0.2.9\nexample.com. MX 10 example.com.\n",
                   {},
                   {}};
  EXPECT_TRUE(readings_of(plain.zone, request_of(plain)).empty());
}

TEST(OtherReadings, TheLimitsAreTheCallers) {
  const std::string zone = record("a:g0.x.test a:h.x.test -all") + "h.x.test. A 192.0.2.1\n";
  const Request request = request_of({"", zone, {}, {}});
  EXPECT_TRUE(readings_of(zone, request).empty());
  const auto found = readings_of(zone, request, {.voids = 1});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule->id, "lookup-behind-last-void");
}

}  // namespace
}  // namespace mandate::spf
