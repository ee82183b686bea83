// Where RFC 7208 leaves room over domain names, or widely used implementations part: what Mandate
// does, rule by rule.
#include <gtest/gtest.h>

#include <string>

#include "verdict_row.h"

namespace mandate::spf {
namespace {

using enum Result;
using dns::RecordType;

std::string label(std::size_t length, char letter = 'a') {
  return std::string(length, letter);
}

TEST(OpenQuestion, ADomainOfASingleLabelIsNone) {  // RFC 7208 section 4.3
  const std::string zone = "localhost TXT \"v=spf1 +all\"\ntest TXT \"v=spf1 +all\"\n";
  for (const char* sender : {"a@localhost", "a@localhost.", "a@", "a@.", "@localhost"}) {
    const Row row{"+all", zone, none, 0, 0, "192.0.2.1", sender};
    expect(row);
    EXPECT_TRUE(checked(row).facts.empty()) << sender;  // without a question
  }
  const Row null_sender{"+all", zone, none, 0, 0, "192.0.2.1", "", "localhost"};
  expect({null_sender,
          {"include:%{d1} +all", zone, permerror, 1},  // whose check_host is none (section 5.2)
          {"redirect=%{d1}", zone, permerror, 1}});
  EXPECT_TRUE(checked(null_sender).facts.empty());
}

// RFC 7208 sections 4.3 and 7.1: a dot at the end of a name is no part of <domain>.
TEST(OpenQuestion, ADotAtTheEndOfANameIsNoPartOfTheMacros) {
  const std::string zone =
      "i.test TXT \"v=spf1 exists:%{d}.y.test\"\ni.test.y.test A 127.0.0.2\n"
      "x.test.y.test A 127.0.0.2\n";
  expect({{"include:i.test. -all", zone, pass, 2},
          {"redirect=i.test.", zone, pass, 2},
          {"exists:%{d}.y.test -all", zone, pass, 1, 0, "192.0.2.1", "a@x.test."},
          {"exists:%{o}.y.test -all", zone, pass, 1, 0, "192.0.2.1", "", "x.test."}});
}

// RFC 7208 sections 2.3, 2.4 and 4.3.
TEST(OpenQuestion, AnIdentityThatIsNoHostsNameIsNotChecked) {
  struct Identity {
    const char* mail_from;
    const char* helo;
  };
  const Identity identities[] = {{"", "evil@x.test"}, {"", "[192.0.2.1]"}, {"a@[192.0.2.1]", "h"},
                                 {"a@b c.test", "h"}, {"a@x.test/y", "h"}, {"", "x.test\x01"}};
  for (const auto& [mail_from, helo] : identities) {
    const Row row{"exists:%{l}.y.test -all", "", none, 0, 0, "192.0.2.1", mail_from, helo};
    expect(row);
    EXPECT_TRUE(checked(row).facts.empty()) << mail_from << " " << helo;  // without a question
  }
  expect({"", "_b.x.test TXT \"v=spf1 +all\"\n", pass, 0, 0, "192.0.2.1", "a@_b.x.test"});
}

// RFC 8616 section 4, RFC 5891 section 5: only a label outside ASCII is converted.
TEST(OpenQuestion, ALabelInAsciiIsTakenAsItIsBesideAnInternationalizedOne) {
  const std::string zone = "r3---sn.xn--bcher-kva.test TXT \"v=spf1 +all\"\n";
  expect({"", zone, pass, 0, 0, "192.0.2.1",
          "a@r3---sn.b\xc3\xbc"
          "cher.test"});
}

// RFC 8616 section 4: such a local part cannot be in a domain name.
TEST(OpenQuestion, ALocalPartOutsideAsciiNeverMatchesItsMacros) {
  const std::string sender = "caf\xc3\xa9@x.test";
  const std::string zone =
      "*.y.test A 192.0.2.1\n*.y.test TXT \"v=spf1 +all\"\n*.y.test MX 0 h.y.test\n";
  for (const std::string macro : {"%{l}", "%{s}", "%{L}", "%{S}", "%{lr-}", "%{s1}", "%{l1r+}"}) {
    const std::string name = macro + ".y.test";
    for (const std::string term : {"exists:", "a:", "mx:", "ptr:", "include:"}) {
      const Row row{term + name + " ~all", zone, softfail, 1, 0, "192.0.2.1", sender};
      expect(row);
      EXPECT_EQ(checked(row).facts.size(), 1U) << term << name;  // the record, and no question
    }
    expect({{"exists:" + name + " ~all", zone, pass, 1, 0, "192.0.2.1", "cafe@x.test"},
            {"redirect=" + name, zone, neutral, 1, 0, "192.0.2.1", sender}});
  }
  // Other macros are as ever, and an explanation that would not be US-ASCII is none.
  const std::string texts = "e.test TXT \"%{l}\"\nf.test TXT \"%{L}\"\ng.test TXT \"%{o}\"\n";
  const auto explanation = [&](const std::string& exp) {
    return checked({"-all exp=" + exp, texts, fail, 0, 0, "192.0.2.1", sender}).verdict.explanation;
  };
  expect({"exists:%{o}.y.test ~all", zone, pass, 1, 0, "192.0.2.1", sender});
  EXPECT_EQ(explanation("e.test"), "");
  EXPECT_EQ(explanation("f.test"), "caf%C3%A9");
  EXPECT_EQ(explanation("g.test"), "x.test");
  EXPECT_EQ(explanation("%{l}.test"), "");
}

// RFC 8616 section 4: the domains of the sender and of HELO are checked as A-labels.
TEST(OpenQuestion, ULabelsOfADomainAreConvertedToALabels) {
  const std::string zone =
      "xn--bcher-kva.test TXT \"v=spf1 exists:%{d}.%{o}.%{h}.y.test -all exp=e.test\"\n"
      "e.test TXT \"%{s} %{d} %{o} %{h}\"\n"
      "xn--bcher-kva.test.xn--bcher-kva.test.xn--caf-dma.test.y.test A 127.0.0.2\n";
  const std::string buecher =
      "b\xc3\xbc"
      "cher.test";
  const std::string cafe = "caf\xc3\xa9.test";
  expect({{"", zone, pass, 1, 0, "192.0.2.1", "a@" + buecher, cafe},
          {"", zone, pass, 1, 0, "192.0.2.1",
           "a@B\xc3\x9c"
           "CHER.Test",
           cafe},
          {"", zone, pass, 1, 0, "192.0.2.1", "a@xn--bcher-kva.test", "xn--caf-dma.test"},
          {"", zone, fail, 1, 1, "192.0.2.1", "", buecher},  // postmaster@HELO
          // What is no internationalised name is none (RFC 7208 section 4.3).
          {"", zone, none, 0, 0, "192.0.2.1",
           "a@b\xfc"
           "cher.test"},
          {"", zone, none, 0, 0, "192.0.2.1", "a@\xe2\x80\x8b.test"}});
  const Verdict verdict =
      checked({"", zone, fail, -1, -1, "192.0.2.1", "a@" + buecher, "h.test"}).verdict;
  EXPECT_EQ(verdict.domain, "xn--bcher-kva.test");
  EXPECT_EQ(verdict.explanation,
            "a@xn--bcher-kva.test xn--bcher-kva.test xn--bcher-kva.test h.test");
}

TEST(OpenQuestion, AnExpandedNameOver253OctetsLosesLabelsOnTheLeft) {  // RFC 7208 section 7.3
  for (const std::size_t local : {50U, 61U, 62U, 63U}) {
    for (std::size_t end = 1; end <= 63; ++end) {
      std::string kept;
      for (int i = 0; i < 4; ++i) kept += label(local) + ".";
      const std::string last = label(end, 'b') + ".test";
      kept += last;
      while (kept.size() > 253) kept.erase(0, kept.find('.') + 1);
      const Row row{"a:%{l}.%{l}.%{l}.%{l}." + last + " -all",
                    kept + " A 192.0.2.1\n",
                    pass,
                    1,
                    0,
                    "192.0.2.1",
                    label(local) + "@x.test"};
      expect(row);
      EXPECT_EQ(checked(row).facts.size(), 2U) << kept;  // only the name that is left is asked
    }
  }
}

// RFC 7208 section 4.8 leaves open what an expanded name does that the DNS cannot hold. There is
// nothing to ask, so nothing matches and nothing is void.
TEST(OpenQuestion, ALabelOver63OrEmptyInAnExpandedNameIsNeverAsked) {
  const std::string zone =
      "*.y.test A 192.0.2.1\n*.y.test MX 0 h.y.test\n"
      "1.2.0.192.in-addr.arpa PTR h.y.test\nh.y.test A 192.0.2.1\n";
  const std::string longest = label(63);
  struct Name {
    std::string spec;
    std::string local;
  };
  for (const Name& name :
       {Name{"%{l}x.y.test", longest}, Name{"%{l}.y.test", longest + "a"},
        Name{"%{l}.y.test", "a..b"}, Name{"%{l}.y.test", ".a"}, Name{"%{l}.y.test", "a."},
        Name{"y.%{l}", longest + "a"}, Name{"a..y.test", "a"}, Name{".y.test", "a"},
        Name{"y.test.%{l}", ".a"}}) {
    const std::string sender = name.local + "@x.test";
    for (const std::string term : {"a:", "mx:", "exists:", "ptr:"}) {
      std::string terms;
      for (int i = 0; i < 3; ++i) terms += term + name.spec + " ";
      const Row row{terms + "~all", zone, softfail, 3, 0, "192.0.2.1", sender};
      expect(row);
      EXPECT_EQ(checked(row).facts.size(), 1U) << terms;  // the record of x.test alone
    }
    // include and redirect are of a check that is none (sections 4.3, 5.2 and 6.1).
    for (const Row& row :
         {Row{"include:" + name.spec + " +all", zone, permerror, 1, 0, "192.0.2.1", sender},
          Row{"redirect=" + name.spec, zone, permerror, 1, 0, "192.0.2.1", sender},
          Row{"-all exp=" + name.spec, zone, fail, 0, 0, "192.0.2.1", sender}}) {
      expect(row);
      EXPECT_EQ(checked(row).facts.size(), 1U) << row.terms;
    }
  }
  expect({"a:%{l}.y.test -all", zone, pass, 1, 0, "192.0.2.1", longest + "@x.test"});  // 63 fit
}

TEST(OpenQuestion, ATrailingDotIsAccepted) {  // RFC 7208 section 7.1
  const std::string zone =
      "y.test A 192.0.2.1\ny.test MX 0 y.test\ny.test TXT \"v=spf1 a\"\n"
      "e.test TXT \"it ends.\"\n1.2.0.192.in-addr.arpa PTR y.test\n";
  expect({{"a:y.test. -all", zone, pass},
          {"mx:y.test. -all", zone, pass},
          {"exists:y.test. -all", zone, pass},
          {"ptr:y.test. -all", zone, pass},
          {"include:y.test. -all", zone, pass},
          {"a:y.test./32//128 -all", zone, pass},
          {"redirect=y.test.", zone, pass},
          {"+all", zone, pass, 0, 0, "192.0.2.1", "a@x.test."},
          {"a:y.test.. -all", zone, permerror}});
  EXPECT_EQ(checked({"-all exp=e.test.", zone}).verdict.explanation, "it ends.");
}

// An alias is asked under its own name, so what it leads to is never taken for a second record.
TEST(OpenQuestion, AnAliasIsAFactOfTheNameAsked) {
  const std::string zone =
      "t.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\nt.test A 192.0.2.7\n"
      "t.test MX 0 c.test\nc.test CNAME t.test\nd.test CNAME c.test\n"
      "l.test CNAME m.test\nm.test CNAME l.test\n";
  expect({{"include:c.test ~all", zone, pass, 1},
          {"include:t.test include:c.test include:d.test ~all", zone, softfail, 3, 0, "192.0.2.9"},
          {"a:c.test ~all", zone, pass, 1, 0, "192.0.2.7"},
          {"mx:d.test ~all", zone, pass, 1, 0, "192.0.2.7"},
          {"redirect=d.test", zone, fail, 1, 0, "192.0.2.9"},
          {"a:l.test +all", zone, temperror}});
  const Checked done = checked(
      {"include:t.test include:c.test include:d.test ~all", zone, softfail, 3, 0, "192.0.2.9"});
  for (const char* name : {"t.test", "c.test", "d.test"}) {
    const dns::Fact* fact = done.facts.find(question(name, RecordType::txt));
    ASSERT_NE(fact, nullptr) << name;
    EXPECT_EQ(fact->records.size(), 1U) << name;
  }
  EXPECT_EQ(check(zone, "192.0.2.1", "a@c.test").domain, "c.test");  // and %{d} is the alias
}

}  // namespace
}  // namespace mandate::spf
