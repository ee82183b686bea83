#include "mandate/spf/record.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::spf {
namespace {

TEST(Selection, TakesVersionFollowedBySpaceOrEnd) {  // RFC 7208 section 4.5
  for (const std::string_view yes :
       {"v=spf1", "v=spf1 ", "v=spf1 -all", "V=SPF1 MX", "v=spf1  a"}) {
    EXPECT_TRUE(is_spf_record(yes)) << yes;
  }
  for (const std::string_view no : {"", "v=spf", "v=spf10", "v=spf1-all", "v=spf1;", " v=spf1 -all",
                                    "1v=spf1 -all", "v=spf1\t-all", "v=spf1.1", "spf2.0/pra"}) {
    EXPECT_FALSE(is_spf_record(no)) << no;
  }
}

TEST(Grammar, ReadsEveryTermWithItsSpan) {
  const std::string text =
      "v=spf1 +a ~mx:m.example/24//64  ?ip4:192.0.2.77/24 ip6:2001:db8::1 -include:%{d2}.i.example "
      "exists:e.example ptr ptr:p.example foo=%{c} redirect=r.example exp=x.example -all ";
  const auto record = parse_record(text);
  ASSERT_TRUE(record.has_value()) << record.error().message;
  ASSERT_EQ(record->directives.size(), 9U);
  const auto& d = record->directives;
  EXPECT_EQ(d[0].span.in(text), "+a");
  EXPECT_EQ(d[1].qualifier, Result::softfail);
  EXPECT_EQ(record->domain(d[1])->text(), "m.example");
  EXPECT_EQ(d[1].prefix4, 24);
  EXPECT_EQ(d[1].prefix6, 64);
  EXPECT_EQ(d[2].qualifier, Result::neutral);
  EXPECT_EQ(d[2].network.text(), "192.0.2.0/24");  // host bits are cleared
  EXPECT_EQ(d[3].network.length(), 128);
  EXPECT_EQ(d[4].qualifier, Result::fail);
  EXPECT_EQ(d[4].mechanism, Mechanism::include);
  EXPECT_FALSE(record->domain(d[6]) != nullptr);
  EXPECT_EQ(record->domain(d[7])->text(), "p.example");
  EXPECT_EQ(d[8].span.in(text), "-all");
  EXPECT_EQ(record->unknown.size(), 1U);
  EXPECT_EQ(record->redirect->value.text(), "r.example");
  EXPECT_EQ(record->exp->span.in(text), "exp=x.example");
}

struct Fault {
  std::string_view term;
  std::string_view section;
};

class SyntaxFault : public testing::TestWithParam<Fault> {};

TEST_P(SyntaxFault, IsNamedAtItsTermWhereverItStands) {  // RFC 7208 section 4.6
  for (const std::string before : {"v=spf1 ", "v=spf1 a -all "}) {
    const std::string text = before + std::string(GetParam().term) + " mx";
    const auto record = parse_record(text);
    ASSERT_FALSE(record.has_value()) << text;
    EXPECT_EQ(record.error().span.in(text), GetParam().term);
    EXPECT_EQ(record.error().section, GetParam().section) << text;
    EXPECT_FALSE(record.error().message.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, SyntaxFault,
    testing::Values(
        Fault{"-", "4.6.1"}, Fault{"--all", "4.6.1"}, Fault{"moo", "4.6.1"},
        Fault{"ip:192.0.2.1", "4.6.1"}, Fault{"192.0.2.1", "4.6.1"}, Fault{"-al", "4.6.1"},
        Fault{"all.", "4.6.1"}, Fault{"all:x.example", "5.1"}, Fault{"all/8", "5.1"},
        Fault{"~redirect=x.example", "4.6.1"}, Fault{"~all;", "4.6.1"}, Fault{"a,mx", "4.6.1"},
        Fault{"include", "5.2"}, Fault{"include:", "5.2"}, Fault{"include/24", "5.2"},
        Fault{"include:x.example/24", "5.2"}, Fault{"include:localhost", "5.2"}, Fault{"a:", "5.3"},
        Fault{"a/", "5.3"}, Fault{"a/33", "5.3"}, Fault{"a/08", "5.3"}, Fault{"a//129", "5.3"},
        Fault{"a/24/64", "5.3"}, Fault{"a:/24", "5.3"}, Fault{"a:x.example/99999999999", "5.3"},
        Fault{"a:museum", "5.3"}, Fault{"mx:x.example/-1", "5.4"}, Fault{"mx//064", "5.4"},
        Fault{"ptr:", "5.5"}, Fault{"ptr/24", "5.5"}, Fault{"ip4", "5.6"}, Fault{"ip4:", "5.6"},
        Fault{"ip4:1.2.3", "5.6"}, Fault{"ip4:1.2.3.4/33", "5.6"}, Fault{"ip4:1.2.3.4/", "5.6"},
        Fault{"ip4:1.2.3.4//32", "5.6"}, Fault{"ip4:1.2.3.010", "5.6"},
        Fault{"ip4:2001:db8::1", "5.6"}, Fault{"ip6:1.2.3.4", "5.6"},
        Fault{"ip6:2001:db8::1/129", "5.6"}, Fault{"ip6:2001:db8::1%eth0", "5.6"},
        Fault{"exists", "5.7"}, Fault{"exists:%(ir).x.example", "5.7"}, Fault{"redirect=", "6.1"},
        Fault{"exp=", "6.2"}, Fault{"foo=%", "6"}, Fault{"a\t-all", "4.6.1"},
        Fault{"\xe2\x80\x93"
              "all",
              "4.6.1"}));

TEST(Grammar, RefusesRedirectOrExpTwiceButNotUnknownModifiers) {  // RFC 7208 section 6
  EXPECT_FALSE(parse_record("v=spf1 redirect=a.example REDIRECT=b.example").has_value());
  EXPECT_FALSE(parse_record("v=spf1 exp=a.example exp=a.example").has_value());
  EXPECT_TRUE(parse_record("v=spf1 x=1 x=2 -all").has_value());
}

TEST(Hostile, RandomTextIsReadOrRefusedAndSpansStayInside) {
  std::mt19937 random(4408);
  const std::string_view pieces[] = {
      "a",           "mx", "ip4:", "ip6:",      "include:", "exists:", "%{",        "}",
      "d",           "i",  "r",    "/",         "//",       "24",      "redirect=", "exp=",
      "example.com", ":",  "-",    "192.0.2.1", "::1",      " ",       "\xff",      "%"};
  for (int round = 0; round < 50000; ++round) {
    std::string text = "v=spf1 ";
    for (auto n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    const auto record = parse_record(text);
    if (record) {
      for (const Directive& directive : record->directives) {
        ASSERT_LE(directive.span.end, text.size());
        ASSERT_FALSE(directive.span.in(text).empty());
      }
    } else {
      ASSERT_LT(record.error().span.begin, record.error().span.end);
      ASSERT_LE(record.error().span.end, text.size());
    }
  }
}

TEST(Print, WritesTheSameRecordAnewWithoutDefaults) {
  struct Case {
    const char* text;
    const char* printed;
  };
  const Case cases[] = {
      {"v=spf1", "v=spf1"},
      {"V=SPF1   +A  ~MX:Example.COM/32//128 -ALL  ", "v=spf1 a ~mx:Example.COM -all"},
      {"v=spf1 ip4:192.0.2.77/24 ip4:192.0.2.1/32 ip6:2001:DB8::1/32 ip6:::1",
       "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.1 ip6:2001:db8::/32 ip6:::1"},
      {"v=spf1 a/24 a//64 a:%{d2/}.x/0//0 ?ptr exists:%{ir}.x.test",
       "v=spf1 a/24 a//64 a:%{d2/}.x/0//0 ?ptr exists:%{ir}.x.test"},
      {"v=spf1 Exp=e.test x-Y=1 REDIRECT=r.test a x-Y=",
       "v=spf1 exp=e.test x-Y=1 redirect=r.test a x-Y="},
  };
  for (const Case& test : cases) {
    const auto record = parse_record(test.text);
    ASSERT_TRUE(record.has_value()) << test.text;
    EXPECT_EQ(print(*record), test.printed);
    const auto again = parse_record(print(*record));
    ASSERT_TRUE(again.has_value()) << test.printed;
    EXPECT_EQ(print(*again), test.printed);
  }
}

}  // namespace
}  // namespace mandate::spf
