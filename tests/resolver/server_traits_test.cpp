// What a client learns of its servers and keeps in mind: case, EDNS, silence.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "numbered_questions.h"
#include "resolver/server_health.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Fact;
using dns::Question;

// Whose letters are all lower case by lot once in 2^60.
std::vector<Question> long_named(int count) {
  std::vector<Question> questions;
  for (const Question& question : numbered(count)) {
    questions.push_back(
        {name(std::string(60, 'x') + "." + question.name.text()), dns::RecordType::txt});
  }
  return questions;
}

Fact ask_one(Lookup& client, const Question& question) {
  return client.ask({&question, 1}, in(60s)).at(0);
}

TEST(Case, IsMixedByLotAndAnotherOneForEachQuery) {
  const ScriptedServer server(echoes_names());
  const std::vector<Question> questions = long_named(50);
  expect_own_answers(questions, client_of(server, 20s, 1)->ask(questions, in(60s)));
  std::set<std::string> spellings;
  int upper = 0;
  for (const Asked& asked : server.udp_queries()) {
    spellings.insert(asked.name.substr(1, 60));
    upper += static_cast<int>(std::ranges::count(asked.name.substr(1, 60), 'X'));
  }
  EXPECT_EQ(spellings.size(), 50U);
  EXPECT_NEAR(upper, 1500, 300) << "half of 3,000 letters";
}

TEST(Case, OfAServerThatDoesNotKeepItIsLowerFromThenOn) {
  Script script = echoes_names();
  script.keeps_case = false;
  const ScriptedServer server(std::move(script));
  const auto client = client_of(server, 20s, 1);
  for (const Question& question : long_named(3)) {
    expect_own_answers({question}, {ask_one(*client, question)});
  }
  const std::vector<Asked> queries = server.udp_queries();
  ASSERT_EQ(queries.size(), 4U);
  EXPECT_NE(queries[0].name, queries[1].name);
  EXPECT_NE(queries[0].query.id, queries[1].query.id);
  EXPECT_NE(queries[0].source_port, queries[1].source_port);
  for (std::size_t i = 1; i < queries.size(); ++i) {
    EXPECT_EQ(queries[i].name, queries[i].query.questions.at(0).name.wire());
  }
}

// The forger knows id and port, and not the letters.
TEST(Case, OfAForgedReplyIsWrongAndTheReplyIsNotBelieved) {
  const ScriptedServer server({[](const Asked& asked) -> std::vector<Datagram> {
                                 const std::string lower = asked.query.questions.at(0).name.wire();
                                 const std::string forged =
                                     dns::encode(response(asked, dns::ResponseCode::name_error));
                                 if (asked.nth == 1) return {{forged, false, 0, lower}};
                                 return one(echo(asked));
                               },
                               {}});
  const auto client = client_of(server, 20s, 1);
  const Question question = long_named(1)[0];
  expect_own_answers({question}, {ask_one(*client, question)});
  EXPECT_EQ(server.udp_queries().size(), 2U);
}

TEST(Edns, IsNotOfferedAgainToAServerThatRefusesIt) {
  const ScriptedServer server({[](const Asked& asked) {
                                 if (!asked.edns) return one(echo(asked));
                                 return one(
                                     dns::encode(response(asked, dns::ResponseCode::format_error)));
                               },
                               {}});
  const auto client = client_of(server, 20s, 1);
  for (const Question& question : numbered(3)) {
    expect_own_answers({question}, {ask_one(*client, question)});
  }
  std::vector<bool> edns;
  for (const Asked& asked : server.udp_queries()) edns.push_back(asked.edns);
  EXPECT_EQ(edns, (std::vector{true, false, false, false}));
}

TEST(Edns, IsOfferedAgainToAServerThatRefusesTheQueryEitherWay) {
  const ScriptedServer server({[](const Asked& asked) {
                                 if (asked.nth > 2) return one(echo(asked));
                                 return one(
                                     dns::encode(response(asked, dns::ResponseCode::format_error)));
                               },
                               {}});
  const auto client = client_of(server, 20s, 1);
  EXPECT_EQ(ask_one(*client, numbered(1)[0]).status, Fact::Status::failed);
  EXPECT_EQ(ask_one(*client, numbered(1)[0]).status, Fact::Status::found);
  EXPECT_TRUE(server.udp_queries().back().edns);
}

TEST(Authentication, IsAskedForAndKept) {
  const ScriptedServer server({[](const Asked& asked) {
                                 dns::Message message = right(asked);
                                 message.authentic_data = asked.query.authentic_data;
                                 return one(dns::encode(message));
                               },
                               {}});
  EXPECT_TRUE(ask_one(*client_of(server, 20s, 1), question()).authenticated);
}

// One alias of two is not proven.
TEST(Authentication, OfAChainIsThatOfAllItsAnswers) {
  for (const bool proven : {true, false}) {
    const ScriptedServer server(
        {[=](const Asked& asked) {
           const bool is_alias = asked.query.questions.at(0).name == question().name;
           dns::Message message = response(
               asked, dns::ResponseCode::no_error,
               {is_alias ? cname("example.com", "a.example") : txt("a.example", "v=spf1 -all")});
           message.authentic_data = proven || !is_alias;
           return one(dns::encode(message));
         },
         {}});
    const Fact fact = ask_one(*client_of(server, 20s, 1), question());
    EXPECT_EQ(fact.status, Fact::Status::found);
    EXPECT_EQ(fact.authenticated, proven);
  }
}

TEST(NoData, IsKeptAsItsSoaSaysAndNotAtAllWithoutOne) {  // RFC 2308 section 5
  for (const bool has_soa : {true, false}) {
    const ScriptedServer server({[=](const Asked& asked) {
                                   dns::Message message = response(asked);
                                   dns::SoaData soa;
                                   soa.minimum = 60;
                                   if (has_soa)
                                     message.authority = {
                                         {name("com"), dns::RecordType::soa, 900, soa}};
                                   return one(dns::encode(message));
                                 },
                                 {}});
    const Fact fact = ask_one(*client_of(server, 20s, 1), question());
    EXPECT_EQ(fact.status, Fact::Status::no_data);
    EXPECT_EQ(fact.ttl, has_soa ? 60U : 0U);
  }
}

TEST(Servers, AreReachedOverIpv6Alone) {
  Script script = echoes_names();
  script.is_ipv6 = true;
  script.tcp = [](const Asked& asked) { return Stream{framed(echo(asked)), Stream::Then::go_on}; };
  script.udp = truncated;
  const ScriptedServer server(std::move(script));
  const std::vector<Question> questions = numbered(20);
  expect_own_answers(questions, client_of(server, 20s, 1)->ask(questions, in(60s)));
  EXPECT_EQ(server.udp_queries().size(), 20U);
  EXPECT_EQ(server.tcp_queries().size(), 20U);
}

TEST(Servers, TakeTurnsAsTheFirstWhenTheyRotate) {
  const ScriptedServer a(echoes_names()), b(echoes_names()), c(echoes_names());
  const auto client = make_stub_client(
      {.servers = {a.server(), b.server(), c.server()}, .timeout = 20s, .rotate = true});
  const std::vector<Question> questions = numbered(30);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  for (const ScriptedServer* server : {&a, &b, &c}) EXPECT_EQ(server->udp_queries().size(), 10U);
}

// Falls silent, and answers again later.
TEST(Servers, RestAfterThreeSilencesAndComeBack) {
  auto is_silent = std::make_shared<std::atomic<bool>>(true);
  const ScriptedServer flapping(
      {[=](const Asked& asked) { return *is_silent ? std::vector<Datagram>{} : one(echo(asked)); },
       {}});
  const ScriptedServer steady(echoes_names());
  const auto client = make_stub_client(
      {.servers = {flapping.server(), steady.server()}, .timeout = 100ms, .attempts = 3});
  const std::vector<Question> questions = numbered(20);
  for (const Question& question : questions) {
    const Fact fact = ask_one(*client, question);
    expect_own_answers({question}, {fact});
    EXPECT_EQ(fact.source, steady.server().text());
  }
  EXPECT_LE(flapping.udp_queries().size(), 5U) << "twenty would be two seconds of waiting";
  *is_silent = false;
  const Deadline patience = in(20s);
  while (ask_one(*client, questions[0]).source != flapping.server().text()) {
    ASSERT_LT(std::chrono::steady_clock::now(), patience) << "it is never asked again";
  }
}

TEST(Servers, ThatAllRestAreAskedNonetheless) {
  auto is_silent = std::make_shared<std::atomic<bool>>(true);
  const ScriptedServer server(
      {[=](const Asked& asked) { return *is_silent ? std::vector<Datagram>{} : one(echo(asked)); },
       {}});
  const auto client = client_of(server, 100ms, 4);
  const Question question = numbered(1)[0];
  EXPECT_EQ(ask_one(*client, question).status, Fact::Status::failed);
  *is_silent = false;
  expect_own_answers({question}, {ask_one(*client, question)});
}

TEST(ServerHealth, RestsLongerEachTimeItMissesAgainUpToALimit) {
  ServerHealth health;
  MonotonicTime now{};
  health.missed(now);
  health.missed(now);
  EXPECT_FALSE(health.rests(now));
  for (const std::chrono::seconds rest : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    health.missed(now);
    EXPECT_TRUE(health.rests(now + rest - 1ms)) << rest.count();
    now += rest;
    EXPECT_FALSE(health.rests(now)) << rest.count();
    health.tried(now);
    EXPECT_TRUE(health.rests(now)) << "one lookup tries it, the others wait for what comes of it";
  }
  health.replied();
  EXPECT_FALSE(health.rests(now));
}

}  // namespace
}  // namespace mandate::resolver
