#include "registry/return_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "registry/authorization.h"
#include "registry/mailbox.h"
#include "registry/vote.h"
#include "zone_world.h"

namespace mandate::registry {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using Kind = CheckFinding::Kind;

TEST(ReturnPath, IsALabelOrANameBelowTheDomain) {
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                std::string(60, 'c') + ".customer.example";
  const struct {
    std::string text;
    std::string name;
    std::string code;
  } rows[] = {
      {"bounce", "bounce.customer.example", ""},
      {"Bounce", "bounce.customer.example", ""},
      {"bounce.customer.example", "bounce.customer.example", ""},
      {" Bounce.Customer.EXAMPLE. ", "bounce.customer.example", ""},
      {"a.b.customer.example", "a.b.customer.example", ""},
      {"zur\u00fcck", "xn--zurck-mva.customer.example", ""},
      {"customer.example", "", "return_path_not_below"},
      {"bounce.other.example", "", "return_path_not_below"},
      {"bouncecustomer.example", "", "return_path_not_below"},
      {"bounce.customer.example.evil.example", "", "return_path_not_below"},
      {"example", "example.customer.example", ""},
      {"", "", "domain_empty"},
      {".", "", "domain_empty"},
      {"a@b", "", "domain_is_mailbox"},
      {"*", "", "domain_invalid"},
      {"bad_label", "", "domain_invalid"},
      {"a..customer.example", "", "domain_invalid"},
      {std::string("a\0b", 3), "", "domain_invalid"},
      {std::string(64, 'a'), "", "domain_invalid"},
      {long_name, "", "return_path_too_long"},
  };
  for (const auto& row : rows) {
    const auto read = parse_return_path(row.text, name("customer.example"));
    EXPECT_EQ(read ? read->text() : "", row.name) << row.text;
    EXPECT_EQ(read ? "" : read.error().code, row.code) << row.text;
    EXPECT_TRUE(read || !read.error().message.empty()) << row.text;
  }
}

TEST(ReturnPath, ThatIsAcceptedIsReadAgainAsItselfAndTakesABounceOfEveryMessage) {
  constexpr std::string_view kPieces[] = {"a",        "B9",       "-",   ".", "..",
                                          "customer", ".example", "xn-", "_", "\xc3\xbc",
                                          "@",        " ",        "\\",  "\n"};
  std::mt19937 random(5321);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t k = random() % 12; k > 0; --k) text += kPieces[random() % std::size(kPieces)];
    if (random() % 2 == 0) text += ".customer.example";
    const auto read = parse_return_path(text, name("customer.example"));
    if (!read) continue;
    ++accepted;
    EXPECT_TRUE(read->is_at_or_below(name("customer.example"))) << text;
    EXPECT_EQ(parse_return_path(read->text(), name("customer.example")).value(), *read) << text;
    const SendingDomain domain =
        with_envelope({.domain = name("customer.example")}, {Mode::return_path, *read});
    const auto sender =
        parse_mailbox(envelope_sender(domain, "x@customer.example", std::string(26, 'v')));
    ASSERT_TRUE(sender) << text;
    EXPECT_EQ(sender->domain, *read) << text;
    EXPECT_EQ(sender->local_part, "bounces+" + std::string(26, 'v'));
  }
  EXPECT_GT(accepted, 500) << "or the texts are too wild to show anything";
}

TEST(ReturnPath, IsNotWhereOthersRegister) {
  const auto read = parse_return_path("shop.blogspot.com", name("blogspot.com"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "return_path_not_below");
}

TEST(EnvelopeSender, IsTheSenderAddressOrNamesTheMessageAtTheReturnPath) {
  SendingDomain domain;
  domain.domain = name("customer.example");
  EXPECT_EQ(envelope_sender(domain, "news@customer.example", "m1"), "news@customer.example");
  domain.mode = Mode::return_path;
  domain.return_path = name("bounce.customer.example");
  const std::string fits(56, 'm');  // 64 octets with `bounces+`
  const struct {
    std::string message_id;
    std::string local_part;
  } rows[] = {
      {"01j9z3v1a2b3c4d5e6f7g8h9i0", "bounces+01j9z3v1a2b3c4d5e6f7g8h9i0"},
      {fits, "bounces+" + fits},
      {fits + "m", "bounces"},
      {"a b", "bounces"},
      {"a@b", "bounces"},
      {"a\r\nRCPT", "bounces"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(envelope_sender(domain, "news@customer.example", row.message_id),
              row.local_part + "@bounce.customer.example")
        << row.message_id;
  }
}

Provider provider_with_bounces() {
  Provider provider = test_provider();
  provider.helo_names.emplace_back("out2.mailer.provider.example");
  provider.bounce_host = name("bounces.provider.example");
  return provider;
}

const std::string kSpf =
    "bounce.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n";
const std::string kMx = "bounce.customer.example. 200 IN MX 10 bounces.provider.example.\n";
/// The domain's own policy and mail, which are of no account for its return path.
const std::string kApex =
    "customer.example. 300 IN TXT \"v=spf1 mx -all\"\n"
    "customer.example. 300 IN MX 10 mx.customer.example.\n"
    "mx.customer.example. 300 IN A 203.0.113.9\n";

Assessment assess_in(ZoneWorld& world, const Provider& provider,
                     std::string_view return_path = "bounce.customer.example") {
  return world.settle([&](const dns::Facts& facts) {
    return assess_envelope(provider, name("customer.example"), {"news@customer.example"},
                           return_path.empty() ? dns::Name() : name(return_path), facts, kTestTime);
  });
}

struct Row {
  std::string why;
  std::string zone;
  Kind kind;
  std::string code;
};

TEST(AssessEnvelope, TakesPolicyAndBouncesOfTheReturnPath) {
  const std::string own = "abc.mailer.provider.example";
  const Row rows[] = {
      {"both records", kApex + kSpf + kMx, Kind::proven, ""},
      {"one CNAME to the provider's wildcard",
       kApex + "bounce.customer.example. CNAME " + own +
           "\n*.mailer.provider.example. TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\""
           "\n*.mailer.provider.example. MX 10 bounces.provider.example\n",
       Kind::proven, ""},
      {"a CNAME to a wildcard without an MX",
       kApex + "bounce.customer.example. CNAME " + own +
           "\n*.mailer.provider.example. TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\""
           "\n",
       Kind::not_proven, "bounces_lost"},
      {"the customer's wildcards",
       kApex + "*.customer.example. TXT \"v=spf1 include:mailer.provider.example -all\"\n"
               "*.customer.example. MX 10 bounces.provider.example\n",
       Kind::proven, ""},
      {"a backup behind the bounce host",
       kSpf + kMx + "bounce.customer.example. MX 20 mx.customer.example\n", Kind::proven, ""},
      {"no MX", kApex + kSpf, Kind::not_proven, "bounces_lost"},
      {"an MX of the customer's", kSpf + "bounce.customer.example. MX 10 mx.customer.example\n",
       Kind::not_proven, "bounces_lost"},
      {"another MX as good as the bounce host",
       kSpf + kMx + "bounce.customer.example. MX 10 mx.customer.example\n", Kind::not_proven,
       "bounces_lost"},
      {"another MX ahead of it", kSpf + kMx + "bounce.customer.example. MX 5 mx.customer.example\n",
       Kind::not_proven, "bounces_lost"},
      {"the null MX", kSpf + "bounce.customer.example. MX 0 .\n", Kind::not_proven, "bounces_lost"},
      {"the MX alone", kApex + kMx, Kind::not_proven, "no_record"},
      {"the domain's policy alone",
       "customer.example. TXT \"v=spf1 include:mailer.provider.example -all\"\n" + kMx,
       Kind::not_proven, "no_record"},
      {"a policy that refuses", kMx + "bounce.customer.example. TXT \"v=spf1 -all\"\n",
       Kind::refused, "include_missing"},
      {"nothing at all", kApex, Kind::not_proven, "no_record"},
  };
  for (const Row& row : rows) {
    ZoneWorld world(std::string(kProviderZone) + row.zone);
    const Assessment assessment = assess_in(world, provider_with_bounces());
    EXPECT_EQ(text(assessment.kind), text(row.kind)) << row.why << ": " << assessment.reason;
    EXPECT_EQ(assessment.reason_code, row.code) << row.why << ": " << assessment.reason;
    EXPECT_EQ(assessment.reason.empty(), row.code.empty()) << row.why;
    for (const PoolCheck& check : assessment.checks) {
      EXPECT_EQ(check.mail_from, "bounces+" + std::string(26, '0') + "@bounce.customer.example")
          << row.why;
    }
  }
}

TEST(AssessEnvelope, TriesEveryHeloNameAndHoldsAsLongAsItsShortestAnswer) {
  ZoneWorld world(std::string(kProviderZone) + kSpf + kMx);
  const Assessment assessment = assess_in(world, provider_with_bounces());
  EXPECT_EQ(assessment.checks.size(), 4U) << "two prefixes, two HELO names";
  EXPECT_EQ(assessment.ttl, 200U);
}

TEST(AssessEnvelope, SaysWhereBouncesGoTodayAndWhatToPublish) {
  const struct {
    std::string mx;
    std::string today;
  } rows[] = {
      {"", "it has no MX record"},
      {"bounce.customer.example. MX 10 mx.customer.example\n", "goes to mx.customer.example"},
      {"bounce.customer.example. MX 0 .\n", "takes no mail"},
      {"bounce.customer.example. MX 10 b\\013ad.example\n", "b\\"},
  };
  for (const auto& row : rows) {
    ZoneWorld world(std::string(kProviderZone) + kSpf + row.mx);
    const std::string reason = assess_in(world, provider_with_bounces()).reason;
    EXPECT_THAT(reason, HasSubstr(row.today));
    EXPECT_THAT(reason, HasSubstr("Bounces to bounce.customer.example would be lost"));
    EXPECT_THAT(reason, HasSubstr("`10 bounces.provider.example`"));
    EXPECT_THAT(reason, Each(::testing::AllOf(::testing::Ge(' '), ::testing::Le('~'))));
  }
}

TEST(AssessEnvelope, TriesTheLocalPartThatMailLeavesWith) {
  const Row rows[] = {
      {"a policy of `bounces` alone", "bounces.allow.example. A 127.0.0.2\n", Kind::refused,
       "include_missing"},
      {"a policy of every message", "*.allow.example. A 127.0.0.2\n", Kind::proven, ""},
  };
  for (const Row& row : rows) {
    ZoneWorld world(std::string(kProviderZone) + kMx + row.zone +
                    "bounce.customer.example. TXT \"v=spf1 exists:%{l}.allow.example -all\"\n");
    const Assessment assessment = assess_in(world, provider_with_bounces());
    EXPECT_EQ(text(assessment.kind), text(row.kind)) << row.why << ": " << assessment.reason;
    EXPECT_EQ(assessment.reason_code, row.code) << row.why;
  }
}

TEST(AssessEnvelope, SaysWhoseTheRecordsOfAnAliasAre) {
  const std::string wildcard =
      "*.mailer.provider.example. TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n";
  const std::string ours = "bounce.customer.example. CNAME abc.mailer.provider.example\n";
  const std::string alias =
      "bounce.customer.example is an alias (CNAME) of abc.mailer.provider.example";
  const std::string no_change =
      "as `mandate provider zone` has it; nothing is to be changed in the DNS of customer.example.";
  const std::string others = "bounce.customer.example. CNAME mail.customer.example\n";
  const struct {
    std::string zone;
    std::string code;
    std::string reason;
  } rows[] = {
      {ours + wildcard, "bounces_lost",
       "Bounces to bounce.customer.example would be lost, since it has no MX record: " + alias +
           ", where the MX record `10 bounces.provider.example` is the provider's to publish, " +
           no_change},
      {ours, "no_record",
       alias +
           ", whose SPF record does not let the whole sending pool pass: it is the provider's "
           "to mend, " +
           no_change},
      {ours + "*.mailer.provider.example. TXT \"v=spf1 ip4:192.0.2.0/29 -all\"\n",
       "pool_not_covered",
       alias +
           ", whose SPF record does not let the whole sending pool pass: it is the provider's "
           "to mend, " +
           no_change},
      {others + "mail.customer.example. TXT \"v=spf1 include:mailer.provider.example -all\"\n",
       "bounces_lost",
       "Bounces to bounce.customer.example would be lost, since it has no MX record: "
       "bounce.customer.example is an alias (CNAME) of mail.customer.example, and no record can be "
       "put beside that: have the MX record `10 bounces.provider.example` published at "
       "mail.customer.example, or put the records that are proposed in the place of the alias."},
      {others + "mail.customer.example. TXT \"v=spf1 mx -all\"\n", "include_missing",
       " bounce.customer.example is an alias (CNAME) of mail.customer.example, so that the record "
       "is the one of that name: have it changed there, or put the records that are proposed in "
       "the place of the alias."},
  };
  for (const auto& row : rows) {
    ZoneWorld world(std::string(kProviderZone) + row.zone);
    const Assessment assessment = assess_in(world, provider_with_bounces());
    EXPECT_EQ(assessment.reason_code, row.code) << row.zone;
    EXPECT_TRUE(assessment.reason.ends_with(row.reason)) << assessment.reason;
  }
}

TEST(AssessEnvelope, ADnsThatIsAwayProvesAndDisprovesNothing) {
  for (const dns::RecordType type : {dns::RecordType::mx, dns::RecordType::txt}) {
    ZoneWorld world(std::string(kProviderZone) + kSpf + kMx);
    world.fail({name("bounce.customer.example"), type});
    const Assessment assessment = assess_in(world, provider_with_bounces());
    EXPECT_EQ(text(assessment.kind), "unavailable");
    EXPECT_EQ(assessment.reason_code, "dns_unavailable");
  }
}

TEST(AssessEnvelope, AProviderWithoutABounceHostLosesBounces) {
  ZoneWorld world(std::string(kProviderZone) + kSpf + kMx);
  const Assessment assessment = assess_in(world, test_provider());
  EXPECT_EQ(text(assessment.kind), "not_proven");
  EXPECT_EQ(assessment.reason_code, "bounces_lost");
  EXPECT_THAT(assessment.reason, HasSubstr("bounce_host"));
}

TEST(AssessEnvelope, AsksPolicyAndMailInOneRound) {
  ZoneWorld world(std::string(kProviderZone) + kSpf + kMx);
  assess_in(world, provider_with_bounces());
  EXPECT_EQ(world.rounds(), 2) << "the record and the MX, then the include";
}

TEST(AssessEnvelope, WithoutAReturnPathIsTheAssessmentOfTheSenders) {
  ZoneWorld world(std::string(kProviderZone) +
                  "customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n");
  const Assessment assessment = assess_in(world, test_provider(), "");
  EXPECT_EQ(text(assessment.kind), "proven");
  ASSERT_FALSE(assessment.checks.empty());
  EXPECT_EQ(assessment.checks.front().mail_from, "news@customer.example");
}

constexpr const char* kToken = "0123456789abcdef";
const std::string kWildcard =
    "*.mailer.provider.example. TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n";
const std::string kOwnSpf =
    "bounce.customer.example. TXT \"v=spf1 include:0123456789abcdef.mailer.provider.example "
    "-all\"\n";
const std::string kNamed = "_mandate.customer.example. TXT \"mandate-account=0123456789abcdef\"\n";

AuthorizationRequest request_for_the_return_path() {
  return {.provider = provider_with_bounces(),
          .domain = name("customer.example"),
          .senders = {"news@customer.example"},
          .return_path = name("bounce.customer.example"),
          .token = kToken,
          .ownership = {},
          .now = kTestTime};
}

TEST(AuthorizationOfAReturnPath, TakesThePolicyThereAndOwnershipOfTheDomain) {
  const Row rows[] = {
      {"the TXT of the domain", kOwnSpf + kMx + kNamed, Kind::proven, ""},
      {"the TXT beside the shared include", kSpf + kMx + kNamed, Kind::proven, ""},
      {"the own include in the domain's record",
       kOwnSpf + kMx +
           "customer.example. TXT \"v=spf1 include:0123456789abcdef.mailer.provider.example "
           "-all\"\n",
       Kind::proven, ""},
      {"the own include at the return path alone", kApex + kOwnSpf + kMx, Kind::not_proven,
       "ownership_missing"},
      {"a TXT below the return path",
       kOwnSpf + kMx +
           "_mandate.bounce.customer.example. TXT \"mandate-account=0123456789abcdef\"\n",
       Kind::not_proven, "ownership_missing"},
      {"a TXT that names another account",
       kOwnSpf + kMx + "_mandate.customer.example. TXT \"mandate-account=0123456789abcdeg\"\n",
       Kind::refused, "owned_by_other"},
      {"bounces that are lost", kOwnSpf + kNamed, Kind::not_proven, "bounces_lost"},
  };
  for (const Row& row : rows) {
    ZoneWorld world(std::string(kProviderZone) + kWildcard + row.zone);
    const Assessment assessment = world.settle(
        [&](const dns::Facts& facts) { return assess(request_for_the_return_path(), facts); });
    EXPECT_EQ(text(assessment.kind), text(row.kind)) << row.why << ": " << assessment.reason;
    EXPECT_EQ(assessment.reason_code, row.code) << row.why << ": " << assessment.reason;
  }
}

TEST(AuthorizationOfAReturnPath, IsLostOnlyWhenMostServersOfTheZoneSaySo) {
  ZoneWorld world(std::string(kProviderZone) + kWildcard + kOwnSpf + kMx + kNamed);
  const dns::Question mx{name("bounce.customer.example"), dns::RecordType::mx};
  const ServerAnswers without{.name = name("ns1.customer.example"),
                              .address = "192.0.2.53:53",
                              .standing = ServerAnswers::Standing::answers,
                              .serial = 8,
                              .newest = true,
                              .facts = {{.question = mx, .status = dns::Fact::Status::no_data}}};
  ServerAnswers with = without;
  with.newest = false;
  with.facts = {{.question = mx,
                 .status = dns::Fact::Status::found,
                 .records = {dns::MxData{10, name("bounces.provider.example")}}}};
  const auto finding = [&](std::vector<ServerAnswers> servers) {
    const ZoneAnswers zone{.zone = name("customer.example"), .servers = std::move(servers)};
    return world
        .settle([&](const dns::Facts& facts) {
          return judge(request_for_the_return_path(), zone, facts);
        })
        .assessment.reason_code;
  };
  EXPECT_EQ(finding({without, with}), "servers_disagree");
  EXPECT_EQ(finding({without, without, with}), "bounces_lost");
}

}  // namespace
}  // namespace mandate::registry
