// Where RFC 7208 leaves room, or widely used implementations part: what Mandate does, rule by rule.
// Rules of domain names are in open_questions_names_test.cpp.
#include <gtest/gtest.h>

#include <string>

#include "verdict_row.h"

namespace mandate::spf {
namespace {

using enum Result;
using dns::RecordType;

// RFC 7208 section 4.6.4: what is void is the query that the mechanism makes, and an IPv6 client
// makes it ask for AAAA.
TEST(OpenQuestion, VoidsAreCountedByTheFamilyOfTheClient) {
  const std::string terms = "a:1.y.test a:2.y.test a:3.y.test ~all";
  const std::string v4 = "1.y.test A 192.0.2.9\n2.y.test A 192.0.2.9\n3.y.test A 192.0.2.9\n";
  const std::string v6 = "1.y.test AAAA ::9\n2.y.test AAAA ::9\n3.y.test AAAA ::9\n";
  expect({{terms, v4, permerror, 3, 3, "2001:db8::1"},
          {terms, v4, softfail, 3, 0, "192.0.2.1"},
          {terms, v4, softfail, 3, 0, "::ffff:192.0.2.1"},
          {terms, v6, permerror, 3, 3, "192.0.2.1"},
          {terms, v4 + v6, softfail, 3, 0, "2001:db8::1"},
          // exists asks for A whatever the family (section 5.7).
          {"exists:1.y.test", v4, pass, 1, 0, "2001:db8::1"},
          {"exists:1.y.test ~all", v6, softfail, 1, 1, "2001:db8::1"}});
}

// RFC 7208 section 4.6.4 counts the terms whose lookup is void; the MX lookup is the term's.
TEST(OpenQuestion, VoidsOfMailExchangersAreNotCounted) {
  expect({{"mx ~all", "x.test MX 0 1.y.test\nx.test MX 1 2.y.test\nx.test MX 2 3.y.test\n",
           softfail, 1, 0},
          {"mx:y.test ~all", "", softfail, 1, 1},
          {"mx ~all", "x.test MX 0 1.y.test\nx.test MX 1 2.y.test\nx.test MX 2 3.y.test\n",
           softfail, 1, 0, "2001:db8::1"},
          {"mx",
           "x.test MX 0 1.y.test\nx.test MX 1 2.y.test\nx.test MX 2 3.y.test\n"
           "x.test MX 3 4.y.test\n4.y.test A 192.0.2.1\n",
           pass, 1, 0},
          {"mx ~all", "x.test MX 0 .\n", softfail, 1, 0}});  // a null MX (RFC 7505) names no host
}

TEST(OpenQuestion, TheThirdVoidIsPermerrorAndNoTermBehindTwo) {  // RFC 7208 section 4.6.4
  const std::string hosts = "h.y.test A 192.0.2.1\nn.y.test A 192.0.2.9\n";
  expect({{"a:1.y.test exists:2.y.test a:h.y.test", hosts, pass, 3, 2},
          {"a:1.y.test exists:2.y.test a:n.y.test mx:h.y.test ~all", hosts, permerror, 4, 3},
          {"a:1.y.test a:2.y.test ~all", hosts, softfail, 2, 2},
          {"a:1.y.test a:2.y.test a:3.y.test", hosts, permerror, 3, 3},  // the last term included
          {"a:1.y.test mx:2.y.test exists:3.y.test ~all", hosts, permerror, 3, 3},
          {"a:1.y.test a:2.y.test ptr ~all", hosts, permerror, 3, 3},
          // A name that is there without the type is void like one that is not.
          {"mx:h.y.test mx:n.y.test a:1.y.test ~all", hosts, permerror, 3, 3},
          // The count goes through includes and redirects.
          {"a:1.y.test include:i.test a:2.y.test ~all", "i.test TXT \"v=spf1 a:3.y.test\"\n",
           permerror, 4, 3},
          {"a:1.y.test a:2.y.test redirect=i.test", "i.test TXT \"v=spf1 a:3.y.test\"\n", permerror,
           4, 3}});
}

// RFC 7208 section 4.6.4 counts terms that cause lookups; those behind %{p} are as many as ptr's.
TEST(OpenQuestion, AValidatedNameCostsOneLookup) {
  const std::string nine =
      "a:h.y.test a:h.y.test a:h.y.test a:h.y.test a:h.y.test a:h.y.test "
      "a:h.y.test a:h.y.test ";
  const std::string hosts =
      "h.y.test A 192.0.2.9\nunknown.y.test A 192.0.2.9\n"
      "unknown.unknown.y.test A 192.0.2.9\n"
      "unknown.i.test TXT \"v=spf1\"\n";
  expect({{"a:%{p}.y.test ~all", hosts, softfail, 2, 0},
          {"a:%{p}.%{P}.y.test ~all", hosts, softfail, 2, 0},  // once a term
          {"a:%{p}.y.test a:%{p}.y.test ~all", hosts, softfail, 4, 0},
          {"include:%{p}.i.test ~all", hosts, softfail, 2, 0},
          {"redirect=%{p}.i.test", hosts, neutral, 2, 0},
          {"ptr:%{p}.y.test ~all", hosts, softfail, 2, 1},
          {nine + "a:%{p}.y.test ~all", hosts, softfail, 10, 0},
          {"a:h.y.test " + nine + "a:%{p}.y.test ~all", hosts, permerror, 11, 0},
          // exp is read behind the verdict and costs nothing.
          {"a:h.y.test a:h.y.test " + nine + "-all exp=%{p}.y.test", hosts, fail, 10, 0}});
}

// RFC 7208 section 4.6.4: the order of MX records of one preference is nobody's to choose, so the
// verdict may not hang on it.
TEST(OpenQuestion, ElevenMailExchangersArePermerrorWhicheverMatches) {
  for (int count = 9; count <= 12; ++count) {
    for (int match = 0; match < count; ++match) {
      std::string zone;
      for (int i = 0; i < count; ++i) {
        zone += "x.test MX " + std::to_string(i) + " m" + std::to_string(i) + ".test\n";
      }
      zone += "m" + std::to_string(match) + ".test A 192.0.2.1\n";
      expect({"mx -all", zone, count <= 10 ? pass : permerror, 1, 0});
    }
  }
}

TEST(OpenQuestion, PointerNamesBeyondTenAreIgnored) {  // RFC 7208 section 4.6.4
  std::string zone = "unknown.p.test A 127.0.0.2\n";
  for (int i = 0; i < 12; ++i) {
    zone += "1.2.0.192.in-addr.arpa PTR h" + std::to_string(i) + ".x.test\n";
  }
  expect({{"ptr -all", zone + "h9.x.test A 192.0.2.1\n", pass, 1, 0},
          {"ptr -all", zone + "h10.x.test A 192.0.2.1\n", fail, 1, 0},
          {"exists:%{p}.p.test -all", zone + "h9.x.test A 192.0.2.1\n", fail, 2, 1},
          {"exists:%{p}.p.test -all", zone + "h10.x.test A 192.0.2.1\n", pass, 2, 0}});
  const Checked done = checked({"ptr -all", zone});
  EXPECT_NE(done.facts.find(question("h9.x.test", RecordType::a)), nullptr);
  EXPECT_EQ(done.facts.find(question("h10.x.test", RecordType::a)), nullptr);
}

TEST(OpenQuestion, AFailedPointerLookupMatchesNothing) {  // RFC 7208 section 5.5
  const std::string zone = "unknown.p.test A 127.0.0.2\n";
  expect({{"ptr ~all", zone, softfail, 1, 0, "192.0.2.66"},  // its PTR lookup fails
          {"ptr:66.test ptr ptr ptr ~all", zone, softfail, 4, 0, "192.0.2.66"},
          {"exists:%{p}.p.test", zone, pass, 2, 0, "192.0.2.66"}});
}

TEST(OpenQuestion, APointerNameWhoseAddressLookupFailsIsSkipped) {  // RFC 7208 section 5.5
  const std::string zone =
      "1.2.0.192.in-addr.arpa PTR a.broken.test\n1.2.0.192.in-addr.arpa PTR h.x.test\n"
      "h.x.test A 192.0.2.1\nh.x.test.p.test A 127.0.0.2\n"
      "2.2.0.192.in-addr.arpa PTR a.broken.test\nunknown.p.test A 127.0.0.2\n";
  expect({{"ptr -all", zone, pass, 1, 0},
          {"ptr:broken.test -all", zone, fail, 1, 0},
          {"ptr:broken.test -all", zone, fail, 1, 0, "192.0.2.2"},
          {"exists:%{p}.p.test -all", zone, pass, 2, 0},
          {"exists:%{p}.p.test -all", zone, pass, 2, 0, "192.0.2.2"}});
}

TEST(OpenQuestion, AFailureInsideIncludeOrRedirectIsTemperror) {  // RFC 7208 sections 5.2 and 6.1
  const std::string zone =
      "i.test TXT \"v=spf1 a:h.broken.test\"\n"
      "j.test TXT \"v=spf1 include:i.test +all\"\n"
      "k.test TXT \"v=spf1 ip4:192.0.2.1 a:h.broken.test\"\n";
  expect({{"include:broken.test +all", zone, temperror, 1},
          {"include:i.test +all", zone, temperror, 2},
          {"?include:j.test +all", zone, temperror, 3},
          {"redirect=broken.test", zone, temperror, 1},
          {"redirect=i.test", zone, temperror, 2},
          {"redirect=j.test", zone, temperror, 3},
          {"include:k.test -all", zone, pass, 1}});  // what matches first is not held up
}

TEST(OpenQuestion, ASyntaxErrorBehindATermThatMatchesIsPermerror) {  // RFC 7208 section 4.6
  const std::string zone = "i.test TXT \"v=spf1 +all ip4:1.2.3\"\n";
  for (const char* fault : {"moo", "ip4:1.2.3", "a:", "include", "exp=", "redirect=", "x=%",
                            "all:y.test", "ip6:2001:db8::/129", "ptr/24"}) {
    expect({{std::string("+all ") + fault, "", permerror, 0, 0},
            {std::string(fault) + " +all", "", permerror, 0, 0}});
  }
  expect({{"include:i.test ~all", zone, permerror, 1}, {"redirect=i.test", zone, permerror, 1}});
}

TEST(OpenQuestion, RedirectBesideAllIsIgnoredAndItsSyntaxChecked) {  // RFC 7208 section 6.1
  const std::string zone = "y.test TXT \"v=spf1 ~all\"\n";
  expect({{"redirect=y.test ?all", zone, neutral, 0},
          {"?all redirect=y.test", zone, neutral, 0},
          {"redirect=none.test -all", zone, fail, 0, 0},
          {"redirect= ?all", zone, permerror, 0},
          {"?all redirect=localhost", zone, permerror, 0},
          {"?all redirect=y.test redirect=y.test", zone, permerror, 0}});
  const Checked done = checked({"redirect=y.test ?all", zone});
  EXPECT_EQ(done.facts.find(question("y.test", RecordType::txt)), nullptr);
}

TEST(OpenQuestion, AnUnknownModifierMayStandTwice) {  // RFC 7208 section 6
  expect({{"moo=1 moo=1 +all", "", pass},
          {"moo=1 MOO=2 moo= +all", "", pass},
          {"moo=%{d} moo=%{x} +all", "", permerror},  // but each is a macro-string
          {"exp=y.test EXP=y.test +all", "", permerror},
          {"redirect=y.test Redirect=y.test", "y.test TXT \"v=spf1 +all\"\n", permerror}});
}

TEST(OpenQuestion, NamesAreInsensitiveToCase) {  // RFC 7208 sections 4.5, 4.6.1 and 7
  const std::string zone =
      "Y.Test TXT \"V=SpF1 -ALL eXp=E.y.test\"\ne.Y.TEST TXT why\n"
      "x.test MX 0 h.test\nH.TEST A 192.0.2.1\nx.test A 192.0.2.1\n"
      "z.test TXT \"v=spf1 IP4:192.0.2.1\"\n";
  expect({{"REDIRECT=Y.TEST", zone, fail, 1},
          {"MX -all", zone, pass, 1},
          {"A -all", zone, pass, 1},
          {"IP4:192.0.2.0/24 -all", zone, pass, 0},
          {"Ip6:2001:DB8::/32 -all", zone, pass, 0, 0, "2001:db8::1"},
          {"Include:Z.Test -all", zone, pass, 1},
          {"EXISTS:h.Test -all", zone, pass, 1},
          {"Ptr ~ALL", zone, softfail, 1, 1},
          {"A -all", zone, pass, 1, 0, "192.0.2.1", "a@X.TEST"},
          {"exists:%{DR}.y.test ~all", "test.x.y.test A 127.0.0.2\n", pass, 1}});
  EXPECT_EQ(checked({"REDIRECT=Y.TEST", zone}).verdict.explanation, "why");
}

TEST(OpenQuestion, KeepingZeroLabelsIsPermerror) {  // RFC 7208 section 7.3
  for (const char* term :
       {"exists:%{d0}.y.test", "a:%{i00}.y.test", "mx:%{d0r}", "ptr:%{h0-}.y.test",
        "include:%{d0}.y.test", "redirect=%{d0}.y.test", "exp=%{s0}.y.test", "moo=%{d0}"}) {
    expect({std::string("+all ") + term, "", permerror, 0});
  }
  expect({"exists:%{d01}.y.test -all", "test.y.test A 127.0.0.2\n", pass});  // one, written long
  // An explanation with it is none (section 6.2).
  const Row row{"-all exp=e.test", "e.test TXT \"not %{d0}\"\n"};
  EXPECT_EQ(checked(row).verdict.result, fail);
  EXPECT_EQ(checked(row).verdict.explanation, "");
}

TEST(OpenQuestion, AnIncludeOfItselfIsAnErrorOnlyWhereItIsReached) {  // RFC 7208 section 5.2
  expect(
      {{"ip4:192.0.2.1 include:x.test -all", "", pass, 0},
       {"ip4:192.0.2.1 include:x.test -all", "", permerror, 11, 0, "192.0.2.9"},
       {"include:x.test -all", "", permerror, 11},
       {"redirect=x.test", "", permerror, 11},
       {"include:y.test -all", "y.test TXT \"v=spf1 ip4:192.0.2.1 include:x.test\"\n", pass, 1}});
}

TEST(OpenQuestion, AnIpv4MappedClientIsTheIpv4One) {  // RFC 7208 section 5
  const std::string mapped = "::ffff:192.0.2.1";
  const std::string zone =
      "x.test A 192.0.2.1\nx.test AAAA ::ffff:192.0.2.1\n"
      "192.0.2.1.in-addr.y.test A 127.0.0.2\n"
      "1.2.0.192.in-addr.arpa PTR x.test\n"
      "e.test TXT \"%{c} %{i} %{v}\"\n";
  expect({{"ip4:192.0.2.0/24 -all", "", pass, 0, 0, mapped},
          {"ip4:192.0.2.0/24 -all", "", pass, 0, 0, "::ffff:c000:0201"},
          {"ip6:::/0 -all", "", fail, 0, 0, mapped},
          {"ip6:::ffff:0:0/96 -all", "", fail, 0, 0, mapped},
          {"a -all", zone, pass, 1, 0, mapped},
          {"a//128 -all", "x.test AAAA ::ffff:192.0.2.1\n", fail, 1, 1, mapped},
          {"exists:%{i}.%{v}.y.test -all", zone, pass, 1, 0, mapped},
          {"ptr -all", zone, pass, 1, 0, mapped},
          // Addresses that merely look alike stay IPv6: compatible ones and those of NAT64.
          {"ip4:0.0.0.0/0 -all", "", fail, 0, 0, "::192.0.2.1"},
          {"ip4:0.0.0.0/0 -all", "", fail, 0, 0, "64:ff9b::192.0.2.1"},
          {"ip4:0.0.0.0/0 -all", "", fail, 0, 0, "::fffe:192.0.2.1"}});
  const Verdict verdict = checked({"-all exp=e.test", zone, fail, -1, -1, mapped}).verdict;
  EXPECT_EQ(verdict.explanation, "192.0.2.1 192.0.2.1 in-addr");
  EXPECT_EQ(verdict.range, dns::whole(dns::Family::v4));
}

TEST(OpenQuestion, AnIp6NetworkNeverMatchesAnIpv4Client) {  // RFC 7208 sections 5 and 5.6
  for (const char* network : {"ip6:::ffff:192.0.2.1", "ip6:::ffff:c000:201", "ip6:::/0",
                              "ip6:::ffff:0:0/96", "ip6:::192.0.2.1"}) {
    expect({std::string(network) + " -all", "", fail, 0, 0, "192.0.2.1"});
  }
}

TEST(OpenQuestion, OctetsOutsideAsciiArePermerror) {  // RFC 7208 section 4.6.1
  for (int octet = 128; octet < 256; ++octet) {
    const std::string odd(1, static_cast<char>(octet));
    expect({{"+all moo=" + odd, "", permerror, 0},
            {"a:caf" + odd + ".test +all", "", permerror, 0},
            {"+all " + odd, "", permerror, 0}});
  }
  expect({{"+all moo=caf\xc3\xa9", "", permerror},
          {"include:caf\xc3\xa9.test +all", "", permerror},
          {"include:y.test +all", "y.test TXT \"v=spf1 +all x=\\195\\169\"\n", permerror}});
}

TEST(OpenQuestion, ATabBehindTheVersionIsNoSpfRecord) {  // RFC 7208 section 4.5
  EXPECT_EQ(check("y.test TXT \"v=spf1\\009+all\"\n", "192.0.2.1", "a@y.test").result, none);
  EXPECT_EQ(check("y.test TXT \"v=spf1\\009 +all\"\n", "192.0.2.1", "a@y.test").result, none);
  const std::string_view both = "y.test TXT \"v=spf1\\009-all\"\ny.test TXT \"v=spf1 ~all\"\n";
  EXPECT_EQ(check(both, "192.0.2.1", "a@y.test").result, softfail);
  expect({"+all\t", "", permerror});  // further behind it is a syntax error (section 4.6.1)
}

TEST(OpenQuestion, TheExplanationIsFetchedOnceAndForAFinalFailOnly) {  // RFC 7208 section 6.2
  const std::string zone =
      "e.test TXT \"of x\"\nf.test TXT \"of i\"\ni.test TXT \"v=spf1 -all exp=f.test\"\n"
      "p.test TXT \"v=spf1 +all exp=f.test\"\nw.test TXT \"v=spf1 -all\"\n";
  struct Case {
    std::string terms;
    Result result;
    std::string explanation;
    bool of_x_asked;
    bool of_i_asked;
  };
  const Case cases[] = {
      {"-all exp=e.test", fail, "of x", true, false},
      {"exp=e.test -all", fail, "of x", true, false},
      {"+all exp=e.test", pass, "", false, false},
      {"~all exp=e.test", softfail, "", false, false},
      {"?all exp=e.test", neutral, "", false, false},
      {"exp=e.test", neutral, "", false, false},
      {"include:none.test exp=e.test", permerror, "", false, false},
      {"a:broken.test exp=e.test", temperror, "", false, false},
      {"-include:p.test exp=e.test", fail, "of x", true, false},
      {"include:i.test -all exp=e.test", fail, "of x", true, false},
      {"include:i.test +all exp=e.test", pass, "", false, false},
      {"include:i.test -all", fail, "", false, false},
      {"redirect=i.test exp=e.test", fail, "of i", false, true},
      {"include:i.test redirect=w.test exp=e.test", fail, "", false, false},
  };
  for (const Case& c : cases) {
    // `check` fails when a question is asked twice.
    const Checked done = checked({c.terms, zone});
    EXPECT_EQ(text(done.verdict.result), text(c.result)) << c.terms;
    EXPECT_EQ(done.verdict.explanation, c.explanation) << c.terms;
    const auto asked = [&](const char* name) {
      return done.facts.find(question(name, RecordType::txt)) != nullptr;
    };
    EXPECT_EQ(asked("e.test"), c.of_x_asked) << c.terms;
    EXPECT_EQ(asked("f.test"), c.of_i_asked) << c.terms;
  }
}

TEST(OpenQuestion, OfTwoExplanationsOrOfBrokenTextThereIsNone) {  // RFC 7208 section 6.2
  for (const char* texts :
       {"e.test TXT one\ne.test TXT two\n", "e.test TXT \"%{x}\"\n", "", "e.test A 192.0.2.1\n",
        "e.test TXT \"50% off\"\n", "e.test TXT \"caf\\195\\169\"\n", "e.test TXT \"a\\009b\"\n"}) {
    const Verdict verdict = checked({"-all exp=e.test", texts}).verdict;
    EXPECT_EQ(verdict.result, fail) << texts;
    EXPECT_EQ(verdict.explanation, "") << texts;
    EXPECT_EQ(verdict.lookups + verdict.voids, 0) << texts;
  }
  const Verdict failed = checked({"-all exp=e.broken.test", ""}).verdict;
  EXPECT_EQ(failed.result, fail);
  EXPECT_EQ(failed.explanation, "");
}

// A verdict holds no longer than any answer that it was made of, the explanation's included.
TEST(OpenQuestion, TheTimeToLiveIsTheLeastOfTheAnswersUsed) {
  const std::string zone =
      "y.test 900 TXT \"v=spf1 a -all exp=e.test\"\ny.test 300 A 192.0.2.1\n"
      "e.test 60 TXT why\nz.test 5 TXT \"v=spf1\"\n"
      "w.test 700 TXT \"v=spf1 include:c.test -all\"\nc.test 20 CNAME y.test\n";
  EXPECT_EQ(check(zone, "192.0.2.1", "a@y.test").ttl, 300U);
  EXPECT_EQ(check(zone, "192.0.2.9", "a@y.test").ttl, 60U);
  EXPECT_EQ(check(zone, "192.0.2.1", "a@w.test").ttl, 20U);  // the alias itself
  EXPECT_EQ(check(zone, "192.0.2.1", "a@z.test").ttl, 5U);
}

TEST(OpenQuestion, TheStringsOfOneTxtJoinWithoutASpace) {  // RFC 7208 section 3.3
  const auto result = [](std::string_view strings) {
    return check("y.test TXT " + std::string(strings) + "\n", "192.0.2.1", "a@y.test").result;
  };
  EXPECT_EQ(result("\"v=spf1 ip4:192.0\" \".2.0/24 -all\""), pass);
  EXPECT_EQ(result("\"v=s\" \"pf1\" \" \" \"+a\" \"\" \"ll\""), pass);
  EXPECT_EQ(result("\"v=spf1\" \"+all\""), none);                     // v=spf1+all
  EXPECT_EQ(result("\"v=spf1 ip4:192.0.2.1\" \"-all\""), permerror);  // ip4:192.0.2.1-all
  const Row row{"-all exp=e.test", "e.test TXT \"not \" \"%{\" \"i}\" \"!\"\n"};
  EXPECT_EQ(checked(row).verdict.explanation, "not 192.0.2.1!");
}

TEST(OpenQuestion, APrefixLengthOfZeroIsTheWholeFamily) {  // RFC 7208 section 5.6
  const std::string zone = "x.test A 203.0.113.1\nx.test AAAA 2001:db8::1\nx.test MX 0 x.test\n";
  for (const std::string term : {"ip4:10.1.2.3/0", "a/0", "mx/0"}) {
    expect({{term + " -all", zone, pass, -1, 0, "192.0.2.1"},
            {term + " -all", zone, pass, -1, 0, "255.255.255.255"},
            {term + " -all", zone, fail, -1, 0, "2001:db8::2"}});
  }
  for (const std::string term : {"ip6:2001:db8::/0", "a//0", "mx//0"}) {
    expect({{term + " -all", zone, pass, -1, 0, "::1"},
            {term + " -all", zone, pass, -1, 0, "ffff::"},
            {term + " -all", zone, fail, -1, 0, "192.0.2.1"}});
  }
  expect({"a/0//0 -all", "", fail, 1, 1});  // of addresses that are there
}

}  // namespace
}  // namespace mandate::spf
