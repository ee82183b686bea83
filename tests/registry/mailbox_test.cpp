#include "registry/mailbox.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mandate::registry {
namespace {

TEST(Mailbox, KeepsTheLocalPartAndNormalisesTheDomain) {
  const auto mailbox = parse_mailbox(
                           "News.Letter+x=1@B\xC3\xBC"
                           "cher.EXAMPLE.")
                           .value();
  EXPECT_EQ(mailbox.local_part, "News.Letter+x=1");
  EXPECT_EQ(mailbox.domain.text(), "xn--bcher-kva.example");
  EXPECT_EQ(mailbox.text(), "News.Letter+x=1@xn--bcher-kva.example");
}

TEST(Mailbox, ItsTextIsReadBackAsTheSame) {
  for (const std::string text : {"a@customer.example", "!#$%&'*+-/=?^_`{|}~@customer.example",
                                 "x@github.io", "0.0@mail.customer.co.uk"}) {
    const auto mailbox = parse_mailbox(text).value();
    EXPECT_EQ(mailbox.text(), text);
    EXPECT_EQ(parse_mailbox(mailbox.text()), mailbox);
  }
}

struct Refused {
  std::string input;
  std::string code;
};

// The forms of "Composition Kills" (USENIX Security 2020) among them: each reads differently in
// different programs.
TEST(Mailbox, RefusesEverythingButOneBareAddress) {
  std::string long_domain;
  for (int i = 0; i < 3; ++i) long_domain += std::string(62, 'd') + ".";
  for (const Refused& row : std::vector<Refused>{
           {"", "address_empty"},
           {"customer.example", "address_invalid"},
           {"@customer.example", "address_invalid"},
           {"<>", "address_invalid"},
           {"<news@customer.example>", "address_invalid"},
           {"News <news@customer.example>", "address_invalid"},
           {"\"a@victim.example\" <x@customer.example>", "address_invalid"},
           {"\"quoted local\"@customer.example", "address_invalid"},
           {"news(comment)@customer.example", "address_invalid"},
           {"news\\@customer.example", "address_invalid"},
           {"a@one.example, c@two.example", "address_several"},
           {"a@one.example;c@two.example", "address_several"},
           {"team: a@one.example;", "address_several"},
           {"a@b@customer.example", "address_several"},
           {"=?utf-8?q?a?= @customer.example", "address_invalid"},
           {" news@customer.example", "address_invalid"},
           {"news@customer.example ", "address_invalid"},
           {"news@ customer.example", "address_invalid"},
           {"news@customer.example\r\nBcc: x", "address_invalid"},
           {"news\n@customer.example", "address_invalid"},
           {std::string("news\0@customer.example", 22), "address_invalid"},
           {"n\xC3\xA9ws@customer.example", "address_invalid"},
           {".news@customer.example", "address_invalid"},
           {"news.@customer.example", "address_invalid"},
           {"ne..ws@customer.example", "address_invalid"},
           {"team:a@customer.example", "address_invalid"},
           {"news\xEF\xBC\xA0"
            "customer.example",
            "address_invalid"},
           {"news@a\xEF\xBC\xA0"
            "customer.example",
            "domain_is_mailbox"},
           {"news@[192.0.2.1]", "domain_is_address"},
           {"news@192.0.2.1", "domain_is_address"},
           {"news@localhost", "domain_single_label"},
           {"news@", "domain_empty"},
           {"news@customer..example", "domain_invalid"},
           {std::string(65, 'a') + "@customer.example", "address_too_long"},
           {std::string(64, 'a') + "@" + long_domain + "example", "address_too_long"},
           {std::string(1'000'000, 'a') + "@customer.example", "address_too_long"},
       }) {
    const auto parsed = parse_mailbox(row.input);
    ASSERT_FALSE(parsed) << row.input;
    EXPECT_EQ(parsed.error().code, row.code) << row.input << ": " << parsed.error().message;
  }
}

TEST(Mailbox, RefusesEveryControlCharacterInEveryPlace) {
  for (int c = 0; c < 256; ++c) {
    if (c > 0x20 && c < 0x7F) continue;
    const char octet = static_cast<char>(c);
    const std::string text = "ab@cd.example";
    for (std::size_t at = 0; at <= 3; ++at) {  // the local part, its ends and behind the @
      std::string hostile = text;
      hostile.insert(at, 1, octet);
      if (c >= 0x80 && at == 3) continue;  // the domain may be internationalised
      EXPECT_FALSE(parse_mailbox(hostile)) << c << " at " << at;
    }
    if (c < 0x80) {
      EXPECT_FALSE(parse_mailbox(text + octet)) << c;
    }
  }
}

TEST(Mailbox, AcceptsTheLongestLocalPart) {
  EXPECT_TRUE(parse_mailbox(std::string(64, 'a') + "@customer.example"));
}

}  // namespace
}  // namespace mandate::registry
