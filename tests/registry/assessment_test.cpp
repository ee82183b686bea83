#include "registry/assessment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "zone_world.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;
using spf::Result;

std::string zone(std::string_view records) {
  return std::string(kProviderZone) + std::string(records);
}

std::string customer(std::string_view spf) {
  return zone("customer.example. 300 IN TXT \"" + std::string(spf) + "\"\n");
}

Assessment assess_zone(std::string_view records) {
  ZoneWorld world(records);
  return world.assess(test_provider(), "customer.example", {"news@customer.example"});
}

struct Row {
  std::string why;
  std::string spf;
  Kind kind;
  std::string code;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.why;
}

class AssessOneRecord : public testing::TestWithParam<Row> {};

TEST_P(AssessOneRecord, FindsAsTheTableSays) {
  const Row& row = GetParam();
  const auto assessment = assess_zone(customer(row.spf));
  EXPECT_EQ(text(assessment.kind), text(row.kind)) << row.why << ": " << assessment.reason;
  EXPECT_EQ(assessment.reason_code, row.code) << row.why << ": " << assessment.reason;
  EXPECT_EQ(assessment.reason.empty(), row.code.empty()) << row.why;
}

// What a search for the text of the include takes for a pass, and is none.
INSTANTIATE_TEST_SUITE_P(
    WrongPasses, AssessOneRecord,
    testing::Values(
        Row{"fail qualifier", "v=spf1 -include:mailer.provider.example ~all", Kind::refused,
            "include_not_pass"},
        Row{"neutral qualifier", "v=spf1 ?include:mailer.provider.example -all", Kind::not_proven,
            "include_not_pass"},
        Row{"softfail qualifier", "v=spf1 ~include:mailer.provider.example -all", Kind::not_proven,
            "include_not_pass"},
        Row{"longer name in front", "v=spf1 include:evilmailer.provider.example ~all",
            Kind::not_proven, "include_lookalike"},
        Row{"longer name behind", "v=spf1 include:mailer.provider.example.evil.example -all",
            Kind::not_proven, "include_lookalike"},
        Row{"behind all", "v=spf1 ~all include:mailer.provider.example", Kind::not_proven,
            "include_after_all"},
        Row{"behind a failing all", "v=spf1 mx -all include:mailer.provider.example", Kind::refused,
            "include_after_all"},
        Row{"an ignored modifier", "v=spf1 include=mailer.provider.example ~all", Kind::not_proven,
            "include_missing"},
        Row{"a redirect that is ignored", "v=spf1 ~all redirect=mailer.provider.example",
            Kind::not_proven, "include_missing"},
        Row{"the name in an exp only", "v=spf1 -all exp=mailer.provider.example", Kind::refused,
            "include_missing"},
        Row{"an earlier fail", "v=spf1 -ip4:192.0.2.7 include:mailer.provider.example ~all",
            Kind::refused, "pool_not_covered"},
        Row{"an earlier neutral for IPv6",
            "v=spf1 ?ip6:2001:db8:25::7 include:mailer.provider.example -all", Kind::not_proven,
            "pool_not_covered"},
        Row{"mx anywhere", "v=spf1 mx ~all", Kind::not_proven, "include_missing"},
        Row{"fails all", "v=spf1 -all", Kind::refused, "include_missing"},
        Row{"nothing decided", "v=spf1 mx", Kind::not_proven, "include_missing"},
        Row{"a broken term behind it", "v=spf1 include:mailer.provider.example ip4:192.0.2 ~all",
            Kind::not_proven, "record_invalid"},
        Row{"only a part of the pool", "v=spf1 ip4:192.0.2.0/29 ip6:2001:db8:25::/64 ~all",
            Kind::not_proven, "include_missing"},
        Row{"all but one address",
            "v=spf1 ip4:192.0.2.0/29 ip4:192.0.2.8/30 ip4:192.0.2.12/31 ip4:192.0.2.14 "
            "ip6:2001:db8:25::/64 -all",
            Kind::refused, "include_missing"},
        Row{"IPv4 only", "v=spf1 ip4:192.0.2.0/28 ~all", Kind::not_proven, "include_missing"}));

// What such a search, or a strict form, takes for a failure, and is none.
INSTANTIATE_TEST_SUITE_P(
    WrongFailures, AssessOneRecord,
    testing::Values(
        Row{"plain", "v=spf1 include:mailer.provider.example ~all", Kind::proven, ""},
        Row{"plus qualifier", "v=spf1 +include:mailer.provider.example -all", Kind::proven, ""},
        Row{"any case", "V=SPF1 InClUdE:MAILER.Provider.Example ~ALL", Kind::proven, ""},
        Row{"a trailing dot", "v=spf1 include:mailer.provider.example. -all", Kind::proven, ""},
        Row{"neutral all", "v=spf1 include:mailer.provider.example ?all", Kind::proven, ""},
        Row{"no all", "v=spf1 include:mailer.provider.example", Kind::proven, ""},
        Row{"many spaces", "v=spf1    include:mailer.provider.example    -all   ", Kind::proven,
            ""},
        Row{"redirect", "v=spf1 redirect=mailer.provider.example", Kind::proven, ""},
        Row{"macro for the domain", "v=spf1 include:mailer.%{h2} -all", Kind::proven, ""},
        Row{"without the include", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", Kind::proven,
            ""},
        Row{"anyone", "v=spf1 +all", Kind::proven, ""},
        Row{"unknown modifiers", "v=spf1 op=auth include:mailer.provider.example moo=%{i} -all",
            Kind::proven, ""},
        Row{"a term that fails others",
            "v=spf1 -ip4:203.0.113.0/24 include:mailer.provider.example -all", Kind::proven, ""},
        Row{"a pass before a fail of the same address",
            "v=spf1 include:mailer.provider.example -ip4:192.0.2.7 -all", Kind::proven, ""}));

TEST(Assess, ALookAlikeThatExistsIsNamed) {
  for (const std::string look :
       {"evilmailer.provider.example", "mailer.provider.example.evil.example"}) {
    const auto assessment = assess_zone(customer("v=spf1 include:" + look + " ~all") + look +
                                        ". 300 IN TXT \"v=spf1 ip4:203.0.113.0/24 -all\"\n");
    EXPECT_EQ(assessment.kind, Kind::not_proven);
    EXPECT_EQ(assessment.reason_code, "include_lookalike") << assessment.reason;
    EXPECT_THAT(assessment.reason, testing::HasSubstr(look));
  }
}

TEST(Assess, ANameBelowTheIncludeNameIsNoLookAlike) {
  const auto assessment =
      assess_zone(customer("v=spf1 include:t1.mailer.provider.example ~all") +
                  "t1.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:203.0.113.0/24 -all\"\n");
  EXPECT_EQ(assessment.reason_code, "include_missing");
}

TEST(Assess, NoRecordIsNotProven) {
  const auto none = assess_zone(zone("customer.example. 300 IN TXT \"hello\"\n"));
  EXPECT_EQ(none.kind, Kind::not_proven);
  EXPECT_EQ(none.reason_code, "no_record");
  const auto no_name = assess_zone(kProviderZone);
  EXPECT_EQ(no_name.reason_code, "no_record");
  EXPECT_THAT(no_name.reason, testing::HasSubstr("does not exist"));
}

TEST(Assess, TheIncludeInATextThatIsNoRecordIsNoRecord) {
  for (const std::string text :
       {"1v=spf1 include:mailer.provider.example -all", "v=spf10 include:mailer.provider.example",
        "include:mailer.provider.example ~all", "spf2.0/pra include:mailer.provider.example"}) {
    EXPECT_EQ(assess_zone(customer(text)).reason_code, "no_record") << text;
  }
}

TEST(Assess, TwoRecordsFailThoughOneIsRight) {
  const auto assessment = assess_zone(customer("v=spf1 include:mailer.provider.example ~all") +
                                      "customer.example. 300 IN TXT \"v=spf1 mx -all\"\n");
  EXPECT_EQ(assessment.kind, Kind::not_proven);
  EXPECT_EQ(assessment.reason_code, "multiple_records");
}

TEST(Assess, AnIncludeBehind255OctetsIsRead) {
  std::string padding;
  for (int i = 0; padding.size() < 225; ++i) padding += "ip4:203.0.113." + std::to_string(i) + " ";
  const auto assessment = assess_zone(zone("customer.example. 300 IN TXT \"v=spf1 " + padding +
                                           "inclu\" \"de:mailer.provider.example -all\"\n"));
  EXPECT_EQ(assessment.kind, Kind::proven) << assessment.reason;
}

TEST(Assess, StringsThatJoinWithoutASpaceAreOneTerm) {
  const auto assessment = assess_zone(zone(
      "customer.example. 300 IN TXT \"v=spf1 a:x.example\" \"include:mailer.provider.example\" "
      "\" ~all\"\n"));
  EXPECT_NE(assessment.kind, Kind::proven);
}

TEST(Assess, OtherTextsBesideTheRecordDoNotMatter) {
  const auto assessment =
      assess_zone(customer("v=spf1 include:mailer.provider.example -all") +
                  "customer.example. 300 IN TXT \"google-site-verification=x\"\n"
                  "customer.example. 300 IN TXT \"mx -all\"\n");
  EXPECT_EQ(assessment.kind, Kind::proven);
}

TEST(Assess, AnIncludeInsideARedirectOrAnotherIncludeCounts) {
  for (const std::string spf :
       {"v=spf1 redirect=_spf.customer.example", "v=spf1 include:_spf.customer.example -all"}) {
    const auto assessment = assess_zone(
        customer(spf) +
        "_spf.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example ~all\"\n");
    EXPECT_EQ(assessment.kind, Kind::proven) << spf;
  }
}

TEST(Assess, ARecordAtTheTargetOfACnameCounts) {
  const auto assessment = assess_zone(
      zone("customer.example. 300 IN CNAME spf.elsewhere.example.\n"
           "spf.elsewhere.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n"));
  EXPECT_EQ(assessment.kind, Kind::proven) << assessment.reason;
}

TEST(Assess, TheReasonIsLookedForBehindARedirect) {
  const auto assessment = assess_zone(
      customer("v=spf1 redirect=_spf.customer.example") +
      "_spf.customer.example. 300 IN TXT \"v=spf1 ?include:mailer.provider.example ~all\"\n");
  EXPECT_EQ(assessment.reason_code, "include_not_pass");
  EXPECT_THAT(assessment.reason, testing::HasSubstr("_spf.customer.example"));
}

TEST(Assess, AnyAccountsIncludeNameBringsThePool) {
  const auto assessment =
      assess_zone(customer("v=spf1 include:vvvvvvvvvvvvvvvv.mailer.provider.example ~all") +
                  "*.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/29 "
                  "ip6:2001:db8:25::/64 -all\"\n");
  EXPECT_EQ(assessment.reason_code, "pool_not_covered") << assessment.reason;
}

TEST(Assess, AnIncludeWhoseTargetHasNoRecordIsAnInvalidRecord) {
  const auto assessment =
      assess_zone("customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n");
  EXPECT_EQ(assessment.kind, Kind::not_proven) << "permerror is no refusal";
  EXPECT_EQ(assessment.reason_code, "record_invalid");
  EXPECT_THAT(assessment.reason, testing::HasSubstr("mailer.provider.example"));
}

TEST(Assess, ALoopEndsAtTheLimit) {
  const auto assessment =
      assess_zone(customer("v=spf1 include:a.example -all") +
                  "a.example. 300 IN TXT \"v=spf1 include:customer.example -all\"\n");
  EXPECT_EQ(assessment.reason_code, "too_many_lookups") << assessment.reason;
}

TEST(Assess, TooManyLookupsBeforeTheIncludeAreNamed) {
  std::string spf = "v=spf1 ";
  std::string records;
  for (int i = 0; i < 10; ++i) {
    const std::string host = "h" + std::to_string(i) + ".example";
    spf += "a:" + host + " ";
    records += host + ". 300 IN A 203.0.113.1\n" + host + ". 300 IN AAAA 2001:db8:1::1\n";
  }
  const auto over = assess_zone(customer(spf + "include:mailer.provider.example -all") + records);
  EXPECT_EQ(over.kind, Kind::not_proven);
  EXPECT_EQ(over.reason_code, "too_many_lookups") << over.reason;
  // In front of them it is reached before the limit is.
  std::string first = spf;
  first.insert(7, "include:mailer.provider.example ");
  EXPECT_EQ(assess_zone(customer(first + "-all") + records).kind, Kind::proven);
}

TEST(Assess, TooManyVoidLookupsAreNamed) {
  const auto assessment = assess_zone(customer(
      "v=spf1 a:n1.example a:n2.example a:n3.example include:mailer.provider.example ~all"));
  EXPECT_EQ(assessment.kind, Kind::not_proven);
  EXPECT_EQ(assessment.reason_code, "too_many_voids") << assessment.reason;
}

TEST(Assess, AFailureOfTheDnsIsUnavailableWhateverElseIsFound) {
  ZoneWorld whole(customer("v=spf1 include:mailer.provider.example -all"));
  whole.fail({name("customer.example"), dns::RecordType::txt});
  const auto nothing = whole.assess(test_provider(), "customer.example");
  EXPECT_EQ(nothing.kind, Kind::unavailable);
  EXPECT_EQ(nothing.reason_code, "dns_unavailable");
  EXPECT_THAT(nothing.reason, testing::HasSubstr("no answer within 5 s"));

  // One address fails explicitly, the others need what cannot be had.
  ZoneWorld part(customer("v=spf1 -ip4:192.0.2.7 include:mailer.provider.example -all"));
  part.fail({name("mailer.provider.example"), dns::RecordType::txt});
  EXPECT_EQ(part.assess(test_provider(), "customer.example").kind, Kind::unavailable);
}

TEST(Assess, AnErrorForOneAddressKeepsAFailOfAnotherFromBeingARefusal) {
  const auto assessment =
      assess_zone(customer("v=spf1 -ip4:192.0.2.7 include:broken.example -all") +
                  "broken.example. 300 IN TXT \"v=spf1 ip4:300.1.1.1 -all\"\n");
  EXPECT_EQ(assessment.kind, Kind::not_proven);
  EXPECT_EQ(assessment.reason_code, "record_invalid");
}

TEST(Assess, EverySenderAndEveryHeloNameIsTried) {
  const std::string records = customer("v=spf1 exists:%{l}.senders.example -all") +
                              "news.senders.example. 300 IN A 127.0.0.2\n";
  ZoneWorld world(records);
  EXPECT_EQ(world.assess(test_provider(), "customer.example", {"news@customer.example"}).kind,
            Kind::proven);
  const auto both = world.assess(test_provider(), "customer.example",
                                 {"news@customer.example", "other@customer.example"});
  EXPECT_EQ(both.kind, Kind::refused);

  ZoneWorld helo(customer("v=spf1 exists:%{h}.helo.example -all") +
                 "out.mailer.provider.example.helo.example. 300 IN A 127.0.0.2\n");
  Provider provider = test_provider();
  EXPECT_EQ(helo.assess(provider, "customer.example").kind, Kind::proven);
  provider.helo_names.push_back("out2.mailer.provider.example");
  EXPECT_EQ(helo.assess(provider, "customer.example").kind, Kind::refused);
}

TEST(Assess, AMacroDeepInsideIsTriedForEverySender) {
  ZoneWorld world(customer("v=spf1 include:inner.example -all") +
                  "inner.example. 300 IN TXT \"v=spf1 exists:%{l}.senders.example -all\"\n"
                  "news.senders.example. 300 IN A 127.0.0.2\n");
  const auto assessment = world.assess(test_provider(), "customer.example",
                                       {"news@customer.example", "other@customer.example"});
  EXPECT_EQ(assessment.kind, Kind::refused);
}

TEST(Assess, EverySenderAndHeloNameIsInTheChecks) {
  ZoneWorld world(customer("v=spf1 include:mailer.provider.example -all"));
  Provider provider = test_provider();
  provider.helo_names.push_back("out2.mailer.provider.example");
  const auto assessment =
      world.assess(provider, "customer.example", {"a@customer.example", "b@customer.example"});
  std::vector<std::string> got;
  for (const PoolCheck& check : assessment.checks) {
    got.push_back(check.ip.text() + " " + check.mail_from + " " + check.helo);
  }
  std::vector<std::string> expected;
  for (const std::string ip : {"192.0.2.0", "2001:db8:25::"}) {
    for (const std::string sender : {"a", "b"}) {
      for (const std::string helo : {"out", "out2"}) {
        expected.push_back(ip + " " + sender + "@customer.example " + helo +
                           ".mailer.provider.example");
      }
    }
  }
  EXPECT_EQ(got, expected);
}

TEST(Assess, WithoutSendersThePostmasterIsTried) {
  ZoneWorld world(customer("v=spf1 include:mailer.provider.example -all"));
  const auto assessment = world.assess(test_provider(), "customer.example");
  EXPECT_EQ(assessment.kind, Kind::proven);
  for (const PoolCheck& check : assessment.checks) {
    EXPECT_EQ(check.mail_from, "postmaster@customer.example");
  }
}

TEST(Assess, ASenderOfAnotherDomainProvesNothing) {
  ZoneWorld world(customer("v=spf1 -all") +
                  "other.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n");
  for (const std::string sender :
       {"news@other.example", "", "not an address", "news@sub.customer.example"}) {
    const auto assessment = world.assess(test_provider(), "customer.example", {sender});
    EXPECT_EQ(assessment.kind, Kind::not_proven) << sender;
    EXPECT_EQ(assessment.reason_code, "sender_mismatch") << sender;
  }
}

TEST(Assess, AnEmptyPoolOrNoHeloNameProvesNothing) {
  ZoneWorld world(customer("v=spf1 +all"));
  Provider provider = test_provider();
  provider.pool.clear();
  EXPECT_EQ(world.assess(provider, "customer.example").kind, Kind::not_proven);
  provider = test_provider();
  provider.helo_names.clear();
  EXPECT_EQ(world.assess(provider, "customer.example").kind, Kind::not_proven);
}

TEST(Assess, TriesOneAddressOfEachPieceAndSaysWhatDecided) {
  const auto assessment =
      assess_zone(customer("v=spf1 -ip4:192.0.2.7 include:mailer.provider.example ~all"));
  std::vector<std::string> got;
  for (const PoolCheck& check : assessment.checks) {
    got.push_back(check.ip.text() + " " + std::string(spf::text(check.result)) + " " +
                  check.decided_by);
  }
  EXPECT_THAT(got, testing::ElementsAre(
                       "192.0.2.0 pass ip4:192.0.2.0/28 of mailer.provider.example",
                       "192.0.2.7 fail -ip4:192.0.2.7 of customer.example",
                       "192.0.2.8 pass ip4:192.0.2.0/28 of mailer.provider.example",
                       "2001:db8:25:: pass ip6:2001:db8:25::/64 of mailer.provider.example"));
  EXPECT_EQ(assessment.checks[0].problem, "");
  EXPECT_THAT(assessment.checks[1].problem, testing::HasSubstr("-ip4:192.0.2.7"));
  EXPECT_EQ(assessment.checks[0].lookups, 1);
  EXPECT_TRUE(assessment.exhaustive);
  EXPECT_EQ(assessment.ttl, 300U);
}

TEST(Assess, ADynamicPolicyIsTriedForEachAddressOfASmallPrefixAndSampledInALargeOne) {
  std::string records = customer("v=spf1 exists:%{i}.pool.example -all");
  for (int i = 0; i < 16; ++i) {
    records += "192.0.2." + std::to_string(i) + ".pool.example. 300 IN A 127.0.0.2\n";
  }
  Provider provider = test_provider();
  provider.pool = {prefix("192.0.2.0/28")};
  ZoneWorld world(records);
  const auto small = world.assess(provider, "customer.example");
  EXPECT_EQ(small.kind, Kind::proven) << small.reason;
  EXPECT_EQ(small.checks.size(), 16U);
  EXPECT_TRUE(small.exhaustive);
  EXPECT_EQ(small.reason, "");

  ZoneWorld hole(customer("v=spf1 exists:%{i}.pool.example -all") +
                 "192.0.2.0.pool.example. 300 IN A 127.0.0.2\n");
  EXPECT_EQ(hole.assess(provider, "customer.example").kind, Kind::refused);

  ZoneWorld wide(customer("v=spf1 exists:%{i}.pool.example -all") +
                 "*.pool.example. 300 IN A 127.0.0.2\n");
  provider.pool = {prefix("2001:db8:25::/64")};
  const auto sampled = wide.assess(provider, "customer.example");
  EXPECT_EQ(sampled.kind, Kind::proven) << sampled.reason;
  EXPECT_FALSE(sampled.exhaustive);
  EXPECT_EQ(sampled.reason_code, "");
  EXPECT_THAT(sampled.reason, testing::HasSubstr("2001:db8:25::/64"));
  EXPECT_EQ(sampled.checks.size(), 256U);
}

TEST(Assess, ATooFragmentedPolicyIsNotProven) {
  std::string records = customer("v=spf1 include:mailer.provider.example redirect=big0.example");
  std::string big = "big0.example. 300 IN TXT";
  std::string text = "v=spf1";
  for (int i = 0; i < 2500; ++i) {
    text += " ?ip4:10." + std::to_string(i / 100) + "." + std::to_string(i % 100 * 2 + 1) + ".1";
  }
  for (std::size_t at = 0; at < text.size(); at += 250) big += " \"" + text.substr(at, 250) + "\"";
  ZoneWorld world(records + big + "\n");
  Provider provider = test_provider();
  provider.pool = {prefix("10.0.0.0/8")};
  const auto assessment = world.assess(provider, "customer.example");
  EXPECT_EQ(assessment.kind, Kind::not_proven);
  EXPECT_EQ(assessment.reason_code, "pool_too_fragmented") << assessment.reason;
}

TEST(Assess, AsksInFewRounds) {
  ZoneWorld world(customer("v=spf1 mx a include:mailer.provider.example -all") +
                  "customer.example. 300 IN A 203.0.113.1\n"
                  "customer.example. 300 IN MX 10 mx1.customer.example.\n"
                  "mx1.customer.example. 300 IN A 203.0.113.2\n"
                  "mx1.customer.example. 300 IN AAAA 2001:db8:1::2\n");
  const auto assessment = world.assess(test_provider(), "customer.example",
                                       {"a@customer.example", "b@customer.example"});
  EXPECT_EQ(assessment.kind, Kind::proven) << assessment.reason;
  EXPECT_LE(world.rounds(), 6);
}

TEST(Assess, HostileTextReachesPeopleOnlyAsPrintableAscii) {
  const auto assessment = assess_zone(
      zone("customer.example. 300 IN TXT \"v=spf1 \\027[31m\\000\\255<script> ~all\"\n"));
  EXPECT_EQ(assessment.reason_code, "record_invalid");
  for (const char c : assessment.reason) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << assessment.reason;
  for (const PoolCheck& check : assessment.checks) {
    for (const char c : check.problem) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << check.problem;
  }
}

// The article's own example, with the stray `1` removed: an address of each of its terms.
TEST(Assess, TheArticlesRecordIsEvaluatedTermByTerm) {
  const std::string records =
      "kaltura.example. 300 IN TXT \"v=spf1 ip4:38.74.192.64/27 ip4:38.122.106.8/30 "
      "ip4:38.102.153.129/27 ip4:38.122.152.32/29 ip4:159.63.54.50/30 ip4:64.215.193.192/27 \" "
      "\"include:spf.protection.outlook.com include:outlook.com a mx -all\"\n"
      "spf.protection.outlook.com. 300 IN TXT \"v=spf1 ip4:198.51.100.0/25 -all\"\n"
      "outlook.com. 300 IN TXT \"v=spf1 ip4:198.51.100.128/25 ~all\"\n"
      "kaltura.example. 300 IN A 203.0.113.80\n"
      "kaltura.example. 300 IN MX 10 mx.kaltura.example.\n"
      "mx.kaltura.example. 300 IN A 203.0.113.25\n";
  Provider provider = test_provider();
  for (const std::string_view pool :
       {"38.74.192.64/27", "38.122.106.8/30", "38.102.153.128/27", "38.122.152.32/29",
        "159.63.54.48/30", "64.215.193.192/27", "198.51.100.0/25", "198.51.100.128/25",
        "203.0.113.80/32", "203.0.113.25/32"}) {
    ZoneWorld world(records);
    provider.pool = {prefix(pool)};
    EXPECT_EQ(world.assess(provider, "kaltura.example").kind, Kind::proven) << pool;
  }
  ZoneWorld world(records);
  provider.pool = {prefix("38.74.192.96/32")};
  EXPECT_EQ(world.assess(provider, "kaltura.example").kind, Kind::refused);
}

}  // namespace
}  // namespace mandate::registry
