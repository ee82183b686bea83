#include "mandate/spf/macro.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>

namespace mandate::spf {
namespace {

using Use = MacroString::Use;

// The values of the examples in RFC 7208 section 7.4.
MacroValues example() {
  MacroValues values;
  values.sender = "strong-bad@email.example.com";
  values.local_part = "strong-bad";
  values.sender_domain = "email.example.com";
  values.domain = "email.example.com";
  values.ip = "192.0.2.3";
  values.address_family = "in-addr";
  values.helo = "mx.example.org";
  return values;
}

struct Expansion {
  std::string_view macro;
  std::string_view expected;
};

class Rfc7208Section74 : public testing::TestWithParam<Expansion> {};

TEST_P(Rfc7208Section74, Expands) {
  const auto macro = MacroString::parse(GetParam().macro, Use::modifier);
  ASSERT_TRUE(macro.has_value()) << macro.error();
  EXPECT_EQ(expand(*macro, example()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Rfc7208Section74,
    testing::Values(
        Expansion{"%{s}", "strong-bad@email.example.com"}, Expansion{"%{o}", "email.example.com"},
        Expansion{"%{d}", "email.example.com"}, Expansion{"%{d4}", "email.example.com"},
        Expansion{"%{d3}", "email.example.com"}, Expansion{"%{d2}", "example.com"},
        Expansion{"%{d1}", "com"}, Expansion{"%{dr}", "com.example.email"},
        Expansion{"%{d2r}", "example.email"}, Expansion{"%{l}", "strong-bad"},
        Expansion{"%{l-}", "strong.bad"}, Expansion{"%{lr}", "strong-bad"},
        Expansion{"%{lr-}", "bad.strong"}, Expansion{"%{l1r-}", "strong"},
        Expansion{"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
        Expansion{"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
        Expansion{"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
        Expansion{"%%%_%-", "% %20"}, Expansion{"%{p}", "unknown"},
        // Section 7.3: upper case escapes what RFC 3986 does not call unreserved.
        Expansion{"%{S}", "strong-bad%40email.example.com"},
        // Digits beyond any number of labels keep all of them, at 2^31, 2^32 and 2^64 alike.
        Expansion{"%{d2147483648}", "email.example.com"},
        Expansion{"%{d4294967297}", "email.example.com"},
        Expansion{"%{d18446744073709551617r}", "com.example.email"}));

struct Refusal {
  std::string_view macro;
  Use use;
};

class MacroSyntax : public testing::TestWithParam<Refusal> {};

TEST_P(MacroSyntax, IsRefused) {
  EXPECT_FALSE(MacroString::parse(GetParam().macro, GetParam().use).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Table, MacroSyntax,
    testing::Values(
        Refusal{"%", Use::modifier}, Refusal{"%a", Use::modifier}, Refusal{"%{", Use::modifier},
        Refusal{"%{}", Use::modifier}, Refusal{"%{x}", Use::modifier},
        Refusal{"%{d", Use::modifier}, Refusal{"%{d0}", Use::modifier},
        Refusal{"%{d00}", Use::modifier}, Refusal{"%{rd}x", Use::modifier},
        Refusal{"%{d2x}", Use::modifier}, Refusal{"%{d.r}", Use::modifier},
        Refusal{"%(d)", Use::modifier}, Refusal{"a b", Use::modifier},
        Refusal{"a\tb", Use::explanation}, Refusal{"caf\xc3\xa9", Use::explanation},
        // Section 7.1: c, r and t only in explanations.
        Refusal{"%{c}.example.com", Use::domain_spec},
        Refusal{"%{R}.example.com", Use::domain_spec},
        Refusal{"%{t}.example.com", Use::domain_spec},
        // domain-end: a top label that is one.
        Refusal{"", Use::domain_spec}, Refusal{"museum", Use::domain_spec},
        Refusal{"museum.", Use::domain_spec}, Refusal{"example.", Use::domain_spec},
        Refusal{"example.123", Use::domain_spec}, Refusal{"example.-com", Use::domain_spec},
        Refusal{"example.com-", Use::domain_spec}, Refusal{"example.c_m", Use::domain_spec},
        Refusal{"%{d}.123", Use::domain_spec}));

TEST(MacroSyntax, AcceptsDomainEndsOfTheGrammar) {
  for (const std::string_view text :
       {"example.com", "example.com.", "a.x1", "a.1-2", "%{d}", "x%{d}", "a%%", ".com", "a..b.c-d",
        "foo:bar/baz.example.com", "!#$&.example"}) {
    EXPECT_TRUE(MacroString::parse(text, Use::domain_spec).has_value()) << text;
  }
}

// CVE-2021-33912: a signed octet printed as `%ffffffXX`.
TEST(UrlEscape, WritesThreeCharactersForEveryReservedOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    MacroValues values = example();
    values.local_part = std::string(1, static_cast<char>(octet));
    const std::string out = expand(MacroString::parse("%{L}", Use::modifier).value(), values);
    const bool unreserved = out.size() == 1;
    EXPECT_EQ(unreserved, octet < 128 && (std::isalnum(octet) != 0 || octet == '-' ||
                                          octet == '.' || octet == '_' || octet == '~'))
        << octet;
    if (!unreserved) {
      ASSERT_EQ(out.size(), 3U) << octet;
      EXPECT_EQ(std::stoi(out.substr(1), nullptr, 16), octet);
    }
  }
}

// CVE-2021-33913: `r` with digits and delimiters over short, empty and long labels.
TEST(Transformers, AgreeWithSplittingReversingKeepingAndJoining) {
  std::mt19937 random(7208);
  for (int round = 0; round < 20000; ++round) {
    MacroValues values;
    for (auto n = random() % 40; n > 0; --n) {
      values.domain += "ab.-+_="[random() % 7];
    }
    const auto digits = static_cast<std::uint32_t>(random() % 6);
    const bool reverse = random() % 2 == 0;
    const std::string delimiters = random() % 2 == 0 ? "" : "-+";
    const std::string text = "%{d" + (digits == 0 ? "" : std::to_string(digits)) +
                             (reverse ? "r" : "") + delimiters + "}";
    std::vector<std::string> labels{""};
    for (const char c : values.domain) {
      if ((delimiters.empty() ? "." : delimiters).find(c) != std::string::npos) {
        labels.emplace_back();
      } else {
        labels.back() += c;
      }
    }
    if (reverse) labels = {labels.rbegin(), labels.rend()};
    if (digits != 0 && labels.size() > digits) {
      labels.erase(labels.begin(), labels.end() - digits);
    }
    std::string expected;
    for (const std::string& label : labels) {
      expected += (&label == labels.data() ? "" : ".") + label;
    }
    if (digits == 0 && !reverse && delimiters.empty()) expected = values.domain;
    ASSERT_EQ(expand(MacroString::parse(text, Use::modifier).value(), values), expected)
        << text << " of " << values.domain;
  }
}

TEST(TruncateDomain, DropsLabelsFromTheLeftDownTo253Octets) {
  const std::string label(50, 'a');
  std::string name = "first." + label + "." + label + "." + label + "." + label + "." + label;
  EXPECT_EQ(truncate_domain(name), name.substr(57));
  EXPECT_EQ(truncate_domain(name.substr(7)), name.substr(7));  // 253 octets fit
  EXPECT_EQ(truncate_domain("example.com"), "example.com");
  const std::string exact = std::string(249, 'a') + ".com";
  EXPECT_EQ(truncate_domain(exact), exact);
  EXPECT_EQ(truncate_domain(std::string(300, 'a')), std::string(300, 'a'));
}

// CVE-2023-42118: many macros and literals in turn, at every length near a limit.
TEST(Expand, HasNoLengthAtWhichItBreaks) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 400; ++i) {
    text += "%{i}" + std::string(static_cast<std::size_t>(i % 9), 'x');
    expected += "192.0.2.3" + std::string(static_cast<std::size_t>(i % 9), 'x');
    EXPECT_EQ(expand(MacroString::parse(text, Use::modifier).value(), example()), expected);
  }
}

}  // namespace
}  // namespace mandate::spf
