// What the authoritative servers say, as the forecast takes it.
#include "verification/outlook.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mandate::verification {
namespace {

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

const dns::Question kTxt{name("customer.test"), dns::RecordType::txt};

registry::ServerAnswers server(std::string_view named, std::string_view address,
                               std::string_view record) {
  registry::ServerAnswers out{.name = name(named), .address = std::string(address)};
  out.standing = registry::ServerAnswers::Standing::answers;
  dns::Fact txt{.question = kTxt};
  txt.status = dns::Fact::Status::found;
  txt.records = {dns::TxtData{{std::string(record)}}};
  out.facts.push_back(std::move(txt));
  return out;
}

TEST(AnswersOf, HasEachServerThatAnswersByNameAndAddress) {
  registry::ZoneAnswers zone;
  zone.servers = {server("ns1.test", "192.0.2.1:53", "a"),
                  server("ns1.test", "[2001:db8::1]:53", "b"),
                  server("ns2.test", "192.0.2.2:53", "c")};
  zone.servers[2].standing = registry::ServerAnswers::Standing::fails;
  zone.servers[2].facts.clear();
  const auto answers = answers_of(zone, kTxt);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].server, "ns1.test (192.0.2.1:53)");
  EXPECT_EQ(answers[1].server, "ns1.test ([2001:db8::1]:53)");
  EXPECT_EQ(answers[1].txt, zone.servers[1].facts[0]);
}

TEST(LookAhead, NamesTheServerWithoutTheProvidersInclude) {
  const std::string good = "v=spf1 include:mailer.test -all";
  registry::ZoneAnswers zone;
  zone.servers = {server("ns1.test", "192.0.2.1:53", good),
                  server("ns2.test", "192.0.2.2:53", "v=spf1 -all")};
  zone.servers[0].newest = true;
  dns::ZoneData zones;
  ASSERT_TRUE(zones
                  .add_file("customer.test. 60 TXT \"" + good +
                                "\"\nmailer.test. 60 TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n",
                            "z")
                  .has_value());
  resolver::ZoneLookup lookup(std::move(zones));
  registry::Evidence evidence;
  evidence.domain = name("customer.test");
  evidence.provider.include_name = name("mailer.test");
  evidence.zone = std::move(zone);
  const Outlook outlook =
      look_ahead(evidence, {}, lookup, std::chrono::steady_clock::now() + std::chrono::seconds(5));
  ASSERT_EQ(outlook.warnings.size(), 1U);
  EXPECT_EQ(outlook.warnings[0].code, "server_differs");
  EXPECT_EQ(outlook.warnings[0].message.substr(0, 23), "ns2.test (192.0.2.2:53)");
  EXPECT_NE(evidence.facts.find({name("mailer.test"), dns::RecordType::txt}), nullptr);
}

/// Of a domain with the return path `bounce`, over a zone text as the whole DNS.
Outlook outlook_of(const std::string& zone) {
  dns::ZoneData zones;
  EXPECT_TRUE(zones.add_file(zone, "z").has_value());
  resolver::ZoneLookup lookup(std::move(zones));
  registry::Evidence evidence;
  evidence.domain = name("customer.test");
  evidence.mode = registry::Mode::return_path;
  evidence.return_path = name("bounce.customer.test");
  evidence.provider.include_name = name("mailer.test");
  return look_ahead(evidence, {}, lookup,
                    std::chrono::steady_clock::now() + std::chrono::seconds(5));
}

TEST(LookAhead, OfVeryManyWarningsTheFirstTwentyAreKept) {
  std::string record = "v=spf1";
  for (int i = 0; i < 24; ++i) record += " include:n" + std::to_string(i) + ".x";
  const Outlook outlook = outlook_of(
      "bounce.customer.test. 60 TXT \"" + record.substr(0, 200) + "\" \"" + record.substr(200) +
      " -all\"\n_dmarc.customer.test. 60 TXT \"v=DMARC1; p=reject; aspf=s\"\n");
  ASSERT_EQ(outlook.warnings.size(), 20U);
  EXPECT_EQ(outlook.warnings[0].code, "spf_unaligned");
}

TEST(LookAhead, SaysWhoseTheRecordOfAnAliasIsAndWarnsNoCustomerOfTheProviders) {
  const std::string open = " 60 TXT \"v=spf1 +all\"\n";
  const std::string why =
      " bounce.customer.test is an alias (CNAME) of other.test, whose record it is.";
  const Outlook of_other =
      outlook_of("bounce.customer.test. 60 CNAME other.test.\nother.test." + open);
  ASSERT_EQ(of_other.warnings.size(), 1U);
  EXPECT_EQ(of_other.warnings[0].code, "policy_open");
  EXPECT_TRUE(of_other.warnings[0].message.ends_with(why)) << of_other.warnings[0].message;
  const Outlook of_provider =
      outlook_of("bounce.customer.test. 60 CNAME abc.mailer.test.\nabc.mailer.test." + open);
  EXPECT_TRUE(of_provider.warnings.empty());
}

}  // namespace
}  // namespace mandate::verification
