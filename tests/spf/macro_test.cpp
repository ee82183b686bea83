#include "mandate/spf/macro.h"

#include <gtest/gtest.h>

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
    testing::Values(Expansion{"%{s}", "strong-bad@email.example.com"},
                    Expansion{"%{o}", "email.example.com"}, Expansion{"%{d}", "email.example.com"},
                    Expansion{"%{d4}", "email.example.com"},
                    Expansion{"%{d3}", "email.example.com"}, Expansion{"%{d2}", "example.com"},
                    Expansion{"%{d1}", "com"}, Expansion{"%{dr}", "com.example.email"},
                    Expansion{"%{d2r}", "example.email"}, Expansion{"%{l}", "strong-bad"},
                    Expansion{"%{l-}", "strong.bad"}, Expansion{"%{lr}", "strong-bad"},
                    Expansion{"%{lr-}", "bad.strong"}, Expansion{"%{l1r-}", "strong"},
                    Expansion{"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
                    Expansion{"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
                    Expansion{"%{d2}.trusted-domains.example.net",
                              "example.com.trusted-domains.example.net"},
                    Expansion{"%%%_%-", "% %20"}, Expansion{"%{p}", "unknown"},
                    // Section 7.3: upper case escapes what RFC 3986 does not call unreserved.
                    Expansion{"%{S}", "strong-bad%40email.example.com"}));

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

}  // namespace
}  // namespace mandate::spf
