#include "registry/domain_name.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace mandate::registry {
namespace {

struct Accepted {
  std::string input;
  std::string name;
};

TEST(SendingDomain, IsNormalisedToLowerCaseALabelsWithoutTrailingDot) {
  for (const Accepted& row : std::vector<Accepted>{
           {"customer.example", "customer.example"},
           {"  Customer.EXAMPLE. \r\n", "customer.example"},
           {"mail.customer.co.uk", "mail.customer.co.uk"},
           {"b\xC3\xBC"
            "cher.example",
            "xn--bcher-kva.example"},
           {"B\xC3\x9C"
            "CHER.example",
            "xn--bcher-kva.example"},
           {"xn--bcher-kva.example", "xn--bcher-kva.example"},
           {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
           {"stra\xC3\x9F"
            "e.example",
            "xn--strae-oqa.example"},  // non-transitional: not strasse
           {"customer\xE3\x80\x82"
            "example",
            "customer.example"},                                 // ideographic full stop
           {"\xEF\xBD\x83ustomer.example", "customer.example"},  // full-width c
           {"xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"},
           {"r3---sn-abc.example", "r3---sn-abc.example"},
           {"1.customer.example", "1.customer.example"},
           {std::string(63, 'a') + ".example", std::string(63, 'a') + ".example"},
       }) {
    const auto parsed = parse_sending_domain(row.input);
    ASSERT_TRUE(parsed) << row.input << ": " << parsed.error().message;
    EXPECT_EQ(parsed->text(), row.name) << row.input;
  }
}

struct Refused {
  std::string input;
  std::string code;
};

TEST(SendingDomain, RefusesEverythingElseWithACode) {
  std::string long_name;
  for (int i = 0; i < 4; ++i) long_name += std::string(63, 'a') + ".";
  for (const Refused& row : std::vector<Refused>{
           {"", "domain_empty"},
           {" \t ", "domain_empty"},
           {".", "domain_empty"},
           {"192.0.2.1", "domain_is_address"},
           {"192.0.2.1.", "domain_is_address"},
           {"2001:db8::1", "domain_is_address"},
           {"[192.0.2.1]", "domain_is_address"},
           {"[IPv6:2001:db8::1]", "domain_is_address"},
           {"\xEF\xBC\x91"
            "92.0.2.1",
            "domain_is_address"},  // full-width 1
           {"news@customer.example", "domain_is_mailbox"},
           {"@customer.example", "domain_is_mailbox"},
           {"news\xEF\xBC\xA0"
            "customer.example",
            "domain_is_mailbox"},  // full-width @
           {"https://customer.example/", "domain_is_url"},
           {"https://user@customer.example/", "domain_is_url"},
           {"customer.example/x", "domain_is_url"},
           {"customer.example:25", "domain_is_url"},
           {"mailto:news@customer.example", "domain_is_mailbox"},
           {"localhost", "domain_single_label"},
           {"com", "domain_single_label"},
           {"co.uk", "domain_is_public_suffix"},
           {"CO.UK.", "domain_is_public_suffix"},
           {"github.io", "domain_is_public_suffix"},
           {"xn--55qx5d.cn", "domain_is_public_suffix"},
           {"customer..example", "domain_invalid"},
           {".customer.example", "domain_invalid"},
           {"customer.example..", "domain_invalid"},
           {"cust omer.example", "domain_invalid"},
           {"customer.example\nX-Injected.example", "domain_invalid"},
           {std::string("customer.example\0.evil.example", 30), "domain_invalid"},
           {"-customer.example", "domain_invalid"},
           {"customer-.example", "domain_invalid"},
           {"_dmarc.customer.example", "domain_invalid"},
           {"*.customer.example", "domain_invalid"},
           {"customer\\.example", "domain_invalid"},
           {"customer.123", "domain_invalid"},
           {"192.0.2", "domain_invalid"},
           {"xn--.example", "domain_invalid"},
           {"xn--a\xC3\xBC.example", "domain_invalid"},
           {"\xFF\xFE.example", "domain_invalid"},
           {"\xE2\x80\x8B.example", "domain_invalid"},  // zero width space alone
           {"a\xE2\x80\xAE"
            "b.example",
            "domain_invalid"},  // right-to-left override
           {std::string(64, 'a') + ".example", "domain_invalid"},
           {long_name + "example", "domain_too_long"},
           {std::string(100'000, 'a'), "domain_too_long"},
       }) {
    const auto parsed = parse_sending_domain(row.input);
    ASSERT_FALSE(parsed) << row.input << " became " << parsed->text();
    EXPECT_EQ(parsed.error().code, row.code) << row.input << ": " << parsed.error().message;
    for (const char c : parsed.error().message) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << row.input;
  }
}

TEST(SendingDomain, NormalisationIsIdempotent) {
  std::mt19937 random(20260701);
  const std::vector<std::string> pieces = {
      "a", "B",  "-",       ".", "\xC3\xBC", "\xC3\x9F", "xn--", "1", "\xE6\x97\xA5",
      "_", "z9", ".example"};
  int accepted = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string input;
    const auto length = 1 + random() % 8;
    for (std::size_t k = 0; k < length; ++k) input += pieces[random() % pieces.size()];
    const auto once = parse_sending_domain(input + ".example");
    if (!once) continue;
    ++accepted;
    const auto twice = parse_sending_domain(once->text());
    ASSERT_TRUE(twice) << once->text();
    EXPECT_EQ(*twice, *once);
  }
  EXPECT_GT(accepted, 500);
}

TEST(SendingDomain, CanBeParsedFromSeveralThreadsAtOnce) {
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const bool refused = !parse_sending_domain("co.uk");
        const bool accepted = parse_sending_domain(
                                  "b\xC3\xBC"
                                  "cher.co.uk")
                                  .has_value();
        if (refused && accepted) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 800);
}

TEST(HostName, MayBeAPublicSuffixButNotASingleLabel) {
  EXPECT_EQ(parse_host_name("GitHub.io").value().text(), "github.io");
  EXPECT_EQ(parse_host_name("io").error().code, "domain_single_label");
}

}  // namespace
}  // namespace mandate::registry
