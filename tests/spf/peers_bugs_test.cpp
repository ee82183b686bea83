// Faults that other SPF implementations had, each as a rule that holds here. Those in macros are in
// peers_macro_bugs_test.cpp.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mandate/spf/record.h"
#include "verdict_row.h"

namespace mandate::spf {
namespace {

using enum Result;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (; times > 0; --times) out += text;
  return out;
}

// libspf2: every include had a budget of its own, so that a few records made thousands of queries.
TEST(PeersBugs, OneBudgetOfLookupsServesAllIncludes) {  // RFC 7208 section 4.6.4
  std::string zone = "h.y.test A 192.0.2.9\n";
  std::string all;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "i" + std::to_string(i) + ".test";
    zone += name + " TXT \"v=spf1 " + repeated("a:h.y.test ", 5) + "-all\"\n";
    all += "include:" + name + " ";
  }
  for (int i = 0; i < 12; ++i) {
    zone += fmt::format("c{}.test TXT \"v=spf1 include:c{}.test\"\n", i, i + 1);
    zone += fmt::format("r{}.test TXT \"v=spf1 redirect=r{}.test\"\n", i, i + 1);
  }
  zone += "c12.test TXT \"v=spf1 +all\"\nr12.test TXT \"v=spf1 +all\"\n";
  expect({{all + "+all", zone, permerror, 11},
          {"include:c3.test -all", zone, pass, 10},
          {"include:c2.test -all", zone, permerror, 11},
          {"redirect=r3.test", zone, pass, 10},
          {"redirect=r2.test", zone, permerror, 11},
          {"include:c7.test redirect=r9.test", zone, pass, 6},
          {"include:i0.test include:i1.test ~all", zone, permerror, 11}});
  EXPECT_EQ(checked({all, zone}).facts.size(), 4U);  // x.test, i0.test, i1.test, h.y.test
}

// The Go library was off by one.
TEST(PeersBugs, ExactlyTenLookupsPassAndElevenDoNot) {  // RFC 7208 section 4.6.4
  const std::string zone =
      "h.y.test A 192.0.2.9\nh.y.test MX 0 h.y.test\n1.2.0.192.in-addr.arpa PTR h.y.test\n"
      "i.test TXT \"v=spf1 -all\"\nj.test TXT \"v=spf1 +all\"\n";
  for (const char* term :
       {"a:h.y.test ", "mx:h.y.test ", "ptr:z.test ", "include:i.test ", "?a:h.y.test/30 "}) {
    expect({{repeated(term, 10) + "+all", zone, pass, 10},
            {repeated(term, 11) + "+all", zone, permerror, 11},
            {repeated(term, 9) + "exists:h.y.test", zone, pass, 10},
            {repeated(term, 10) + "exists:h.y.test", zone, permerror, 11},
            {repeated(term, 9) + "redirect=j.test", zone, pass, 10},
            {repeated(term, 10) + "redirect=j.test", zone, permerror, 11},
            // What asks nothing costs nothing.
            {repeated(term, 10) + repeated("ip4:192.0.2.77 ip6:::1 moo=%{d} ", 9) + "+all", zone,
             pass, 10}});
  }
  expect({{"a:h.y.test mx:h.y.test ptr:z.test include:i.test a:h.y.test mx:h.y.test ptr:z.test "
           "include:i.test a:h.y.test exists:h.y.test",
           zone, pass, 10},
          {"exists:h.y.test " + repeated("a:h.y.test ", 20), zone, pass, 1}});
}

// libspf2 refused /0, and mail-auth took it for /32.
TEST(PeersBugs, APrefixLengthOfZeroIsKept) {
  const auto record = parse_record("v=spf1 ip4:192.0.2.1/0 ip6:2001:db8::1/0 a/0 mx//0 a/0//0");
  ASSERT_TRUE(record.has_value()) << record.error().message;
  EXPECT_EQ(record->directives[0].network.text(), "0.0.0.0/0");
  EXPECT_EQ(record->directives[1].network.text(), "::/0");
  EXPECT_EQ(record->directives[2].prefix4, 0);
  EXPECT_EQ(record->directives[2].prefix6, 128);
  EXPECT_EQ(record->directives[3].prefix4, 32);
  EXPECT_EQ(record->directives[3].prefix6, 0);
  EXPECT_EQ(record->directives[4].prefix4 + record->directives[4].prefix6, 0);
}

// rspamd: `a/24` left the IPv6 mask zero, and `a//64` the IPv4 one.
TEST(PeersBugs, APrefixLengthOfOneFamilyLeavesTheOtherWhole) {  // RFC 7208 section 5.6
  const std::string zone = "x.test A 192.0.2.1\nx.test AAAA 2001:db8::1\nx.test MX 0 x.test\n";
  for (const std::string term : {"a", "mx", "a:x.test", "mx:x.test"}) {
    expect({{term + "/24 -all", zone, pass, 1, 0, "192.0.2.200"},
            {term + "/24 -all", zone, fail, 1, 0, "192.0.3.1"},
            {term + "/24 -all", zone, pass, 1, 0, "2001:db8::1"},
            {term + "/24 -all", zone, fail, 1, 0, "2001:db8::2"},
            {term + "//64 -all", zone, pass, 1, 0, "2001:db8::2"},
            {term + "//64 -all", zone, fail, 1, 0, "2001:db8:0:1::1"},
            {term + "//64 -all", zone, pass, 1, 0, "192.0.2.1"},
            {term + "//64 -all", zone, fail, 1, 0, "192.0.2.2"},
            {term + "/31//127 -all", zone, pass, 1, 0, "192.0.2.0"},
            {term + "/31//127 -all", zone, fail, 1, 0, "192.0.2.2"},
            {term + "/31//127 -all", zone, pass, 1, 0, "2001:db8::"},
            {term + "/31//127 -all", zone, fail, 1, 0, "2001:db8::2"}});
  }
}

// libspf2 followed a redirect where it stood.
TEST(PeersBugs, ARedirectIsFollowedBehindEveryMechanism) {  // RFC 7208 section 6.1
  const std::string zone = "y.test TXT \"v=spf1 -all\"\nx.test A 192.0.2.1\n";
  expect({{"redirect=y.test ip4:192.0.2.1", zone, pass, 0},
          {"redirect=y.test a", zone, pass, 1},
          {"ip4:192.0.2.77 redirect=y.test ~ip4:192.0.2.0/24", zone, softfail, 0},
          {"redirect=y.test ip4:192.0.2.77", zone, fail, 1},
          {"redirect=none.test ip4:192.0.2.1", zone, pass, 0}});
  const Checked done = checked({"redirect=y.test ip4:192.0.2.1", zone});
  EXPECT_EQ(done.facts.size(), 1U);
}

// rspamd let the qualifiers inside an include out; in Haraka `-include` and `?include` passed.
TEST(PeersBugs, AnIncludeThatMatchesGivesItsOwnQualifier) {  // RFC 7208 section 5.2
  struct Qualifier {
    std::string sign;
    Result result;
  };
  const Qualifier qualifiers[] = {
      {"", pass}, {"+", pass}, {"-", fail}, {"~", softfail}, {"?", neutral}};
  for (const Qualifier& outer : qualifiers) {
    for (const Qualifier& inner : qualifiers) {
      const std::string zone = "i.test TXT \"v=spf1 " + inner.sign + "ip4:192.0.2.1 -all\"\n" +
                               "j.test TXT \"v=spf1 " + inner.sign + "include:i.test ?all\"\n";
      const bool matches = inner.result == pass;
      for (const Qualifier& end : qualifiers) {
        expect({{outer.sign + "include:i.test " + end.sign + "all", zone,
                 matches ? outer.result : end.result, 1},
                {outer.sign + "include:j.test " + end.sign + "all", zone,
                 matches ? outer.result : end.result, 2}});
      }
      // Nor does it change the terms behind it.
      expect({{outer.sign + "include:i.test ip4:192.0.2.0/24", zone, pass, 1, 0, "192.0.2.2"},
              {outer.sign + "include:i.test ip4:192.0.2.0/24", zone, neutral, 1, 0, "192.0.3.2"}});
    }
  }
}

// rspamd: the order of terms was lost in sorting.
TEST(PeersBugs, TheFirstTermThatMatchesDecidesWhateverItsKindOrLength) {  // section 4.6.2
  const std::string zone =
      "x.test A 192.0.2.1\nx.test MX 0 x.test\nx.test AAAA 2001:db8::1\n"
      "i.test TXT \"v=spf1 ip4:192.0.2.0/25\"\n";
  std::vector<std::string> terms{"ip4:192.0.2.1", "ip4:192.0.2.0/24", "ip4:0.0.0.0/0", "a",  "mx",
                                 "exists:x.test", "include:i.test",   "a/16",          "all"};
  for (std::size_t first = 0; first < terms.size(); ++first) {
    std::string record;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      record += (i == 0 ? "~" : "-") + terms[(first + i) % terms.size()] + " ";
    }
    const Verdict verdict = checked({record, zone}).verdict;
    EXPECT_EQ(verdict.result, softfail) << record;
    if (terms[first] != "include:i.test") {
      ASSERT_TRUE(verdict.decided_by.has_value()) << record;
      EXPECT_EQ(verdict.decided_by->term(), "~" + terms[first]);
    }
  }
}

// mail-auth: the first record that could be parsed won.
TEST(PeersBugs, ARecordThatParsesDoesNotWinOverAnother) {  // RFC 7208 section 4.5
  const std::string good = "y.test TXT \"v=spf1 +all\"\n";
  for (const char* other : {"v=spf1 moo", "v=spf1", "v=spf1 -all", "V=SPF1 ip4:1.2.3"}) {
    const std::string second = std::string("y.test TXT \"") + other + "\"\n";
    EXPECT_EQ(check(good + second, "192.0.2.1", "a@y.test").result, permerror) << other;
    EXPECT_EQ(check(second + good, "192.0.2.1", "a@y.test").result, permerror) << other;
    expect({"include:y.test +all", good + second, permerror, 1});
  }
  for (const char* other : {"v=spf10 -all", "v=spf1.1 -all", "spf2.0/pra -all", " v=spf1 -all"}) {
    const std::string second = std::string("y.test TXT \"") + other + "\"\n";
    EXPECT_EQ(check(good + second, "192.0.2.1", "a@y.test").result, pass) << other;
    EXPECT_EQ(check(second + good, "192.0.2.1", "a@y.test").result, pass) << other;
  }
}

// mail-auth: an unknown term swallowed the one behind it.
TEST(PeersBugs, AnUnknownTermIsPermerrorAndSwallowsNothing) {  // RFC 7208 section 4.6.1
  expect({{"moo -all", "", permerror, 0}, {"-all moo", "", permerror, 0}, {"moo", "", permerror}});
  const auto record = parse_record("v=spf1 moo -all");
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().span.in("v=spf1 moo -all"), "moo");
}

// mox: a modifier whose name begins like a mechanism was a syntax error.
TEST(PeersBugs, AModifierMayBeNamedLikeAMechanism) {  // RFC 7208 sections 4.6.1 and 6
  for (const char* name : {"a", "mx", "ptr", "all", "ip4", "ip6", "exists", "include"}) {
    for (const char* rest : {"", "1", "-x", ".y", "_z", "bc"}) {
      const std::string modifier = std::string(name) + rest;
      expect({{modifier + "=1 ~all", "", softfail, 0, 0},
              {"~all " + modifier + "=%{d}/24", "", softfail, 0, 0}});
      const auto record = parse_record("v=spf1 " + modifier + "=1 -all");
      ASSERT_TRUE(record.has_value()) << modifier;
      ASSERT_EQ(record->unknown.size(), 1U) << modifier;
      EXPECT_EQ(record->unknown[0].name, modifier);
      EXPECT_EQ(record->directives.size(), 1U) << modifier;
    }
  }
}

// mox: no macros in a, mx and ptr.
TEST(PeersBugs, EveryTermWithADomainExpandsMacros) {  // RFC 7208 sections 4.8 and 5
  const std::string zone =
      "a.x.test.y.test A 192.0.2.1\na.x.test.y.test MX 0 a.x.test.y.test\n"
      "a.x.test.y.test TXT \"v=spf1 -all exp=%{l}.e.test\"\na.e.test TXT why\n"
      "p.a.x.test.y.test TXT \"v=spf1 +all\"\n"
      "1.2.0.192.in-addr.arpa PTR a.x.test.y.test\n";
  const std::string name = "%{l}.%{d}.y.test";
  expect({{"a:" + name + " -all", zone, pass, 1},
          {"a:" + name + "/24//64 -all", zone, pass, 1, 0, "192.0.2.200"},
          {"a:%{d2/}.y.test/24 -all", "x.test.y.test A 192.0.2.9\n", pass, 1},
          {"mx:" + name + " -all", zone, pass, 1},
          {"mx:" + name + "/24 -all", zone, pass, 1, 0, "192.0.2.200"},
          {"ptr:" + name + " -all", zone, pass, 1},
          {"ptr:%{o}.y.test -all", zone, pass, 1},
          {"exists:" + name + " -all", zone, pass, 1},
          {"include:p." + name + " -all", zone, pass, 1},
          {"redirect=" + name, zone, fail, 1}});
  EXPECT_EQ(checked({"redirect=" + name, zone}).verdict.explanation, "why");
}

// The Go library took PTR names as they came, and `ptr:ex.com` for a part of `evilex.com`.
TEST(PeersBugs, APointerNameHasToHoldTheClientAndLieBelowTheDomain) {  // RFC 7208 section 5.5
  const std::string zone =
      "1.2.0.192.in-addr.arpa PTR h.ex.test\nh.ex.test A 192.0.2.1\n"
      "2.2.0.192.in-addr.arpa PTR h.ex.test\n"  // a name that does not hold the client
      "3.2.0.192.in-addr.arpa PTR evilex.test\nevilex.test A 192.0.2.3\n"
      "4.2.0.192.in-addr.arpa PTR ex.test\nex.test A 192.0.2.4\n"
      "5.2.0.192.in-addr.arpa PTR ex.test.evil.test\nex.test.evil.test A 192.0.2.5\n"
      "6.2.0.192.in-addr.arpa PTR none.ex.test\n"
      "7.2.0.192.in-addr.arpa PTR six.ex.test\nsix.ex.test AAAA 2001:db8::7\n"
      "unknown.p.test A 127.0.0.2\nh.ex.test.p.test A 127.0.0.3\n";
  expect({{"ptr:ex.test -all", zone, pass, 1, 0, "192.0.2.1"},
          {"ptr:EX.test -all", zone, pass, 1, 0, "192.0.2.1"},
          {"ptr:test -all", zone, permerror, 0, 0, "192.0.2.1"},
          {"ptr:h.ex.test -all", zone, pass, 1, 0, "192.0.2.1"},
          {"ptr:g.h.ex.test -all", zone, fail, 1, 0, "192.0.2.1"},
          {"ptr:ex.test -all", zone, fail, 1, 0, "192.0.2.2"},
          {"ptr:ex.test -all", zone, fail, 1, 0, "192.0.2.3"},
          {"ptr:ex.test -all", zone, pass, 1, 0, "192.0.2.4"},
          {"ptr:ex.test -all", zone, fail, 1, 0, "192.0.2.5"},
          {"ptr:ex.test -all", zone, fail, 1, 0, "192.0.2.6"},
          {"ptr:ex.test -all", zone, fail, 1, 0, "192.0.2.7"},
          {"exists:%{p}.p.test -all", zone, pass, 2, 0, "192.0.2.1"},
          {"exists:%{p}.p.test -all", zone, pass, 2, 0, "192.0.2.2"}});
  EXPECT_EQ(checked({"-all exp=%{p}.f.test", zone + "unknown.f.test TXT \"%{p}\"\n", fail, 0, 0,
                     "192.0.2.2"})
                .verdict.explanation,
            "unknown");
}

// pyspf: an escape behind an address brought the policy daemon down.
TEST(PeersBugs, AnyOctetBehindAnAddressIsReadOrRefused) {  // RFC 7208 section 5.6
  for (int octet = 0; octet < 256; ++octet) {
    const std::string one(1, static_cast<char>(octet));
    const bool address = octet == ' ' || (octet >= '0' && octet <= '9');
    expect({{"ip4:192.0.2.1" + one + " ~all", "",
             address && octet != ' ' ? softfail
             : address               ? pass
                                     : permerror},
            {"ip4:192.0.2.1" + one + "010 ~all", "", permerror},
            {"ip6:2001:db8::1%" + one, "", permerror}});
  }
  expect({{"ip4:192.0.2.1\\010 -all", "", permerror, 0},
          {"ip4:192.0.2.\\010 -all", "", permerror, 0},
          {"ip4:\\010 -all", "", permerror, 0},
          {"include:y.test", "y.test TXT \"v=spf1 ip4:192.0.2.1\\010\"\n", permerror, 1}});
}

}  // namespace
}  // namespace mandate::spf
