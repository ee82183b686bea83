// Queries that share a source port: late, double, disordered and forged replies among those of
// many others.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "numbered_questions.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Fact;
using dns::Question;

std::unique_ptr<Lookup> sharing_client(const ScriptedServer& server, StubOptions options = {}) {
  options.servers = {server.server()};
  if (options.queries_per_port == 1) options.queries_per_port = 100;
  return make_stub_client(std::move(options));
}

std::set<std::uint16_t> ports(const ScriptedServer& server) {
  std::set<std::uint16_t> all;
  for (const Asked& asked : server.udp_queries()) all.insert(asked.source_port);
  return all;
}

TEST(SharedPort, ServesAsManyQueriesAsItMayAndNoMore) {
  const ScriptedServer server(echoes_names());
  const std::vector<Question> questions = numbered(1000);
  expect_own_answers(
      questions,
      sharing_client(server, {.timeout = 20s, .queries_per_port = 50})->ask(questions, in(60s)));
  std::map<std::uint16_t, int> queries;
  for (const Asked& asked : server.udp_queries()) ++queries[asked.source_port];
  // The system may draw the number of a port that is closed again: of twenty one or two at most.
  const auto drawn_again =
      std::ranges::count_if(queries, [](const auto& port) { return port.second > 50; });
  EXPECT_LE(drawn_again, 2);
  for (const auto& [port, count] : queries) EXPECT_LE(count, 100) << port;
  EXPECT_GE(queries.size(), 18U);
  EXPECT_LE(queries.size(), 20U + 8U) << "eight are open at the end";
}

TEST(SharedPort, HasAnIdForEachOfItsQueriesThatCannotBeForeseen) {
  const ScriptedServer server(echoes_names());
  const std::vector<Question> questions = numbered(500);
  expect_own_answers(questions, sharing_client(server)->ask(questions, in(60s)));
  std::map<std::uint16_t, std::set<std::uint16_t>> ids;
  int steps_of_one = 0;
  std::uint16_t last = 0;
  for (const Asked& asked : server.udp_queries()) {
    EXPECT_TRUE(ids[asked.source_port].insert(asked.query.id).second);
    steps_of_one += asked.query.id == static_cast<std::uint16_t>(last + 1) ? 1 : 0;
    last = asked.query.id;
  }
  EXPECT_LT(steps_of_one, 3);
}

// Keeps the answers of ten queries, and then sends all, the last one first.
TEST(SharedPort, TakesRepliesInAnyOrder) {
  auto kept = std::make_shared<std::vector<Datagram>>();  // of the server's thread
  const ScriptedServer server({[kept](const Asked& asked) {
                                 kept->insert(kept->begin(),
                                              {echo(asked), false, asked.source_port, asked.name});
                                 std::vector<Datagram> now;
                                 if (asked.nth % 10 == 0) now.swap(*kept);
                                 return now;
                               },
                               {}});
  const std::vector<Question> questions = numbered(100);
  expect_own_answers(questions, sharing_client(server, {.timeout = 20s})->ask(questions, in(60s)));
  EXPECT_EQ(server.udp_queries().size(), 100U);
}

TEST(SharedPort, TakesTheFirstOfDoubleReplies) {
  const ScriptedServer server({[](const Asked& asked) {
                                 const std::string denial =
                                     dns::encode(response(asked, dns::ResponseCode::name_error));
                                 std::vector<Datagram> all(5, {denial});
                                 all.insert(all.begin(), {echo(asked)});
                                 return all;
                               },
                               {}});
  const std::vector<Question> questions = numbered(500);
  expect_own_answers(questions, sharing_client(server, {.timeout = 5s})->ask(questions, in(60s)));
}

// The first query of a name is answered when the second one has come, and the answer differs.
TEST(SharedPort, PassesOverALateReplyAndTakesTheOneToItsLastQuery) {
  auto first = std::make_shared<std::map<dns::Name, Asked>>();  // of the server's thread
  const ScriptedServer server(
      {[first](const Asked& asked) -> std::vector<Datagram> {
         const auto [place, is_first] = first->emplace(asked.query.questions.at(0).name, asked);
         if (is_first) return {};
         const Asked& earlier = place->second;
         return {{dns::encode(response(earlier, dns::ResponseCode::name_error)), false,
                  earlier.source_port, earlier.name},
                 {echo(asked)}};
       },
       {}});
  const std::vector<Question> questions = numbered(120);
  const auto client = sharing_client(server, {.timeout = 1s, .in_flight = 120});
  expect_own_answers(questions, client->ask(questions, in(60s)));
  EXPECT_TRUE(server.tcp_queries().empty()) << "late replies were taken for forgeries";
}

TEST(SharedPort, IsLeftForTcpAndForAnotherWhenRepliesAreForged) {  // RFC 5452 section 9.3
  const ScriptedServer server(
      {[](const Asked& asked) {
         if (asked.nth > 10) return one(echo(asked));
         dns::Message forged = response(asked, dns::ResponseCode::name_error);
         forged.questions[0].name = name("forged.example");
         return std::vector<Datagram>(asked.nth == 10 ? 100 : 0, {dns::encode(forged)});
       },
       [](const Asked& asked) { return Stream{framed(echo(asked)), Stream::Then::go_on}; }});
  const auto client = sharing_client(server, {.timeout = 20s, .queries_per_port = 10'000});
  const std::vector<Question> questions = numbered(10);
  expect_own_answers(questions, client->ask(questions, in(60s)));
  ASSERT_EQ(ports(server).size(), 1U) << "what leaves together leaves by one port";
  EXPECT_EQ(server.tcp_queries().size(), 10U);

  const std::vector<Question> more{numbered(11).back()};
  expect_own_answers(more, client->ask(more, in(60s)));
  EXPECT_EQ(ports(server).size(), 2U);
}

}  // namespace
}  // namespace mandate::resolver
