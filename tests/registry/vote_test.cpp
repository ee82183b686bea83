// A verdict out of what several servers say.
#include "registry/vote.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "zone_world.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;

const std::string kToken = "0123456789abcdef";
const dns::Question kTxt{name("customer.example"), dns::RecordType::txt};

constexpr const char* kGood = "v=spf1 include:0123456789abcdef.mailer.provider.example -all";
constexpr const char* kGone = "v=spf1 mx ~all";  // not proven
constexpr const char* kRefused = "v=spf1 -all";  // refused
constexpr const char* kOther = "v=spf1 include:vvvvvvvvvvvvvvvv.mailer.provider.example -all";
constexpr const char* kNothing = "";                                   // no data
constexpr const char* kBroken = "v=spf1 include:broken.example -all";  // what it includes fails

ServerAnswers server(const std::string& record, bool newest = true) {
  ServerAnswers out{.name = name("ns.customer.example"),
                    .address = "192.0.2.53:53",
                    .standing = ServerAnswers::Standing::answers,
                    .detail = {},
                    .serial = newest ? 2U : 1U,
                    .newest = newest,
                    .facts = {}};
  dns::Fact fact{.question = kTxt, .status = dns::Fact::Status::no_data};
  if (!record.empty()) {
    fact.status = dns::Fact::Status::found;
    fact.records = {dns::TxtData{{record}}};
  }
  out.facts.push_back(std::move(fact));
  return out;
}
ServerAnswers stale(const std::string& record) {
  return server(record, false);
}
ServerAnswers silent() {
  return {.name = name("ns9.customer.example"),
          .address = "192.0.2.59:53",
          .standing = ServerAnswers::Standing::fails,
          .detail = "silent"};
}
ServerAnswers lame() {
  ServerAnswers out = silent();
  out.detail = "lame: it answers REFUSED";
  return out;
}
ServerAnswers not_asked() {
  return {.name = name("ns6.customer.example"),
          .address = "",
          .standing = ServerAnswers::Standing::not_asked,
          .detail = "no_address"};
}

struct Outcome {
  Judgement judgement;
  dns::Facts facts;
};

Outcome judge_zone(std::vector<ServerAnswers> servers, const std::string& resolver_sees) {
  std::string zone = std::string(kProviderZone) +
                     "*.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 "
                     "ip6:2001:db8:25::/64 -all\"\n";
  if (!resolver_sees.empty()) zone += "customer.example. 300 IN TXT \"" + resolver_sees + "\"\n";
  ZoneWorld world(zone);
  world.fail({name("broken.example"), dns::RecordType::txt});
  const AuthorizationRequest request{.provider = test_provider(),
                                     .domain = name("customer.example"),
                                     .senders = {"news@customer.example"},
                                     .token = kToken,
                                     .ownership = {},
                                     .now = kTestTime};
  const ZoneAnswers answers{.zone = name("customer.example"),
                            .servers = std::move(servers),
                            .problem = {},
                            .turned_within = {}};
  Judgement out =
      world.settle([&](const dns::Facts& facts) { return judge(request, answers, facts); });
  return {std::move(out), world.facts()};
}

struct Row {
  std::string why;
  std::vector<ServerAnswers> servers;
  Kind kind;
  std::string code;
  std::string resolver_sees = kGood;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.why;
}

class Votes : public testing::TestWithParam<Row> {};

TEST_P(Votes, AreCountedAsTheTableSays) {
  const Row& row = GetParam();
  const Judgement found = judge_zone(row.servers, row.resolver_sees).judgement;
  EXPECT_EQ(text(found.assessment.kind), text(row.kind)) << found.assessment.reason;
  EXPECT_EQ(found.assessment.reason_code, row.code) << found.assessment.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Arrives, Votes,
    testing::Values(
        Row{"all say so", {server(kGood), server(kGood)}, Kind::proven, ""},
        Row{"all say so, and the resolver has the old one still",
            {server(kGood), server(kGood)},
            Kind::proven,
            "",
            kRefused},
        Row{"the newest alone says so",
            {server(kGood), stale(kRefused), stale(kRefused)},
            Kind::proven,
            ""},
        Row{"one answers, two are silent", {silent(), server(kGood), silent()}, Kind::proven, ""},
        Row{"two of three of the same serial",
            {server(kGood), server(kRefused), server(kGood)},
            Kind::proven,
            ""}));

INSTANTIATE_TEST_SUITE_P(
    Leaves, Votes,
    testing::Values(Row{"one of one", {server(kGone)}, Kind::not_proven, "include_missing"},
                    Row{"two of three lost",
                        {server(kGone), server(kGone), stale(kGood)},
                        Kind::not_proven,
                        "include_missing"},
                    Row{"two of three refuse, whatever the resolver has",
                        {server(kRefused), server(kRefused), stale(kGood)},
                        Kind::refused,
                        "include_missing"},
                    Row{"three of three, each otherwise",
                        {server(kGone), server(kRefused), server(kNothing)},
                        Kind::not_proven,
                        "include_missing"},
                    Row{"two of three name somebody else",
                        {server(kOther), server(kOther), silent()},
                        Kind::refused,
                        "owned_by_other"},
                    Row{"two of two, and one that could not be asked",
                        {server(kGone), server(kGone), not_asked()},
                        Kind::not_proven,
                        "include_missing"},
                    Row{"one of one, and two that could not be asked",
                        {not_asked(), server(kGone), not_asked()},
                        Kind::not_proven,
                        "include_missing"}));

INSTANTIATE_TEST_SUITE_P(NothingIsKnown, Votes,
                         testing::Values(Row{"one of two lost",
                                             {server(kGone), stale(kGood)},
                                             Kind::unavailable,
                                             "servers_disagree"},
                                         Row{"one of two, the other silent",
                                             {server(kGone), silent()},
                                             Kind::unavailable,
                                             "servers_disagree"},
                                         Row{"one of two, the other lame",
                                             {server(kRefused), lame()},
                                             Kind::unavailable,
                                             "servers_disagree"},
                                         Row{"one of three with a newer serial",
                                             {server(kGone), stale(kGood), stale(kGood)},
                                             Kind::unavailable,
                                             "servers_disagree"},
                                         Row{"two of four",
                                             {server(kGone), server(kGone), silent(), silent()},
                                             Kind::unavailable,
                                             "servers_disagree"},
                                         Row{"what the current answer includes cannot be asked",
                                             {server(kBroken), server(kBroken)},
                                             Kind::unavailable,
                                             "dns_unavailable"}));

INSTANTIATE_TEST_SUITE_P(TheResolverAlone, Votes,
                         testing::Values(Row{"all silent", {silent(), silent()}, Kind::proven, ""},
                                         Row{"all silent or lame, and it says no",
                                             {silent(), lame()},
                                             Kind::refused,
                                             "include_missing",
                                             kRefused},
                                         Row{"no servers", {}, Kind::proven, ""}));

TEST(Votes, TellWhoSaysWhat) {
  const Judgement found =
      judge_zone({stale(kGood), server(kGone), silent(), stale(kGood)}, kGood).judgement;
  const std::vector<Vote> expected = {{{1}, Kind::not_proven, "include_missing"},
                                      {{0, 3}, Kind::proven, ""}};
  EXPECT_EQ(found.votes, expected);
  EXPECT_NE(found.assessment.reason.find("Only 1 of the 4 servers"), std::string::npos)
      << found.assessment.reason;
  EXPECT_NE(found.assessment.reason.find("include_missing"), std::string::npos);
}

TEST(Votes, AreTheSameWhateverTheOrderOfRecordsAndTheirTtl) {
  ServerAnswers one = server(kGood);
  one.facts.front().records.push_back(dns::TxtData{{"another"}});
  ServerAnswers two = one;
  std::ranges::reverse(two.facts.front().records);
  two.facts.front().ttl = 77;
  EXPECT_EQ(judge_zone({one, two}, kGood).judgement.votes.size(), 1U);
}

TEST(Votes, OfManyDistinctAnswersNoMoreAreLookedAtThanTheBound) {
  std::vector<ServerAnswers> servers;
  for (int i = 0; i < 128; ++i)
    servers.push_back(server("v=spf1 ip4:10.0.0." + std::to_string(i) + " -all"));
  const Judgement found = judge_zone(servers, kGood).judgement;
  EXPECT_EQ(found.votes.size(), kMostVotes);
  EXPECT_EQ(found.assessment.reason_code, "servers_disagree");
}

TEST(Votes, LetTheResolverSayWhatReceiversSee) {
  EXPECT_NE(judge_zone({server(kGood)}, kRefused).facts.find(kTxt), nullptr);
}

TEST(Votes, LeaveToTheResolverWhatAServerDoesNotSpeakOf) {
  ServerAnswers elsewhere = server(kGood);
  elsewhere.facts.clear();
  EXPECT_EQ(judge_zone({elsewhere}, kGood).judgement.assessment.kind, Kind::proven);
  EXPECT_EQ(judge_zone({elsewhere}, kRefused).judgement.assessment.kind, Kind::refused);
}

}  // namespace
}  // namespace mandate::registry
