#include "registry/account.h"

#include <gtest/gtest.h>

namespace mandate::registry {
namespace {

TEST(AccountId, KeepsEveryIdOfTheAllowedAlphabetAsItIs) {
  for (const std::string id : {"4321", "A", "_x", "partner-7.eu_west", "0", "a..b"}) {
    const auto parsed = parse_account_id(id);
    ASSERT_TRUE(parsed) << id;
    EXPECT_EQ(*parsed, id);
  }
  EXPECT_TRUE(parse_account_id(std::string(64, 'a')));
}

TEST(AccountId, RefusesWhatCannotStandInAUrlOrAFileName) {
  const std::string too_long(65, 'a');
  for (const std::string& id :
       {std::string(), std::string("."), std::string(".."), std::string(".a"), std::string("-a"),
        std::string("a/b"), std::string("a b"), std::string(" a"), std::string("a\n"),
        std::string("a\0b", 3), std::string("\xC3\xA4"), std::string("a%2fb"), std::string("a?b"),
        too_long}) {
    const auto parsed = parse_account_id(id);
    ASSERT_FALSE(parsed) << id;
    EXPECT_TRUE(parsed.error().ends_with(".")) << parsed.error();
  }
}

TEST(AccountId, ShowsAnOffendingControlCharacterEscaped) {
  EXPECT_EQ(parse_account_id("ab\x1B").error(),
            "The account id has `\\027` at position 3: use only A-Z a-z 0-9 . _ and -.");
}

TEST(AccountName, AcceptsUtf8AndTheEmptyName) {
  for (const std::string name : {"", "Acme Ltd.",
                                 "B\xC3\xBC"
                                 "cher",
                                 "\xE6\x97\xA5", "\xF0\x9F\x93\xA7"}) {
    EXPECT_EQ(parse_account_name(name), name);
  }
  EXPECT_TRUE(parse_account_name(std::string(200, 'x')));
}

TEST(AccountName, RefusesControlCharactersBrokenUtf8AndLength) {
  const std::string too_long(201, 'x');
  for (const std::string& name : {std::string("a\nb"), std::string("\x7F"), std::string("a\0b", 3),
                                  std::string("\xC2\x85"),          // C1 control: next line
                                  std::string("\xC0\x80"),          // overlong NUL
                                  std::string("\xED\xA0\x80"),      // a surrogate
                                  std::string("\xF4\x90\x80\x80"),  // behind U+10FFFF
                                  std::string("\xE2\x82"),          // cut off
                                  std::string("\x80"), std::string("\xFF"), too_long}) {
    EXPECT_FALSE(parse_account_name(name));
  }
}

}  // namespace
}  // namespace mandate::registry
