// check_host by rule: RFC 7208 as it stands. Where it leaves room: open_questions_test.cpp.
#include "mandate/spf/check_host.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "zone_check.h"

namespace mandate::spf {
namespace {

struct Case {
  std::string_view rule;
  std::string_view zone;
  std::string_view ip;
  std::string_view mail_from;
  Result expected;
  int lookups = -1;  ///< not compared when negative
  int voids = -1;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.rule;
}

class Rule : public testing::TestWithParam<Case> {};

TEST_P(Rule, Holds) {
  const Case& c = GetParam();
  const Verdict verdict = check(c.zone, c.ip, std::string(c.mail_from));
  EXPECT_EQ(text(verdict.result), text(c.expected)) << c.rule << ": " << verdict.problem;
  if (c.lookups >= 0) {
    EXPECT_EQ(verdict.lookups, c.lookups) << c.rule;
  }
  if (c.voids >= 0) {
    EXPECT_EQ(verdict.voids, c.voids) << c.rule;
  }
  const bool error = verdict.result == Result::permerror || verdict.result == Result::temperror ||
                     verdict.result == Result::none;
  EXPECT_EQ(verdict.problem.empty(), !error) << verdict.problem;
}

INSTANTIATE_TEST_SUITE_P(
    Selection, Rule,
    testing::Values(
        Case{"no record is none", "x.test A 192.0.2.1\n", "192.0.2.1", "a@x.test", Result::none},
        Case{"no such name is none", "y.test A 192.0.2.1\n", "192.0.2.1", "a@x.test", Result::none},
        Case{"a failed lookup is temperror", "", "192.0.2.1", "a@x.broken.test", Result::temperror},
        Case{"other TXT records are passed over",
             "x.test TXT \"v=spf10 -all\"\nx.test TXT \"hello\"\nx.test TXT \"v=spf1 +all\"\n",
             "192.0.2.1", "a@x.test", Result::pass},
        Case{"a label over 63 octets is none", "", "192.0.2.1",
             "a@"
             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test",
             Result::none},
        Case{"an empty label is none", "", "192.0.2.1", "a@x..test", Result::none},
        Case{"an address literal is none", "", "192.0.2.1", "a@[192.0.2.1]", Result::none},
        Case{"the null sender is postmaster at HELO",
             "mail.helo.test TXT \"v=spf1 exists:%{l}.x.test -all\"\npostmaster.x.test A "
             "127.0.0.2\n",
             "192.0.2.1", "", Result::pass},
        Case{"a missing local part is postmaster",
             "y.test TXT \"v=spf1 exists:%{l}.x.test -all\"\npostmaster.x.test A 127.0.0.2\n",
             "192.0.2.1", "@y.test", Result::pass}));

INSTANTIATE_TEST_SUITE_P(
    Terms, Rule,
    testing::Values(
        Case{"no term that matches is neutral", "x.test TXT \"v=spf1 ip4:198.51.100.1\"\n",
             "192.0.2.1", "a@x.test", Result::neutral},
        Case{"terms behind a match are dead", "x.test TXT \"v=spf1 ?all -all mx\"\n", "192.0.2.1",
             "a@x.test", Result::neutral, 0},
        Case{"exists asks for A whatever the client",
             "x.test TXT \"v=spf1 exists:y.test -all\"\ny.test A 127.0.0.2\n", "2001:db8::1",
             "a@x.test", Result::pass, 1},
        Case{"a failed A lookup is temperror", "x.test TXT \"v=spf1 a:y.broken.test +all\"\n",
             "192.0.2.1", "a@x.test", Result::temperror},
        Case{"%{d} in an include is the included domain",
             "x.test TXT \"v=spf1 include:y.test -all\"\ny.test TXT \"v=spf1 exists:%{d}.z.test\"\n"
             "y.test.z.test A 127.0.0.2\n",
             "192.0.2.1", "a@x.test", Result::pass, 2}));

INSTANTIATE_TEST_SUITE_P(IncludeAndRedirect, Rule,
                         testing::Values(Case{"include of pass matches",
                                              "x.test TXT \"v=spf1 include:y.test -all\"\n"
                                              "y.test TXT \"v=spf1 +all\"\n",
                                              "192.0.2.1", "a@x.test", Result::pass, 1},
                                         Case{"include of fail does not match",
                                              "x.test TXT \"v=spf1 include:y.test ~all\"\n"
                                              "y.test TXT \"v=spf1 -all\"\n",
                                              "192.0.2.1", "a@x.test", Result::softfail, 1},
                                         Case{"include of neutral does not match",
                                              "x.test TXT \"v=spf1 include:y.test ~all\"\n"
                                              "y.test TXT \"v=spf1 ?all\"\n",
                                              "192.0.2.1", "a@x.test", Result::softfail},
                                         Case{"include of none is permerror",
                                              "x.test TXT \"v=spf1 include:y.test +all\"\n",
                                              "192.0.2.1", "a@x.test", Result::permerror},
                                         Case{"include of permerror is permerror",
                                              "x.test TXT \"v=spf1 include:y.test +all\"\n"
                                              "y.test TXT \"v=spf1 moo\"\n",
                                              "192.0.2.1", "a@x.test", Result::permerror},
                                         Case{"redirect takes the target's result",
                                              "x.test TXT \"v=spf1 redirect=y.test\"\n"
                                              "y.test TXT \"v=spf1 ~all\"\n",
                                              "192.0.2.1", "a@x.test", Result::softfail, 1},
                                         Case{"redirect to none is permerror",
                                              "x.test TXT \"v=spf1 redirect=y.test\"\n",
                                              "192.0.2.1", "a@x.test", Result::permerror},
                                         Case{"redirect to a malformed name is permerror",
                                              "x.test TXT \"v=spf1 redirect=%{l}.y.test\"\n",
                                              "192.0.2.1", "a..b@x.test", Result::permerror}));

constexpr std::string_view kPtr =
    "x.test TXT \"v=spf1 ptr ~all\"\n"
    "p.test TXT \"v=spf1 exists:%{p}.seen.test ~all\"\n"
    "1.2.0.192.in-addr.arpa PTR host.x.test\n"
    "host.x.test A 192.0.2.1\n"
    "host.x.test.seen.test A 127.0.0.2\n";

INSTANTIATE_TEST_SUITE_P(Ptr, Rule,
                         testing::Values(Case{"a validated name below the domain matches", kPtr,
                                              "192.0.2.1", "a@x.test", Result::pass, 1},
                                         Case{"no PTR is one void", kPtr, "192.0.2.77", "a@x.test",
                                              Result::softfail, 1, 1},
                                         Case{"%{p} is the validated name", kPtr, "192.0.2.1",
                                              "a@p.test", Result::pass, 2}));

TEST(Explanation, IsExpandedFromItsStringsJoined) {  // RFC 7208 section 6.2
  const std::string zone =
      "x.test TXT \"v=spf1 -all exp=e.%{d}\"\n"
      "e.x.test TXT \"%{i} may not send as %{s}; see \" \"%{d}/why?%{S}\"\n";
  EXPECT_EQ(check(zone, "192.0.2.1", "a+b@x.test").explanation,
            "192.0.2.1 may not send as a+b@x.test; see x.test/why?a%2Bb%40x.test");
}

TEST(Verdict, NamesTheDecidingTermWithItsPlaceAndPath) {
  const std::string zone =
      "x.test TXT \"v=spf1 mx include:y.test ~all\"\ny.test TXT \"v=spf1 redirect=z.test\"\n"
      "z.test TXT \"v=spf1 a ip4:192.0.2.0/24 -all\"\n";
  const Verdict verdict = check(zone, "192.0.2.1", "a@x.test");
  ASSERT_TRUE(verdict.decided_by.has_value());
  EXPECT_EQ(verdict.decided_by->domain(), "z.test");
  EXPECT_EQ(verdict.decided_by->term(), "ip4:192.0.2.0/24");
  EXPECT_EQ(verdict.decided_by->span.in(verdict.decided_by->record), "ip4:192.0.2.0/24");
  EXPECT_EQ(verdict.decided_by->path, (std::vector<std::string>{"x.test", "y.test", "z.test"}));
  const Verdict fallen = check(zone, "198.51.100.1", "a@x.test");
  EXPECT_EQ(fallen.decided_by->term(), "~all");
  EXPECT_EQ(fallen.decided_by->domain(), "x.test");
  EXPECT_FALSE(check("x.test TXT v=spf1\n", "192.0.2.1", "a@x.test").decided_by.has_value());
}

TEST(Verdict, IsDynamicWhenMoreThanNetworksOfTheAddressDecides) {
  const std::string zone =
      "s.test TXT \"v=spf1 exists:%{l}.x.test a mx ip4:192.0.2.0/24 -all exp=%{i}.x.test\"\n"
      "i.test TXT \"v=spf1 exists:%{ir}.x.test -all\"\np.test TXT \"v=spf1 ptr -all\"\n"
      "n.test TXT \"v=spf1 include:%{i}.x.test -all\"\n";
  EXPECT_FALSE(check(zone, "192.0.3.1", "a@s.test").dynamic);
  EXPECT_TRUE(check(zone, "192.0.2.1", "a@i.test").dynamic);
  EXPECT_TRUE(check(zone, "192.0.2.1", "a@p.test").dynamic);
  EXPECT_TRUE(check(zone, "192.0.2.1", "a@n.test").dynamic);
}

TEST(Range, ReachesAsFarAsEveryNetworkThatTheAddressWasHeldAgainst) {
  const std::string zone =
      "x.test TXT \"v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 a/28 ?include:y.test -all\"\n"
      "x.test A 192.0.2.17\ny.test TXT \"v=spf1 ip4:192.0.2.128/25 ip4:192.0.2.4\"\n";
  const auto range = [&](std::string_view ip) {
    const Verdict verdict = check(zone, ip, "a@x.test");
    return verdict.range.first.text() + " " + verdict.range.last.text();
  };
  EXPECT_EQ(range("192.0.2.1"), "0.0.0.0 192.0.2.3");
  EXPECT_EQ(range("192.0.2.4"), "192.0.2.4 192.0.2.4");
  EXPECT_EQ(range("192.0.2.15"), "192.0.2.5 192.0.2.15");
  EXPECT_EQ(range("192.0.2.16"), "192.0.2.16 192.0.2.31");
  EXPECT_EQ(range("192.0.2.255"), "192.0.2.128 192.0.2.255");
  EXPECT_EQ(range("198.51.100.7"), "198.51.100.0 198.51.100.255");
  EXPECT_EQ(range("255.255.255.255"), "198.51.101.0 255.255.255.255");
  EXPECT_EQ(range("2001:db8::1"), "2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(Trace, IsEmptyUnlessItIsAskedFor) {
  Request request;
  request.mail_from = "a@x.test";
  const Checked checked = check(zones("x.test TXT \"v=spf1 -all\"\n"), request);
  EXPECT_FALSE(checked.verdict.trace.empty());
  EXPECT_TRUE(std::get<Verdict>(check_host(request, checked.facts)).trace.empty());
}

TEST(Questions, AreAskedOnceAndBoundedUnderAQueryBomb) {  // RFC 7208 section 11.1
  std::string zone;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "n" + std::to_string(i) + ".test";
    zone += name + " TXT \"v=spf1";
    for (int j = 0; j < 9; ++j)
      zone += " include:n" + std::to_string((i + j + 1) % 20) + ".test mx";
    zone += " ptr exists:%{i}.%{p}.x.test -all\"\n";
    for (int j = 0; j < 10; ++j) zone += name + " MX 0 h" + std::to_string(j) + "." + name + "\n";
  }
  Request request;
  request.ip = dns::IpAddress::parse("192.0.2.1").value();
  request.mail_from = "a@n0.test";
  const Checked checked = check(zones(zone), request);
  EXPECT_EQ(checked.verdict.result, Result::permerror);
  EXPECT_LE(checked.facts.size(), 10U * 11U + 1U);
}

// Every record of a random forest has an outcome, whatever the DNS answers, in bounded rounds.
TEST(Totality, EveryPolicyEndsInAVerdict) {
  std::mt19937 random(11);
  const std::string_view terms[] = {" a",
                                    " mx",
                                    " ptr",
                                    " include:%{l}.test",
                                    " ?exists:%{i}.test",
                                    " -ip4:192.0.2.0/25",
                                    " a:h.broken.test/24",
                                    " redirect=n3.test",
                                    " include:n1.test",
                                    " include:n2.test",
                                    " exists:%{p}.n1.test",
                                    " include:n3.broken.test",
                                    " exp=n1.test",
                                    " mx:n2.test//64",
                                    " moo",
                                    " all"};
  for (int round = 0; round < 400; ++round) {
    std::string zone;
    for (int i = 0; i < 4; ++i) {
      const std::string name = "n" + std::to_string(i) + ".test";
      zone += name + " TXT \"v=spf1";
      for (auto n = random() % 6; n > 0; --n) zone += terms[random() % std::size(terms)];
      zone += "\"\n";
      if (random() % 2 == 0) zone += name + " A 192.0.2.200\n";
      if (random() % 2 == 0) zone += name + " MX 1 n1.test\n";
    }
    Request request;
    request.ip = dns::IpAddress::parse(random() % 2 == 0 ? "192.0.2.7" : "2001:db8::7").value();
    request.mail_from = "n2@n0.test";
    request.helo = "n1.test";
    const Checked checked = check(zones(zone), request);
    EXPECT_LE(checked.rounds, 40);
    EXPECT_LE(checked.verdict.lookups, 12);
    // The same facts give the same verdict again: the engine keeps nothing.
    const auto again = std::get<Verdict>(check_host(request, checked.facts, {.trace = true}));
    EXPECT_EQ(again.result, checked.verdict.result);
    EXPECT_EQ(again.trace.size(), checked.verdict.trace.size());
  }
}

}  // namespace
}  // namespace mandate::spf
