// Whose a domain is: every way to name an account, and what only looks like one.
#include "registry/ownership.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "registry/authorization.h"
#include "zone_world.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;

const std::string kToken = "0123456789abcdef";
const std::string kOther = "vvvvvvvvvvvvvvvv";
const std::string kThird = "uuuuuuuuuuuuuuuu";

std::string wildcard() {
  return std::string(kProviderZone) +
         "*.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 "
         "ip6:2001:db8:25::/64 -all\"\n";
}

/// `OWN` and `OTHER` stand for the accounts' tokens.
std::string with_tokens(std::string text) {
  const std::pair<std::string, std::string> words[] = {{"OWN", kToken}, {"OTHER", kOther}};
  for (const auto& [word, token] : words) {
    for (std::size_t at = 0; (at = text.find(word, at)) != text.npos;)
      text.replace(at, word.size(), token);
  }
  return text;
}

std::string spf(const std::string& record) {
  return "customer.example. 300 IN TXT \"" + record + "\"\n";
}
std::string txt(const std::string& value) {
  return "_mandate.customer.example. 300 IN TXT \"" + value + "\"\n";
}

constexpr const char* kShared = "v=spf1 include:mailer.provider.example -all";

struct Row {
  std::string why;
  std::string zone;
  Kind kind;
  std::string code;
  Ownership ownership = Ownership::unknown;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.why;
}

Assessment assess_zone(const std::string& zone, OwnershipRule rule = {},
                       const std::string& domain = "customer.example") {
  ZoneWorld world(wildcard() + with_tokens(zone));
  const AuthorizationRequest request{.provider = test_provider(),
                                     .domain = name(domain),
                                     .senders = {"news@" + domain},
                                     .token = kToken,
                                     .ownership = rule,
                                     .now = kTestTime};
  return world.settle([&](const dns::Facts& facts) { return assess(request, facts); });
}

class OwnershipOfOneZone : public testing::TestWithParam<Row> {};

TEST_P(OwnershipOfOneZone, IsAsTheTableSays) {
  const Row& row = GetParam();
  const Assessment found = assess_zone(row.zone);
  EXPECT_EQ(text(found.kind), text(row.kind)) << found.reason;
  EXPECT_EQ(found.reason_code, row.code) << found.reason;
  EXPECT_EQ(text(found.ownership), text(row.ownership));
}

INSTANTIATE_TEST_SUITE_P(
    NamesTheAccount, OwnershipOfOneZone,
    testing::Values(
        Row{"own include", spf("v=spf1 include:OWN.mailer.provider.example -all"), Kind::proven, "",
            Ownership::own_include},
        Row{"own include in other case, with a dot at its end",
            spf("V=SPF1 +INCLUDE:0123456789ABCDEF.Mailer.PROVIDER.example. -all"), Kind::proven, "",
            Ownership::own_include},
        Row{"own include beside the shared one",
            spf("v=spf1 include:mailer.provider.example include:OWN.mailer.provider.example -all"),
            Kind::proven, "", Ownership::own_include},
        Row{"by a redirect",
            spf("v=spf1 redirect=_spf.customer.example") +
                "_spf.customer.example. TXT \"v=spf1 include:OWN.mailer.provider.example -all\"\n",
            Kind::proven, "", Ownership::own_include},
        Row{"by a redirect that no address of the pool comes to",
            spf("v=spf1 include:mailer.provider.example redirect=_spf.customer.example") +
                "_spf.customer.example. TXT \"v=spf1 include:OWN.mailer.provider.example -all\"\n",
            Kind::proven, "", Ownership::own_include},
        Row{"a token beside the shared include", spf(kShared) + txt("mandate-account=OWN"),
            Kind::proven, "", Ownership::token},
        Row{"a token in other case, in two strings",
            spf(kShared) + "_mandate.customer.example. TXT \" Mandate-Account=0123\" "
                           "\"456789ABCDEF \"\n",
            Kind::proven, "", Ownership::token},
        Row{"a token where the pool passes otherwise",
            spf("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all") + txt("mandate-account=OWN"),
            Kind::proven, "", Ownership::token},
        Row{"a record that names two",
            spf("v=spf1 include:OTHER.mailer.provider.example "
                "include:OWN.mailer.provider.example -all"),
            Kind::proven, "", Ownership::own_include},
        Row{"two tokens", spf(kShared) + txt("mandate-account=OTHER") + txt("mandate-account=OWN"),
            Kind::proven, "", Ownership::token},
        Row{"another's include, and a token for this one",
            spf("v=spf1 include:OTHER.mailer.provider.example -all") + txt("mandate-account=OWN"),
            Kind::proven, "", Ownership::token}));

INSTANTIATE_TEST_SUITE_P(
    NamesNobody, OwnershipOfOneZone,
    testing::Values(
        Row{"the shared include alone", spf(kShared), Kind::not_proven, "ownership_missing"},
        Row{"addresses alone", spf("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"own include with a qualifier that is no pass",
            spf("v=spf1 include:mailer.provider.example ?include:OWN.mailer.provider.example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"own include that fails",
            spf("v=spf1 include:mailer.provider.example -include:OWN.mailer.provider.example ~all"),
            Kind::not_proven, "ownership_missing"},
        Row{"own include behind all",
            spf("v=spf1 include:mailer.provider.example -all include:OWN.mailer.provider.example"),
            Kind::not_proven, "ownership_missing"},
        Row{"a redirect that all makes void",
            spf("v=spf1 include:mailer.provider.example -all redirect=_spf.customer.example") +
                "_spf.customer.example. TXT \"v=spf1 include:OWN.mailer.provider.example -all\"\n",
            Kind::not_proven, "ownership_missing"},
        Row{"a longer name",
            spf("v=spf1 include:mailer.provider.example "
                "include:x.OWN.mailer.provider.example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"one letter more",
            spf("v=spf1 include:mailer.provider.example "
                "include:xOWN.mailer.provider.example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"an evil suffix",
            spf("v=spf1 include:mailer.provider.example ?include:OWN.evilmailer.provider.example "
                "-all"),
            Kind::not_proven, "ownership_missing"},
        Row{"the provider's name in front of another's",
            spf("v=spf1 include:mailer.provider.example ?include:OWN.mailer.provider.example.evil."
                "example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"a macro that comes to the name",
            spf("v=spf1 include:0123456789abcde%{l1r}.mailer.provider.example "
                "include:mailer.provider.example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"an exists of the name",
            spf("v=spf1 include:mailer.provider.example "
                "?exists:OWN.mailer.provider.example -all"),
            Kind::not_proven, "ownership_missing"},
        Row{"a third party's record that names the account",
            spf("v=spf1 include:third.example -all") +
                "third.example. TXT \"v=spf1 include:OWN.mailer.provider.example -all\"\n",
            Kind::not_proven, "ownership_missing"},
        Row{"the token at the domain itself",
            spf(kShared) + "customer.example. TXT "
                           "\"mandate-account=OWN\"\n",
            Kind::not_proven, "ownership_missing"},
        Row{"a longer token", spf(kShared) + txt("mandate-account=OWNf; x"), Kind::not_proven,
            "ownership_missing"},
        Row{"the token without its name", spf(kShared) + txt("OWN"), Kind::not_proven,
            "ownership_missing"},
        Row{"no token at all", spf(kShared) + txt("mandate-account="), Kind::not_proven,
            "ownership_missing"},
        Row{"no record", txt("v=DMARC1"), Kind::not_proven, "no_record"},
        Row{"two records, of which one names the account",
            spf(kShared) + spf("v=spf1 include:OWN.mailer.provider.example -all"), Kind::not_proven,
            "multiple_records"},
        Row{"a token without any permission", spf("v=spf1 mx ~all") + txt("mandate-account=OWN"),
            Kind::not_proven, "include_missing", Ownership::token}));

INSTANTIATE_TEST_SUITE_P(
    NamesSomebodyElse, OwnershipOfOneZone,
    testing::Values(Row{"another's include",
                        spf("v=spf1 include:OTHER.mailer.provider.example -all"), Kind::refused,
                        "owned_by_other"},
                    Row{"another's token", spf(kShared) + txt("mandate-account=OTHER"),
                        Kind::refused, "owned_by_other"},
                    Row{"another's, and the own one behind all",
                        spf("v=spf1 include:OTHER.mailer.provider.example -all "
                            "include:OWN.mailer.provider.example"),
                        Kind::refused, "owned_by_other"},
                    Row{"another's that brings nothing in force",
                        spf("v=spf1 mx ~all") + txt("mandate-account=OTHER"), Kind::refused,
                        "owned_by_other"}));

TEST(Ownership, TheReasonsSayExactlyWhatToPublish) {
  const std::string own = "`include:" + kToken + ".mailer.provider.example`";
  const std::string value = "`mandate-account=" + kToken + "`";
  for (const std::string& zone : {spf(kShared), spf(kShared) + txt("mandate-account=OTHER")}) {
    const std::string reason = assess_zone(zone).reason;
    EXPECT_NE(reason.find(own), reason.npos) << reason;
    EXPECT_NE(reason.find("_mandate.customer.example with the value " + value), reason.npos)
        << reason;
  }
  const std::string missing = assess_zone(spf("v=spf1 mx ~all")).reason;
  EXPECT_NE(missing.find(own), missing.npos) << missing;
  const std::string other = assess_zone(spf(kShared) + txt("mandate-account=OTHER")).reason;
  EXPECT_NE(other.find(kOther), other.npos) << "which one is named";
}

TEST(Ownership, WhereAnotherIsNamedATxtIsEnoughOnlyWhereTheMailPasses) {
  const std::string told = "or put the shared `include:mailer.provider.example` there and publish";
  for (const auto& [record, lacks] : {std::pair{"v=spf1 ~all", true}, std::pair{kShared, false}}) {
    const std::string reason = assess_zone(spf(record) + txt("mandate-account=OTHER")).reason;
    EXPECT_EQ(reason.contains(told), lacks) << reason;
    EXPECT_TRUE(reason.contains("publish a TXT record at _mandate.customer.example")) << reason;
  }
}

TEST(Ownership, OfAParentCountsOnlyWhereTheProviderAllowsItAndUpToTheRegistrableDomain) {
  const std::string at_sub =
      "mail.eu.customer.example. TXT \"v=spf1 include:mailer.provider.example -all\"\n";
  const std::string parent = txt("mandate-account=OWN");
  const std::string middle = "_mandate.eu.customer.example. TXT \"mandate-account=OWN\"\n";
  const std::string above = "_mandate.example. TXT \"mandate-account=OWN\"\n";
  const std::string other_above = txt("mandate-account=OTHER");
  const OwnershipRule yes{.required = true, .subdomains = true};
  const struct {
    std::string zone;
    OwnershipRule rule;
    Kind kind;
    std::string code;
  } table[] = {{parent, {}, Kind::not_proven, "ownership_missing"},
               {parent, yes, Kind::proven, ""},
               {middle, yes, Kind::proven, ""},
               {above, yes, Kind::not_proven, "ownership_missing"},
               {other_above, yes, Kind::not_proven, "ownership_missing"}};
  for (const auto& row : table) {
    const Assessment found = assess_zone(at_sub + row.zone, row.rule, "mail.eu.customer.example");
    EXPECT_EQ(text(found.kind), text(row.kind)) << row.zone << found.reason;
    EXPECT_EQ(found.reason_code, row.code) << row.zone;
  }
  const Assessment without_spf = assess_zone(parent, yes, "mail.eu.customer.example");
  EXPECT_EQ(without_spf.reason_code, "no_record") << "its own policy is still asked for";
}

TEST(Ownership, IsNotAskedWhereTheProviderSwitchedItOff) {
  const OwnershipRule off{.required = false, .subdomains = false};
  for (const std::string& zone : {spf(kShared), spf(kShared) + txt("mandate-account=OTHER")}) {
    const Assessment found = assess_zone(zone, off);
    EXPECT_EQ(found.kind, Kind::proven);
    EXPECT_EQ(found.ownership, Ownership::not_asked);
  }
  const std::string reason = assess_zone(spf("v=spf1 mx ~all"), off).reason;
  EXPECT_NE(reason.find("`include:mailer.provider.example`"), reason.npos) << reason;
}

TEST(Ownership, ADnsThatCannotBeAskedMakesNobodyAnOwnerNorTakesItAway) {
  const dns::Question token{name("_mandate.customer.example"), dns::RecordType::txt};
  const struct {
    std::string spf;
    Kind kind;
    std::string code;
  } table[] = {
      {"v=spf1 include:OWN.mailer.provider.example -all", Kind::proven, ""},
      {kShared, Kind::unavailable, "dns_unavailable"},
      {"v=spf1 include:OTHER.mailer.provider.example -all", Kind::unavailable, "dns_unavailable"},
      {"v=spf1 -all", Kind::refused, "include_missing"}};
  for (const auto& row : table) {
    ZoneWorld world(wildcard() + with_tokens(spf(row.spf)));
    world.fail(token);
    const AuthorizationRequest request{.provider = test_provider(),
                                       .domain = name("customer.example"),
                                       .senders = {},
                                       .token = kToken,
                                       .ownership = {},
                                       .now = kTestTime};
    const Assessment found =
        world.settle([&](const dns::Facts& facts) { return assess(request, facts); });
    EXPECT_EQ(text(found.kind), text(row.kind)) << row.spf << found.reason;
    EXPECT_EQ(found.reason_code, row.code) << row.spf;
  }
}

TEST(Ownership, AnAccountWithoutATokenOwnsNothing) {
  ZoneWorld world(wildcard() + spf(kShared) + txt("mandate-account="));
  const OwnershipQuestion question{.domain = name("customer.example"),
                                   .include_name = name("mailer.provider.example"),
                                   .token = ""};
  const OwnershipFinding found =
      world.settle([&](const dns::Facts& facts) { return find_ownership(question, facts); });
  EXPECT_EQ(found.kind, OwnershipFinding::Kind::missing);
}

TEST(Ownership, SaysWhoIsNamedInstead) {
  ZoneWorld world(wildcard() +
                  with_tokens(spf("v=spf1 include:OTHER.mailer.provider.example -all") +
                              txt("mandate-account=" + kThird) + txt("mandate-account=OTHER")));
  const OwnershipQuestion question{.domain = name("customer.example"),
                                   .include_name = name("mailer.provider.example"),
                                   .token = kToken};
  const OwnershipFinding found =
      world.settle([&](const dns::Facts& facts) { return find_ownership(question, facts); });
  EXPECT_EQ(found.kind, OwnershipFinding::Kind::names_other);
  EXPECT_EQ(found.others, (std::vector{kThird, kOther}));
}

TEST(Ownership, ATokenIsSixteenToSixtyThreeLettersOfItsAlphabet) {
  EXPECT_TRUE(is_account_token(kToken));
  EXPECT_TRUE(is_account_token(std::string(63, 'v')));
  for (const std::string& text :
       {std::string(), std::string(15, 'a'), std::string(64, 'a'), std::string(16, 'w'),
        std::string(16, 'A'), std::string("0123456789abcde."),
        std::string("0123456789abcde\0", 16)}) {
    EXPECT_FALSE(is_account_token(text)) << text;
  }
}

TEST(Ownership, AnIncludeNameThatWouldBeTooLongIsTheSharedOne) {
  const std::string label(63, 'a');
  const dns::Name longest = name(label + "." + label + "." + label + "." + std::string(60, 'a'));
  EXPECT_EQ(own_include_name(kToken, longest), longest);
  EXPECT_EQ(ownership_name(longest), std::nullopt);
  EXPECT_EQ(own_include_name(kToken, name("mailer.provider.example")).text(),
            kToken + ".mailer.provider.example");
}

}  // namespace
}  // namespace mandate::registry
