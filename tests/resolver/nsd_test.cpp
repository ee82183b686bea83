// The stub client against a real authoritative server.
#include <gtest/gtest.h>

#include <memory>
#include <numeric>

#include "nsd_server.h"
#include "resolver/stub_client.h"

namespace mandate::resolver {
namespace {

using dns::Fact;
using dns::Question;
using dns::RecordType;
using mandate::testing::NsdServer;
using namespace std::chrono_literals;

constexpr int large_records = 63;
constexpr int large_strings = 4;
constexpr int large_octets = 250;

// All of it fits a message of 65,535 octets just so, and no datagram.
std::string large_txt() {
  std::string lines;
  for (int i = 0; i < large_records; ++i) {
    lines += "large TXT";
    for (int j = 0; j < large_strings; ++j) {
      std::string text(large_octets, static_cast<char>('a' + j));
      text.replace(0, 2, {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)});
      lines += " \"" + text + "\"";
    }
    lines += "\n";
  }
  return lines;
}

std::string customer_zone() {
  return "@ TXT \"v=spf1 include:mailer.provider.test \" \"-all\"\n"
         "@ 120 MX 10 mx1\n@ 120 MX 20 mx2\n"
         "mx1 A 192.0.2.1\nmx1 AAAA 2001:db8::1\nmx2 A 192.0.2.2\n"
         "alias 30 CNAME @\n"
         "away 40 CNAME mailer.provider.test.\n"
         "away-to-nothing CNAME nothing.provider.test.\n"
         "away-to-a-host CNAME host.provider.test.\n"
         "foreign CNAME mailer.elsewhere.test.\n"
         "*.wild TXT \"wild\"\n" +
         large_txt();
}

class NsdTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    nsd_ = std::make_unique<NsdServer>(NsdServer::Zones{
        {"customer.test", customer_zone()},
        {"provider.test", "mailer TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\nhost A 192.0.2.9\n"},
        {"2.0.192.in-addr.arpa", "1 PTR mx1.customer.test.\n1 PTR mail.customer.test.\n"}});
  }
  static void TearDownTestSuite() { nsd_.reset(); }

  static std::vector<Fact> ask(const std::vector<Question>& questions) {
    const auto client = make_stub_client(
        {.servers = {parse_server(nsd_->address()).value()}, .timeout = 5s, .attempts = 3});
    return client->ask(questions, std::chrono::steady_clock::now() + 60s);
  }
  static Fact ask(std::string_view name, RecordType type) {
    return ask({{dns::Name::parse(name).value(), type}}).at(0);
  }
  static std::vector<std::string> texts(const Fact& fact) {
    std::vector<std::string> all;
    for (const dns::RecordData& data : fact.records) all.push_back(dns::text(data));
    std::ranges::sort(all);  // a set: the server may give it in any order
    return all;
  }

  static std::unique_ptr<NsdServer> nsd_;
};

std::unique_ptr<NsdServer> NsdTest::nsd_;

TEST_F(NsdTest, GivesWhatTheZonesHold) {
  constexpr std::uint32_t none = NsdServer::negative_ttl;
  const struct {
    std::string_view name;
    RecordType type;
    Fact::Status status;
    std::uint32_t ttl;
    std::vector<std::string> records;
  } rows[] = {
      {"customer.test",
       RecordType::txt,
       Fact::Status::found,
       300,
       {"\"v=spf1 include:mailer.provider.test \" \"-all\""}},
      {"CUSTOMER.Test",
       RecordType::mx,
       Fact::Status::found,
       120,
       {"10 mx1.customer.test.", "20 mx2.customer.test."}},
      {"mx1.customer.test", RecordType::a, Fact::Status::found, 300, {"192.0.2.1"}},
      {"mx1.customer.test", RecordType::aaaa, Fact::Status::found, 300, {"2001:db8::1"}},
      {"1.2.0.192.in-addr.arpa",
       RecordType::ptr,
       Fact::Status::found,
       300,
       {"mail.customer.test.", "mx1.customer.test."}},
      {"a.b.wild.customer.test", RecordType::txt, Fact::Status::found, 300, {"\"wild\""}},
      {"mx2.customer.test", RecordType::aaaa, Fact::Status::no_data, none, {}},
      {"customer.test", RecordType::spf, Fact::Status::no_data, none, {}},
      {"absent.customer.test", RecordType::txt, Fact::Status::no_such_name, none, {}},
      // The server follows an alias through all its zones. The least TTL of all counts.
      {"alias.customer.test",
       RecordType::txt,
       Fact::Status::found,
       30,
       {"\"v=spf1 include:mailer.provider.test \" \"-all\""}},
      {"alias.customer.test", RecordType::aaaa, Fact::Status::no_data, 30, {}},
      {"alias.customer.test", RecordType::cname, Fact::Status::found, 30, {"customer.test."}},
      {"away.customer.test",
       RecordType::txt,
       Fact::Status::found,
       40,
       {"\"v=spf1 ip4:192.0.2.0/24 -all\""}},
      {"away-to-nothing.customer.test", RecordType::txt, Fact::Status::no_such_name, none, {}},
      {"away-to-a-host.customer.test", RecordType::txt, Fact::Status::no_data, none, {}},
  };
  std::vector<Question> questions;
  for (const auto& row : rows) questions.push_back({dns::Name::parse(row.name).value(), row.type});

  const std::vector<Fact> facts = ask(questions);

  ASSERT_EQ(facts.size(), std::size(rows));
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::string about = dns::text(questions[i]);
    EXPECT_EQ(facts[i].question, questions[i]);
    EXPECT_EQ(dns::text(facts[i].status), dns::text(rows[i].status))
        << about << ": " << facts[i].detail;
    EXPECT_EQ(texts(facts[i]), rows[i].records) << about;
    EXPECT_EQ(facts[i].ttl, rows[i].ttl) << about;
    EXPECT_EQ(facts[i].source, nsd_->address()) << about;
  }
}

TEST_F(NsdTest, BringsSixtyFourKibibytesOfTxtOverTcp) {
  const Fact fact = ask("large.customer.test", RecordType::txt);
  ASSERT_EQ(fact.status, Fact::Status::found) << fact.detail;
  ASSERT_EQ(fact.records.size(), static_cast<std::size_t>(large_records));
  for (const dns::RecordData& data : fact.records) {
    EXPECT_EQ(std::get<dns::TxtData>(data).joined().size(),
              static_cast<std::size_t>(large_strings * large_octets));
  }
  const auto all = texts(fact);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "two records came as one";
}

TEST_F(NsdTest, FailsWhereTheServerHasNoZoneAndSaysSo) {
  const Fact fact = ask("example.com", RecordType::txt);
  EXPECT_EQ(fact.status, Fact::Status::failed);
  EXPECT_EQ(fact.detail, nsd_->address() + " answered REFUSED (3 tries)");

  const Fact target = ask("foreign.customer.test", RecordType::txt);
  EXPECT_EQ(target.status, Fact::Status::failed);
  EXPECT_EQ(target.detail, "following its CNAME to mailer.elsewhere.test: " + nsd_->address() +
                               " answered REFUSED (3 tries)");
}

TEST(NsdServer, ServesANewVersionAsSoonAsItIsPublished) {
  NsdServer server(NsdServer::Zones{{"customer.test", ""}});
  const auto client = make_stub_client(
      {.servers = {parse_server(server.address()).value()}, .timeout = 5s, .attempts = 3});
  const Question question{dns::Name::parse("customer.test").value(), RecordType::txt};
  const auto ask = [&] {
    return client->ask({&question, 1}, std::chrono::steady_clock::now() + 60s).at(0).status;
  };
  EXPECT_EQ(ask(), Fact::Status::no_data);
  for (int times = 0; times < 5; ++times) {
    server.publish("customer.test", "@ TXT \"v=spf1 -all\"\n");
    EXPECT_EQ(ask(), Fact::Status::found);
    server.publish("customer.test", "");
    EXPECT_EQ(ask(), Fact::Status::no_data);
  }
}

TEST(NsdServer, TellsWhatIsWrongWithAZone) {
  try {
    NsdServer server(NsdServer::Zones{{"customer.test", "@ A not-an-address\n"}});
    FAIL() << "a zone with an error is served";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string_view(error.what()).find("not-an-address"), std::string_view::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace mandate::resolver
