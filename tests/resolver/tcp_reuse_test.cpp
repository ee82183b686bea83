// Many queries over one TCP connection (RFC 7766), and what happens to them when it ends.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "numbered_questions.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Fact;
using dns::Question;
using Then = Stream::Then;

Script echoes_over_tcp(Then then) {
  return over_tcp([then](const Asked& asked) { return Stream{framed(echo(asked)), then}; });
}

std::set<int> connections(const ScriptedServer& server) {
  std::set<int> all;
  for (const Asked& asked : server.tcp_queries()) all.insert(asked.connection);
  return all;
}

TEST(TcpReuse, OneConnectionCarriesManyQueriesAtOnceAndLater) {
  const ScriptedServer server(echoes_over_tcp(Then::go_on));
  const auto client = client_of(server, 20s, 1);
  const std::vector<Question> questions = numbered(60);
  for (int times = 0; times < 3; ++times) {
    expect_own_answers(questions, client->ask(questions, in(60s)));
  }
  EXPECT_EQ(server.tcp_queries().size(), 180U);
  EXPECT_EQ(connections(server).size(), 1U);
}

TEST(TcpReuse, AHundredQueriesWaitOverAConnectionAndTheOthersOverTheNext) {
  const ScriptedServer server(echoes_over_tcp(Then::go_on));
  const auto client = make_stub_client(
      {.servers = {server.server()}, .timeout = 20s, .attempts = 1, .in_flight = 250});
  const std::vector<Question> questions = numbered(250);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  EXPECT_LE(connections(server).size(), 3U);
}

// The answers to ten queries come together, the last one first.
TEST(TcpReuse, RepliesMayComeInAnyOrder) {
  auto kept = std::make_shared<std::string>();  // of the server's thread
  const ScriptedServer server(over_tcp([kept](const Asked& asked) {
    kept->insert(0, framed(echo(asked)));
    return Stream{asked.nth % 10 == 0 ? std::exchange(*kept, {}) : std::string(), Then::go_on};
  }));
  const std::vector<Question> questions = numbered(50);
  expect_own_answers(questions, client_of(server, 20s, 1)->ask(questions, in(60s)));
  EXPECT_EQ(connections(server).size(), 1U);
}

// The server reads what has come, answers the first query and closes, by which the others, and
// perhaps its answer, are lost.
TEST(TcpReuse, WhatAServerHasNotAnsweredWhenItClosesIsAskedAnew) {  // RFC 7766 section 6.2.4
  const ScriptedServer server(echoes_over_tcp(Then::close));
  const std::vector<Question> questions = numbered(20);
  const auto client = client_of(server, 20s, 1);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  const std::size_t before = connections(server).size();
  EXPECT_GE(before, 20U);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  EXPECT_EQ(connections(server).size(), before + 20)
      << "each query has one of its own from then on";
}

TEST(TcpReuse, AServerThatClosesWithoutAnyAnswerFailsTheTryOfEachQuery) {
  const ScriptedServer server(over_tcp([](const Asked&) { return Stream{"", Then::close}; }));
  for (const Fact& fact : client_of(server, 20s, 2)->ask(numbered(20), in(60s))) {
    EXPECT_EQ(fact.detail, server.server().text() +
                               " closed the TCP connection before its answer was whole (2 tries)");
  }
}

TEST(TcpReuse, OneReplyThatDoesNotFitEndsAllThatWaitThere) {
  const ScriptedServer server(over_tcp([](const Asked& asked) {
    if (asked.connection > 1) return Stream{framed(echo(asked)), Then::go_on};
    dns::Message stray = response(asked);
    stray.id ^= 1;
    return Stream{asked.nth == 5 ? framed(dns::encode(stray)) : std::string(), Then::go_on};
  }));
  const std::vector<Question> questions = numbered(5);
  expect_own_answers(questions, client_of(server, 20s, 2)->ask(questions, in(60s)));
  EXPECT_EQ(connections(server).size(), 2U);
}

TEST(TcpReuse, AConnectionThatStallsIsLeftAndItsOtherRepliesStillCount) {
  const ScriptedServer server(over_tcp([](const Asked& asked) {
    const bool is_slow = asked.query.questions.at(0).name == name("d0.example");
    return Stream{is_slow ? std::string() : framed(echo(asked)), Then::go_on};
  }));
  const std::vector<Question> questions = numbered(10);
  const auto client = client_of(server, 1s, 2);
  const std::vector<Fact> facts = client->ask(questions, in(60s));
  EXPECT_EQ(facts.at(0).status, Fact::Status::failed);
  EXPECT_EQ(facts.at(0).detail,
            "no answer from " + server.server().text() + " within 1 s (2 tries)");
  expect_own_answers({questions.begin() + 1, questions.end()}, {facts.begin() + 1, facts.end()});
  EXPECT_EQ(connections(server).size(), 2U) << "the second try has a connection of its own";
}

// The server sees the end of the connection, since its answer to the next query takes a new one.
TEST(TcpReuse, AnIdleConnectionIsClosed) {
  const ScriptedServer server(echoes_over_tcp(Then::go_on));
  const auto client = client_of(server, 20s, 1);
  const std::vector<Question> questions = numbered(1);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  EXPECT_TRUE(server.all_connections_end_within(20s));
  expect_own_answers(questions, client->ask(questions, in(60s)));
  EXPECT_EQ(connections(server).size(), 2U);
}

}  // namespace
}  // namespace mandate::resolver
