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

resolver::ServerView server(std::string_view named, std::string_view address,
                            std::string_view record) {
  resolver::ServerView out;
  out.name = name(named);
  out.address = dns::IpAddress::parse(address).value();
  out.standing.status = resolver::ServerStatus::answers;
  dns::Fact txt{.question = {name("customer.test"), dns::RecordType::txt}};
  txt.status = dns::Fact::Status::found;
  txt.records = {dns::TxtData{{std::string(record)}}};
  out.answers.push_back({std::move(txt), {}});
  return out;
}

TEST(AnswersOf, HasEachServerThatAnswersByNameAndAddress) {
  resolver::AuthorityView view;
  view.servers = {server("ns1.test", "192.0.2.1", "a"), server("ns1.test", "2001:db8::1", "b"),
                  server("ns2.test", "192.0.2.2", "c"), server("ns3.test", "192.0.2.3", "d")};
  view.servers[2].standing.status = resolver::ServerStatus::silent;
  view.servers[3].answers.clear();
  const auto answers = answers_of(view);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].server, "ns1.test (192.0.2.1)");
  EXPECT_EQ(answers[1].server, "ns1.test (2001:db8::1)");
  EXPECT_EQ(answers[1].txt, view.servers[1].answers[0].fact);
}

TEST(LookAhead, NamesTheServerWithoutTheProvidersInclude) {
  const std::string good = "v=spf1 include:mailer.test -all";
  resolver::AuthorityView view;
  view.servers = {server("ns1.test", "192.0.2.1", good),
                  server("ns2.test", "192.0.2.2", "v=spf1 -all")};
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
  const Outlook outlook = look_ahead(evidence, {}, answers_of(view), lookup,
                                     std::chrono::steady_clock::now() + std::chrono::seconds(5));
  ASSERT_EQ(outlook.warnings.size(), 1U);
  EXPECT_EQ(outlook.warnings[0].code, "server_differs");
  EXPECT_EQ(outlook.warnings[0].message.substr(0, 20), "ns2.test (192.0.2.2)");
  EXPECT_NE(evidence.facts.find({name("mailer.test"), dns::RecordType::txt}), nullptr);
}

}  // namespace
}  // namespace mandate::verification
