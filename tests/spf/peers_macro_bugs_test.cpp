// Faults of other SPF implementations in macros, each as a rule that holds here.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mandate/spf/macro.h"
#include "verdict_row.h"

namespace mandate::spf {
namespace {

using enum Result;
using dns::RecordType;
using Use = MacroString::Use;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (; times > 0; --times) out += text;
  return out;
}

std::string expanded(std::string_view macro, const MacroValues& values) {
  const auto parsed = MacroString::parse(macro, Use::explanation);
  EXPECT_TRUE(parsed.has_value()) << macro << ": " << parsed.error();
  return parsed ? expand(*parsed, values) : std::string();
}

/// RFC 7208 section 7.3 and RFC 3986 section 2.3, written down from them.
std::string url_escaped(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (kUnreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', kHex[octet / 16], kHex[octet % 16]};
    }
  }
  return out;
}

constexpr std::size_t kInternalLimits[] = {16, 63, 64, 128, 253, 255, 256, 512, 1024, 4096, 65535};

/// Every length up to 8 octets away from a limit.
std::vector<std::size_t> lengths_around_limits() {
  std::vector<std::size_t> out;
  for (const std::size_t limit : kInternalLimits) {
    for (std::size_t length = limit - 8; length <= limit + 8; ++length) out.push_back(length);
  }
  return out;
}

std::string literal(std::size_t length) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += static_cast<char>('a' + i % 26);
  return out;
}

Verdict explained(const std::string& explanation, const std::string& mail_from,
                  const std::string& helo = "h.test") {
  dns::ZoneData data = zones("x.test TXT \"v=spf1 -all exp=e.test\"\n");
  data.add(txt_record("e.test", explanation));
  Request request;
  request.ip = dns::IpAddress::parse("192.0.2.1").value();
  request.mail_from = mail_from;
  request.helo = helo;
  return check(data, request).verdict;
}

// CVE-2021-20314 (libspf2): four octets of a header were not subtracted, and the stack written.
TEST(PeersBugs, LiteralsOfEveryLengthAroundALimitAreExplainedWhole) {
  for (const std::size_t length : lengths_around_limits()) {
    const std::string text = literal(length);
    EXPECT_EQ(explained(text, "a@x.test").explanation, text);
    EXPECT_EQ(explained(text + "%{i}", "a@x.test").explanation, text + "192.0.2.1");
    EXPECT_EQ(explained("%{l}" + text + "%%", "a@x.test").explanation, "a" + text + "%");
    EXPECT_EQ(explained("%{l}", text + "@x.test").explanation, text);
    EXPECT_EQ(explained("%{h}", "a@x.test", text).explanation, text);
  }
}

TEST(PeersBugs, LiteralsOfEveryLengthAroundALimitAreNamesUpTo253Octets) {
  for (const std::size_t length : lengths_around_limits()) {
    if (length < 55 || length > 600) continue;  // as long as a record may well be
    std::string name;
    for (std::size_t i = 0; i + 6 < length; ++i) name += i % 16 == 15 ? '.' : 'a';
    name += "b.test";
    ASSERT_EQ(name.size(), length);
    std::string asked = name;
    while (asked.size() > 253) asked.erase(0, asked.find('.') + 1);
    const Checked done = checked({"exists:" + name + " -all", ""});
    EXPECT_EQ(done.verdict.result, fail);
    EXPECT_NE(done.facts.find(question(asked, RecordType::a)), nullptr) << name.size();
    EXPECT_EQ(done.facts.size(), 2U);
  }
}

// CVE-2021-33912 (libspf2): `%02x` of a signed char wrote `%ffffffXX`.
TEST(PeersBugs, EveryOctetIsUrlEscapedInThreeCharactersOrStandsForItself) {
  for (int octet = 0; octet < 256; ++octet) {
    MacroValues values;
    const std::string one(1, static_cast<char>(octet));
    values.local_part = one;
    values.sender = one + "@x.test";
    values.helo = one + one;
    EXPECT_EQ(expanded("%{L}", values), url_escaped(one)) << octet;
    EXPECT_EQ(expanded("%{S}", values), url_escaped(one) + "%40x.test") << octet;
    EXPECT_EQ(expanded("%{H}", values), url_escaped(one + one)) << octet;
    // The same from the request to the explanation.
    EXPECT_EQ(explained("%{L} %{S}", one + "@x.test").explanation,
              url_escaped(one) + " " + url_escaped(one) + "%40x.test")
        << octet;
    EXPECT_EQ(explained("%{H}", "a@x.test", one).explanation, url_escaped(one)) << octet;
  }
}

/// RFC 7208 section 7.3, by marks in the text itself: a line end where it is split.
std::string transformed(std::string value, std::size_t digits, bool reverse,
                        std::string_view delimiters) {
  if (delimiters.empty()) delimiters = ".";
  for (char& c : value) {
    if (delimiters.find(c) != std::string_view::npos) c = '\n';
  }
  if (reverse) {
    std::string turned;
    for (std::size_t at = value.rfind('\n'); at != std::string::npos; at = value.rfind('\n')) {
      turned += value.substr(at + 1) + '\n';
      value.erase(at);
    }
    value = turned + value;
  }
  std::size_t marks = digits;
  for (std::size_t i = value.size(); i > 0 && digits != 0; --i) {
    if (value[i - 1] == '\n' && --marks == 0) {
      value.erase(0, i);
      break;
    }
  }
  std::ranges::replace(value, '\n', '.');
  return value;
}

// CVE-2021-33913 (libspf2): `r` overwrote the length with that of the last label.
TEST(PeersBugs, TransformersOfEveryKindAgreeWithTheirDefinition) {
  const std::string values[] = {"",      ".",         "a",        "a.b.c",     "long-label.b",
                                "b.",    ".b",        "..",       "a..b",      "-+,/_=.",
                                "a-b.c", "a+b,c/d_e", "=a=bb=",   "a.b.c.d.e", "__a__.__b__",
                                "-a.b-", "x.yy.zzz.", "zzz.yy.x", "a--b..c++d"};
  for (const std::string& value : values) {
    MacroValues macros;
    macros.sender = macros.local_part = macros.helo = macros.domain = value;
    for (unsigned set = 0; set < 128; ++set) {
      std::string delimiters;
      for (unsigned i = 0; i < 7; ++i) {
        if ((set >> i & 1) != 0) delimiters += kMacroDelimiters[i];
      }
      for (const std::size_t digits : {0U, 1U, 2U, 3U, 4U, 9U, 128U}) {
        for (const bool reverse : {false, true}) {
          const std::string expected = transformed(value, digits, reverse, delimiters);
          const std::string inside =
              (digits == 0 ? "" : std::to_string(digits)) + (reverse ? "r" : "") + delimiters + "}";
          for (const char letter : {'s', 'l', 'h', 'd'}) {
            const auto upper = static_cast<char>(letter - 'a' + 'A');
            ASSERT_EQ(expanded(std::string("%{") + letter + inside, macros), expected)
                << letter << inside << " of " << value;
            ASSERT_EQ(expanded(std::string("%{") + upper + inside, macros), url_escaped(expected))
                << upper << inside << " of " << value;
          }
        }
      }
    }
  }
}

TEST(PeersBugs, DelimitersMayStandInAnyOrderAndTwice) {
  MacroValues values;
  values.local_part = "a-b+c.d";
  EXPECT_EQ(expanded("%{l-+}", values), "a.b.c.d");
  EXPECT_EQ(expanded("%{l+-}", values), "a.b.c.d");
  EXPECT_EQ(expanded("%{l2+--+}", values), "b.c.d");  // the dot is no delimiter then
  EXPECT_EQ(expanded("%{lr+-.}", values), "d.c.b.a");
  EXPECT_EQ(expanded("%{LR+-.}", values), "d.c.b.a");
}

/// A domain-spec of macros and literals in turn, and what it expands to for 192.0.2.1.
struct Alternating {
  std::string spec;
  std::string name;
  void add(int pairs) {
    spec += repeated("%{i}.y.", pairs);
    name += repeated("192.0.2.1.y.", pairs);
  }
  void add_literal(const std::string& text) {
    spec += text;
    name += text;
  }
  /// Exactly so many octets more.
  void end(std::size_t octets) {
    const std::size_t pairs = (octets - 6) / 12;
    add(static_cast<int>(pairs));
    add_literal(std::string(octets - 12 * pairs - 5, 'z') + ".test");
  }
};

// CVE-2023-42118 (libspf2): the size that was left underflowed.
TEST(PeersBugs, HundredsOfMacrosAndLiteralsLeavingFewOctetsBelowALimitExpandWhole) {
  for (const std::size_t limit : {64U, 253U, 255U, 256U, 512U, 4096U, 8192U}) {
    for (std::size_t length = limit - 8; length <= limit + 8; ++length) {
      Alternating text;
      text.end(length);
      ASSERT_EQ(text.name.size(), length);
      EXPECT_EQ(explained(text.spec, "a@x.test").explanation, text.name);
    }
  }
}

TEST(PeersBugs, HundredsOfMacrosAndLiteralsLeavingFewOctetsBelow253AreAName) {
  for (const int pairs : {0, 1, 100, 500}) {
    for (std::size_t length = 245; length <= 261; ++length) {
      Alternating kept;
      kept.end(length);
      Alternating whole;
      whole.add(pairs);
      // A label too long for what is left, so that the cut is made behind it.
      if (pairs != 0) whole.add_literal(std::string(63, 'w') + ".");
      whole.end(length);
      std::string asked = kept.name;
      while (asked.size() > 253) asked.erase(0, asked.find('.') + 1);
      ASSERT_EQ(kept.name.size(), length);
      ASSERT_EQ(length <= 253, asked == kept.name);
      EXPECT_EQ(truncate_domain(whole.name), asked);
      expect({"a:" + whole.spec + " -all", asked + " A 192.0.2.1\n", pass, 1, 0});
    }
  }
}

TEST(PeersBugs, DigitsBeyondAnyNumberOfLabelsKeepThemAll) {
  MacroValues values;
  values.domain = "a.b.c";
  for (const char* digits : {"3",
                             "4",
                             "127",
                             "128",
                             "255",
                             "256",
                             "32767",
                             "32768",
                             "65535",
                             "65536",
                             "2147483647",
                             "2147483648",
                             "2147483649",
                             "4294967295",
                             "4294967296",
                             "4294967297",
                             "4294967298",
                             "9223372036854775807",
                             "9223372036854775808",
                             "18446744073709551615",
                             "18446744073709551616",
                             "18446744073709551617",
                             "18446744073709551618",
                             "340282366920938463463374607431768211457",
                             "00000000000000000000000000000003"}) {
    EXPECT_EQ(expanded(std::string("%{d") + digits + "}", values), "a.b.c") << digits;
    EXPECT_EQ(expanded(std::string("%{d") + digits + "r}", values), "c.b.a") << digits;
    expect({std::string("exists:%{d") + digits + "}.y.test -all", "x.test.y.test A 127.0.0.2\n",
            pass, 1});
  }
}

// libspf2: `%{d4}` of a name of three labels lost a character.
TEST(PeersBugs, MoreDigitsThanLabelsLoseNothing) {
  MacroValues values;
  for (const char* domain : {"one.two.test", "a", "a.b", "", "a.b.c.d"}) {
    values.domain = domain;
    EXPECT_EQ(expanded("%{d4}", values), domain);
    EXPECT_EQ(expanded("%{d5}", values), domain);
  }
}

// Haraka: macro digits kept the labels at the left.
TEST(PeersBugs, DigitsKeepTheLabelsAtTheRight) {
  MacroValues values;
  values.domain = "a.b.c.d";
  EXPECT_EQ(expanded("%{d1} %{d2} %{d3}", values), "d c.d b.c.d");
  EXPECT_EQ(expanded("%{d1r} %{d2r} %{d3r}", values), "a b.a c.b.a");
  expect({"exists:%{d1}.%{d1r}.y.test -all", "test.x.y.test A 127.0.0.2\n", pass, 1});
}

// libspf2: the delimiters `,` and `/` were missing.
TEST(PeersBugs, EveryDelimiterOfTheGrammarSplits) {  // RFC 7208 section 7.1
  for (const char delimiter : std::string_view(".-+,/_=")) {
    MacroValues values;
    values.local_part = std::string("one") + delimiter + "two";
    EXPECT_EQ(expanded(std::string("%{lr") + delimiter + "}", values), "two.one") << delimiter;
    expect({std::string("exists:%{lr") + delimiter + "}.y.test -all",
            "two.one.y.test A 127.0.0.2\n", pass, 1, 0, "192.0.2.1",
            values.local_part + "@x.test"});
  }
  for (const char other : std::string_view("!#$&'()*:;<>?@[]^`|~")) {
    EXPECT_FALSE(MacroString::parse(std::string("%{l") + other + "}", Use::modifier)) << other;
  }
}

// mox: `%{L}` lost its escaping.
TEST(PeersBugs, AnUpperCaseMacroIsEscapedInNamesAndExplanations) {  // RFC 7208 section 7.3
  expect({{"exists:%{L}.y.test -all", "a%2Bb%3D.y.test A 127.0.0.2\n", pass, 1, 0, "192.0.2.1",
           "a+b=@x.test"},
          {"exists:%{l}.y.test -all", "a+b=.y.test A 127.0.0.2\n", pass, 1, 0, "192.0.2.1",
           "a+b=@x.test"},
          {"exists:%{S}.y.test -all", "a%40x.test.y.test A 127.0.0.2\n", pass, 1}});
  EXPECT_EQ(explained("%{L} %{l} %{LR=+}", "a+b=c/@x.test").explanation,
            "a%2Bb%3Dc%2F a+b=c/ c%2F.b.a");
}

}  // namespace
}  // namespace mandate::spf
