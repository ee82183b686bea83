// `mandate provider zone`, run as a program: what it prints is published by NSD, and checked there.
#include <gtest/gtest.h>
#include <poll.h>

#include <boost/json.hpp>

#include "../resolver/nsd_server.h"
#include "mandate/dns/message.h"
#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

using Words = std::vector<std::string>;

const char* const kAddress = "out.mailer.provider.test. A 192.0.2.1\n";
const std::string kGood = R"(mailer TXT "v=spf1 ip4:192.0.2.0/28 -all"
*.mailer TXT "v=spf1 ip4:192.0.2.0/29 ip4:192.0.2.8/29 ~all"
out.mailer TXT "v=spf1 include:mailer.provider.test -all"
)" + std::string(kAddress);

std::string config_text(const std::string& pool, const std::string& helo,
                        const std::string& bounce_host) {
  return R"([provider]
include_name   = "mailer.provider.test"
pool           = [)" +
         pool + R"(]
helo_names     = [)" +
         helo + R"(]
default_sender = "no-reply@provider.test"
)" + (bounce_host.empty() ? "" : "bounce_host = \"" + bounce_host + "\"\n") +
         R"([store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
)";
}

class ProviderZone : public ::testing::Test {
 protected:
  Ended zone(const Words& more, const std::string& pool = "\"192.0.2.0/28\"",
             const std::string& helo = "\"out.mailer.provider.test\"",
             const std::string& bounce_host = "") const {
    Words words = {"provider", "zone", "--config",
                   folder_.write("mandate.toml", config_text(pool, helo, bounce_host))};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  const TemporaryFolder folder_;
};

/// Sixty networks none of which makes one with another: more than one answer holds.
std::string large_pool() {
  std::string out;
  for (int i = 0; i < 60; ++i) {
    out += (i == 0 ? "\"198.51." : ", \"198.51.") + std::to_string(2 * i) + ".0/24\"";
  }
  return out;
}

/// What a server answers to a query without EDNS, over UDP.
std::string answer_over_plain_udp(std::uint16_t port, const std::string& name) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string query = dns::encode_query(
      7, {dns::Name::parse(name).value(), dns::RecordType::txt}, false, std::nullopt);
  void* const address = &server;
  ::sendto(socket, query.data(), query.size(), 0, static_cast<sockaddr*>(address), sizeof server);
  pollfd readable{socket, POLLIN, 0};
  std::string out(4096, '\0');
  const bool came = ::poll(&readable, 1, 10'000) == 1;
  const ssize_t size = came ? ::recv(socket, out.data(), out.size(), 0) : 0;
  ::close(socket);
  out.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return out;
}

TEST_F(ProviderZone, WhatItPrintsIsPublishedAsConfiguredAndFitsAPlainDatagram) {
  const Ended printed = zone({}, large_pool());
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  const mandate::testing::NsdServer server({{"provider.test", printed.out + kAddress}});
  for (const std::string& name :
       {std::string("mailer.provider.test"), std::string(63, 't') + ".mailer.provider.test",
        std::string("_1.mailer.provider.test"), std::string("_2.mailer.provider.test")}) {
    const std::string octets = answer_over_plain_udp(server.port(), name);
    const auto answer = dns::decode(octets);
    ASSERT_TRUE(answer) << name << answer.error();
    EXPECT_FALSE(answer->truncated) << name;
    EXPECT_EQ(answer->answers.size(), 1U) << name;
    EXPECT_LE(octets.size(), 512U) << name;
  }
  const Ended checked = zone({"--check", "--json", "@" + server.address()}, large_pool());
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  const auto object = boost::json::parse(checked.out).as_object();
  EXPECT_EQ(object.at("as_configured"), true);
  for (const auto& value : object.at("names").as_array()) {
    EXPECT_EQ(value.at("lookups"), 3) << value;
  }
  const Ended script = zone({"--format", "nsupdate", "@" + server.address()}, large_pool());
  EXPECT_EQ(script.exit_code, 0) << script.err;
  EXPECT_EQ(script.out,
            "; _1.mailer.provider.test has its record\n"
            "; _2.mailer.provider.test has its record\n"
            "; mailer.provider.test has its record\n"
            "; *.mailer.provider.test has its record\n"
            "; out.mailer.provider.test has its record\n");
}

// What the one CNAME of a return path needs.
TEST_F(ProviderZone, WithABounceHostHasAndChecksTheMailOfTheIncludeNames) {
  const auto run = [&](const Words& more) {
    return zone(more, "\"192.0.2.0/28\"", "\"out.mailer.provider.test\"", "bounces.provider.test");
  };
  const Ended printed = run({});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_TRUE(
      printed.out.contains("mailer.provider.test. 3600 IN MX 10 bounces.provider.test.\n"
                           "*.mailer.provider.test. 3600 IN MX 10 bounces.provider.test.\n"))
      << printed.out;
  EXPECT_FALSE(zone({}).out.contains(" MX ")) << "without a bounce host there is nothing to say";
  std::vector<std::string> records;
  const auto object = boost::json::parse(run({"--json"}).out).as_object();
  for (const auto& record : object.at("records").as_array()) {
    if (record.at("type") != "MX") continue;
    records.push_back(boost::json::value_to<std::string>(record.at("name")) + " " +
                      boost::json::value_to<std::string>(record.at("value")));
  }
  EXPECT_EQ(records, (std::vector<std::string>{"mailer.provider.test 10 bounces.provider.test",
                                               "*.mailer.provider.test 10 bounces.provider.test"}));

  mandate::testing::NsdServer server({{"provider.test", printed.out + kAddress}});
  const std::string at = "@" + server.address();
  const Ended good = run({"--check", at});
  EXPECT_EQ(good.exit_code, 0) << good.out;
  EXPECT_TRUE(run({"--format", "nsupdate", at})
                  .out.ends_with("; mailer.provider.test has its MX record\n"
                                 "; *.mailer.provider.test has its MX record\n"));

  server.publish("provider.test", kGood + "mailer MX 10 mail\n");
  EXPECT_EQ(zone({"--check", at}).exit_code, 0);
  const Ended lost = run({"--check", at});
  EXPECT_EQ(lost.exit_code, 1) << lost.out;
  EXPECT_TRUE(
      lost.out.contains("bounces    has MX 10 mail.provider.test, where `10 "
                        "bounces.provider.test` is expected\n"))
      << lost.out;
  EXPECT_TRUE(lost.out.contains("bounces    has no MX record, where")) << lost.out;
  const std::string script = run({"--format", "nsupdate", at}).out;
  EXPECT_TRUE(
      script.contains("; mailer.provider.test takes mail already: MX 10 mail.provider.test"))
      << script;
  EXPECT_TRUE(
      script.contains("update add *.mailer.provider.test. 3600 IN MX 10 "
                      "bounces.provider.test.\n"))
      << script;
}

TEST_F(ProviderZone, TheCheckSaysWhatDiffersByWhatThePoliciesDo) {
  const std::string wildcard = "*.mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n";
  const std::string helo =
      "out.mailer TXT \"v=spf1 include:mailer.provider.test -all\"\n" + std::string(kAddress);
  const struct {
    std::string zone;
    int exit_code;
    const char* says;
  } rows[] = {
      {kGood, 0, "mailer.provider.test: published as the configuration says\n"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/29 -all\"\n" + wildcard + helo, 1,
       "missing    192.0.2.8/29  fail: an include of it does not match\n"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/27 ip4:198.51.100.7 -all\"\n" + wildcard + helo, 1,
       "too wide   192.0.2.16/28  pass by ip4:192.0.2.0/27 of mailer.provider.test\n"
       "           198.51.100.7  pass by ip4:198.51.100.7 of mailer.provider.test\n"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n" + helo, 1,
       "accounts   *.mailer.provider.test\nmissing    192.0.2.0/28  permerror"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n*.mailer TXT \"v=spf1 -all\"\n" + helo, 1,
       "accounts   *.mailer.provider.test\nmissing    192.0.2.0/28  fail: an include of it does "
       "not "
       "match"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n" + wildcard + kAddress, 1,
       "helo       out.mailer.provider.test\nmissing    192.0.2.0/28  none"},
      {"mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n" + wildcard +
           "out.mailer TXT \"v=spf1 include:mailer.provider.test -all\"\n",
       1, "address    has neither an A nor an AAAA record\n"},
      {"mailer TXT \"v=spf1 a:1.provider.test a:2.provider.test a:3.provider.test "
       "a:4.provider.test a:5.provider.test a:6.provider.test a:7.provider.test a:8.provider.test "
       "a:9.provider.test \" \"a:10.provider.test ip4:192.0.2.0/28 -all\"\n" +
           wildcard + helo + "1 A 192.0.2.1\n*.provider.test. A 192.0.2.1\n",
       1, "lookups    11 of 10 of a customer who includes it\n"},
  };
  mandate::testing::NsdServer server({{"provider.test", kGood}});
  for (const auto& row : rows) {
    SCOPED_TRACE(row.zone);
    server.publish("provider.test", row.zone);
    const Ended checked = zone({"--check", "@" + server.address()});
    EXPECT_EQ(checked.exit_code, row.exit_code) << checked.err;
    EXPECT_TRUE(checked.out.contains(row.says)) << checked.out;
  }
}

TEST_F(ProviderZone, ADnsThatCannotBeAskedIsNoDifference) {
  // NSD refuses to answer for what it does not serve.
  const mandate::testing::NsdServer server({{"provider.test", kGood}});
  const Ended refused = zone({"--check", "@" + server.address()}, "\"192.0.2.0/28\"",
                             "\"out.mailer.provider.test\", \"out.elsewhere.test\"");
  EXPECT_EQ(refused.exit_code, 3) << refused.out;
  EXPECT_TRUE(refused.out.contains("not known, the DNS could not be asked")) << refused.out;
  const SilentServer silent;
  for (const Words& more : {Words{"--check"}, Words{"--format", "nsupdate"}}) {
    Words words = more;
    words.insert(words.end(), {"@" + silent.address(), "--timeout", "200ms"});
    EXPECT_EQ(zone(words).exit_code, 3);
  }
}

TEST_F(ProviderZone, RefusesACallThatMakesNoSense) {
  const struct {
    Words words;
    int exit_code;
    const char* says;
  } rows[] = {
      {{"--format", "bind"}, 64, "--format is one of zone, nsupdate, json"},
      {{"--check", "--format", "nsupdate"}, 64, "--check only looks"},
      {{"--answer-size", "100"}, 64, "--answer-size is out of range: 512 to 1232 octets"},
      {{"--answer-size", "4096"}, 64, "--answer-size is out of range"},
      {{"customer.example"}, 64, "is one too many"},
      {{"--check", "--zone", "nothing.zone"}, 66, "nothing.zone"},
  };
  for (const auto& row : rows) {
    const Ended ended = zone(row.words);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.err;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
  const Ended mixed = zone({}, "\"::/64\"");
  EXPECT_EQ(mixed.exit_code, 78);
  EXPECT_TRUE(mixed.err.contains("[provider]: The pool has ::/64, which holds ::ffff:0:0/96"));
}

}  // namespace
}  // namespace mandate::app::testing
