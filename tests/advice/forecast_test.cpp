// Warnings before harm: each code has a zone that calls for it and one near it that does not.
#include "advice/forecast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const ForecastRequest kRequest{name("customer.test"), {name("mailer.test")}, {}};

std::string own(std::string_view record) {
  std::string strings;
  for (; record.size() > 200; record.remove_prefix(200)) {
    strings += fmt::format("\"{}\" ", record.substr(0, 200));
  }
  return fmt::format("customer.test. 60 TXT {}\"{}\"\n", strings, record);
}

const char* const kOthers = R"($ORIGIN test.
$TTL 60
mailer    TXT "v=spf1 ip4:192.0.2.0/28 -all"
open      TXT "v=spf1 +all"
broken    TXT "v=spf1 moo"
text      TXT "hello"
back      TXT "v=spf1 include:customer.test -all"
leads     TXT "v=spf1 ip4:203.0.113.1 include:spf.gone.test include:mailer.test -all"
inside    TXT "v=spf1 ip4:203.0.113.1 include:nothing.mailer.test -all"
host      A 192.0.2.7
host      AAAA 2001:db8::7
void      TXT "no address"
s1        TXT "v=spf1 -all"
s2        TXT "v=spf1 -all"
s3        TXT "v=spf1 -all"
s4        TXT "v=spf1 -all"
s5        TXT "v=spf1 -all"
s6        TXT "v=spf1 -all"
s7        TXT "v=spf1 -all"
s8        TXT "v=spf1 -all"
s9        TXT "v=spf1 -all"
s10       TXT "v=spf1 -all"
)";

std::vector<Omen> omens(const ForecastRequest& request, const std::string& zone,
                        const dns::Facts& last = {}) {
  ZoneAnswers dns(kOthers + zone);
  return dns.settle([&](const dns::Facts& facts) { return forecast(request, facts, last); });
}

std::vector<Omen> omens(std::string_view record) {
  return omens(kRequest, own(record));
}

std::vector<std::string> codes(const std::vector<Omen>& omens) {
  std::vector<std::string> out;
  for (const Omen& omen : omens) out.push_back(omen.code);
  return out;
}

std::string includes(int count, std::string_view more = "") {
  std::string out = "v=spf1 include:mailer.test";
  for (int i = 1; i < count; ++i) out += fmt::format(" include:s{}.test", i);
  return out + std::string(more) + " -all";
}

TEST(Forecast, EachCodeHasAPolicyThatCallsForItAndOneNearItThatDoesNot) {
  const struct {
    std::string record;
    std::vector<std::string> codes;
  } rows[] = {
      {"v=spf1 include:mailer.test -all", {}},
      {includes(8), {}},
      {includes(9), {"lookups_near_limit"}},
      {includes(10), {"lookups_near_limit"}},
      {includes(11), {"lookups_over_limit"}},
      {"v=spf1 include:mailer.test a:void.test -all", {}},
      {"v=spf1 include:mailer.test a:void.test mx:void.test -all", {"voids_near_limit"}},
      {"v=spf1 include:mailer.test a:void.test mx:void.test exists:void.test -all",
       {"voids_over_limit"}},
      {"v=spf1 include:mailer.test include:gone.test -all", {"include_domain_gone"}},
      {"v=spf1 include:mailer.test include:leads.test -all", {"include_domain_gone"}},
      {"v=spf1 include:mailer.test include:inside.test -all", {"include_domain_gone"}},
      {"v=spf1 include:mailer.test redirect=gone.test", {"include_domain_gone"}},
      {"v=spf1 include:mailer.test -all include:gone.test", {}},
      {"v=spf1 include:mailer.test include:text.test -all", {"include_broken"}},
      {"v=spf1 include:mailer.test include:broken.test -all", {"include_broken"}},
      {"v=spf1 include:back.test -all", {"lookups_over_limit", "include_broken"}},
      {"v=spf1 include:mailer.test redirect=text.test", {"include_broken"}},
      {"v=spf1 include:mailer.test include:open.test -all", {"include_open"}},
      {"v=spf1 include:mailer.test +all", {"policy_open"}},
      {"v=spf1 include:mailer.test redirect=open.test", {"policy_open"}},
      {"v=spf1 include:mailer.test ip4:0.0.0.0/1 -all", {}},
      {"v=spf1 moo", {}},
      {"hello", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(codes(omens(row.record)), row.codes) << row.record;
}

TEST(Forecast, SaysWhatWhereAndHowToMend) {
  const std::pair<std::string, std::string> rows[] = {
      {includes(9),
       "The SPF policy of customer.test takes 9 of the 10 lookups that receivers allow: an include "
       "that grows by 2 breaks it for everybody behind it. Take out what is no longer needed, or "
       "list networks in the place of an include."},
      {"v=spf1 include:leads.test -all",
       "SPF of customer.test: `include:leads.test` leads to gone.test, which does not exist, so "
       "that anyone may register it; remove the term."},
      {"v=spf1 include:inside.test -all",
       "nothing.mailer.test, which customer.test includes by way of inside.test, does not exist: "
       "who passes by no term in front of it meets an error. Remove the term "
       "`include:inside.test`, or ask the owner of inside.test to."},
      {"v=spf1 include:open.test -all",
       "SPF of customer.test: The record of open.test passes every address. Whoever likes may send "
       "in the domain's name: remove the term, or ask its owner to end the record with `-all`."},
  };
  for (const auto& [record, message] : rows) {
    const auto found = omens(record);
    ASSERT_EQ(found.size(), 1U) << record;
    EXPECT_EQ(found[0].message, message);
  }
}

TEST(Forecast, AnIncludeThatGrewIsNamedWhereItGrew) {
  const auto zone = [](std::string_view partner) {
    return own("v=spf1 include:mailer.test include:agency.test -all") +
           fmt::format(
               "agency.test. 60 TXT \"v=spf1 include:_spf.partner.test -all\"\n"
               "_spf.partner.test. 60 TXT \"v=spf1 {} -all\"\n",
               partner);
  };
  const auto facts_of = [&](const std::string& text) {
    ZoneAnswers dns(kOthers + text);
    dns.settle([&](const dns::Facts& facts) { return forecast(kRequest, facts, {}); });
    return dns.facts();
  };
  const dns::Facts last = facts_of(zone("include:s1.test"));
  const auto grown = omens(kRequest, zone("include:s1.test include:s2.test a:host.test"), last);
  ASSERT_THAT(codes(grown), ElementsAre("include_grew"));
  EXPECT_EQ(
      grown[0].message,
      "_spf.partner.test, which customer.test includes by way of agency.test, takes 3 lookups "
      "now where it took 1, and the whole policy takes 6 of the 10 that receivers allow. Ask "
      "its owner, or list networks in its place.");
  EXPECT_THAT(omens(kRequest, zone("include:s2.test"), last), IsEmpty()) << "another, no more";
  EXPECT_THAT(omens(kRequest, zone("ip4:192.0.2.1"), last), IsEmpty()) << "fewer";
  EXPECT_THAT(omens(kRequest, zone("include:s1.test include:s2.test"), {}), IsEmpty())
      << "nothing to compare with";
  dns::Facts failed = last;
  failed.add({.question = {name("_spf.partner.test"), dns::RecordType::txt}});
  EXPECT_THAT(omens(kRequest, zone("include:s1.test include:s2.test"), failed), IsEmpty())
      << "an outage then is no growth now";
}

TEST(Forecast, AnAnswerNearAPacketIsTold) {
  const auto zone = [](int texts) {
    std::string out = own("v=spf1 include:mailer.test -all");
    for (int i = 0; i < texts; ++i) {
      out += fmt::format("customer.test. 60 TXT \"{}{}\"\n", std::string(87, 'x'), 100 + i);
    }
    return out;
  };
  EXPECT_THAT(codes(omens(kRequest, zone(9))), IsEmpty());
  EXPECT_THAT(codes(omens(kRequest, zone(10))), ElementsAre("answer_near_limit"));
  EXPECT_THAT(codes(omens(kRequest, zone(12))), ElementsAre("answer_too_large"));
}

TEST(Forecast, OfVeryManyOmensTwentyAreTold) {
  std::string record = "v=spf1";
  for (int i = 0; i < 40; ++i) record += fmt::format(" include:gone{}.test", i);
  EXPECT_EQ(omens(record + " -all").size(), 20U);
}

TEST(Forecast, TextFromOutsideIsShownEscaped) {
  for (const char* record : {"v=spf1 include:te\\027xt.test -all", "v=spf1 include:\\010.gone.test",
                             "v=spf1 include:\\255.open.test -all"}) {
    for (const Omen& omen : omens(record)) {
      EXPECT_TRUE(std::ranges::all_of(omen.message, [](char c) { return c >= ' ' && c <= '~'; }))
          << omen.message;
    }
  }
}

struct Server {
  std::string answer;  ///< its SPF record; empty: none; `-`: it does not answer
  std::string name;
};

ForecastRequest asked_of(const std::vector<Server>& servers) {
  ForecastRequest request = kRequest;
  request.includes.push_back(name("token.mailer.test"));
  for (const Server& server : servers) {
    dns::Fact txt{.question = {request.domain, dns::RecordType::txt}};
    if (server.answer != "-") txt.status = dns::Fact::Status::found;
    txt.records = {dns::TxtData{{"verification=" + server.name}}};
    if (!server.answer.empty()) txt.records.emplace_back(dns::TxtData{{server.answer}});
    request.servers.push_back({server.name, std::move(txt)});
  }
  return request;
}

TEST(Forecast, ServersThatDifferAreNamed) {
  const std::string good = "v=spf1 include:mailer.test -all";
  const std::string token = "v=spf1 include:token.mailer.test -all";
  const std::string mend =
      " it is chance which of them a receiver asks. Raise the serial of the zone so that all "
      "servers fetch it, or take those out that do not.";
  const struct {
    std::vector<Server> servers;
    std::vector<std::string> messages;
  } rows[] = {
      {{}, {}},
      {{{good, "ns1"}}, {}},
      {{{good, "ns1"}, {good, "ns2"}}, {}},
      {{{good, "ns1"}, {"-", "ns2"}}, {}},
      {{{good, "ns1"}, {"v=spf1 -all", "ns2"}, {good, "ns3"}},
       {"ns2 answers for customer.test without `include:mailer.test`, which ns1 and ns3 have:" +
        mend}},
      {{{"", "ns1"}, {"v=spf1 -include:mailer.test", "ns2"}, {good, "ns3"}},
       {"ns1 and ns2 answer for customer.test without `include:mailer.test`, which ns3 has:" +
        mend}},
      {{{"v=spf1 -all", "ns1"}, {token, "ns2"}},
       {"ns1 answers for customer.test without `include:token.mailer.test`, which ns2 has:" +
        mend}},
      {{{good, "ns1"}, {"v=spf1 -all", "ns2"}, {token, "ns3"}},
       {"ns2 answers for customer.test without `include:mailer.test` or "
        "`include:token.mailer.test`, which ns1 and ns3 have:" +
        mend}},
      {{{good, "ns1"}, {token, "ns2"}, {good, "ns3"}},
       {"ns2 has `v=spf1 include:token.mailer.test -all` at customer.test, otherwise than ns1 and "
        "ns3:" +
        mend}},
      {{{"v=spf1 mx -all", "ns1"}, {"", "ns2"}, {"v=spf1 mx -all", "ns3"}},
       {"ns2 has no SPF record at customer.test, otherwise than ns1 and ns3:" + mend}},
  };
  for (const auto& row : rows) {
    std::vector<std::string> messages;
    for (const Omen& omen : omens(asked_of(row.servers), own(good))) {
      EXPECT_EQ(omen.code, "server_differs");
      messages.push_back(omen.message);
    }
    EXPECT_EQ(messages, row.messages);
  }
}

}  // namespace
}  // namespace mandate::advice
