// What the authority client makes of one server each, over real sockets, and how soon.
#include <gmock/gmock.h>

#include "fault.h"
#include "resolver/authority_client.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Message;
using dns::ResponseCode;
using ::testing::HasSubstr;

constexpr auto brief_try = 150ms;

struct Row {
  std::string name;
  Script script;
  Reply::Kind kind;
  std::string reason = {};
  bool without_edns = false;
  bool over_tcp = false;
  std::size_t udp_queries = 1;
  std::size_t tcp_queries = 0;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

Message authoritative(const Asked& asked) {
  Message message = right(asked);
  message.authoritative = true;
  message.recursion_available = false;
  return message;
}

std::vector<Datagram> answer(const Asked& asked) {
  return one(dns::encode(authoritative(asked)));
}

std::vector<Datagram> truncated(const Asked& asked) {
  Message message = authoritative(asked);
  message.answers.clear();
  message.truncated = true;
  return one(dns::encode(message));
}

std::vector<Datagram> say(const Asked& asked, ResponseCode code) {
  return one(dns::encode(response(asked, code)));
}

Stream over_tcp(const Asked& asked) {
  return {framed(dns::encode(authoritative(asked)))};
}

std::vector<Row> rows() {
  using enum Reply::Kind;
  const auto silence = [](const Asked&) { return std::vector<Datagram>{}; };
  return {
      {"answers", {answer, {}}, answered},
      {"refuses", {[](const Asked& a) { return say(a, ResponseCode::refused); }, {}}, answered},
      {"fails",
       {[](const Asked& a) { return say(a, ResponseCode::server_failure); }, {}},
       answered},
      {"loses_the_first",
       {[](const Asked& a) { return a.nth == 1 ? std::vector<Datagram>{} : answer(a); }, {}},
       answered,
       "",
       false,
       false,
       2},
      {"changes_case", {answer, {}, false}, answered, "", false, false, 2},
      {"formerr_on_edns",
       {[](const Asked& a) { return a.edns ? say(a, ResponseCode::format_error) : answer(a); }, {}},
       answered,
       "",
       true,
       false,
       2},
      {"drops_edns",
       {[](const Asked& a) { return a.edns ? std::vector<Datagram>{} : answer(a); }, {}},
       answered,
       "",
       true,
       false,
       3},
      {"silent", {silence, {}}, silent, "does not answer, asked 3 times", true, false, 3},
      {"truncated_then_tcp", {truncated, over_tcp}, answered, "", false, true, 1, 1},
      {"truncated_without_tcp", {truncated, {}}, no_tcp, "cannot be reached over TCP", false, true},
      {"truncated_and_silent_over_tcp",
       {truncated, [](const Asked&) { return Stream{"", Stream::Then::hold}; }},
       no_tcp,
       "does not answer over TCP",
       false,
       true,
       1,
       1},
      {"truncated_and_drips_over_tcp",
       {truncated, [](const Asked&) { return Stream{"", Stream::Then::drip}; }},
       no_tcp,
       "over TCP",
       false,
       true,
       1,
       1},
      {"truncated_and_closed_over_tcp",
       {truncated, [](const Asked&) { return Stream{}; }},
       no_tcp,
       "closed the TCP connection",
       false,
       true,
       1,
       1},
  };
}

class ServerQueries : public ::testing::TestWithParam<Row> {};

TEST_P(ServerQueries, EndAsStated) {
  const Row& row = GetParam();
  const ScriptedServer server(row.script);
  AuthorityClient client({.port = server.server().port, .timeout = brief_try});
  const ServerQuestion asked{server.server().address, question()};
  const std::vector<Reply> replies =
      client.ask({&asked, 1}, std::chrono::steady_clock::now() + 20s);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].kind, row.kind) << replies[0].reason;
  EXPECT_THAT(replies[0].reason, HasSubstr(row.reason));
  EXPECT_EQ(replies[0].without_edns, row.without_edns);
  EXPECT_EQ(replies[0].over_tcp, row.over_tcp);
  EXPECT_EQ(server.udp_queries().size(), row.udp_queries);
  EXPECT_EQ(server.tcp_queries().size(), row.tcp_queries);
  for (const Asked& query : server.udp_queries()) EXPECT_FALSE(query.query.recursion_desired);
  EXPECT_EQ(!replies[0].message.questions.empty(), row.kind == Reply::Kind::answered);
}

INSTANTIATE_TEST_SUITE_P(OneServer, ServerQueries, ::testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

TEST(AuthorityClient, SaysAtOnceThatNobodyListens) {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone({answer, {}});
    port = gone.server().port;
  }
  AuthorityClient client({.port = port, .timeout = 20s});
  const ServerQuestion asked{dns::IpAddress::parse("127.0.0.1").value(), question()};
  const auto begun = std::chrono::steady_clock::now();
  const Reply reply = client.ask({&asked, 1}, begun + 60s).at(0);
  EXPECT_EQ(reply.kind, Reply::Kind::unreachable);
  EXPECT_THAT(reply.reason, HasSubstr("Connection refused"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST(AuthorityClient, KeepsItsDeadlineAndAsksNothingAfterIt) {
  const ScriptedServer server({[](const Asked&) { return std::vector<Datagram>{}; }, {}});
  AuthorityClient client({.port = server.server().port, .timeout = 20s});
  const ServerQuestion asked{server.server().address, question()};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(client.ask({&asked, 1}, begun + 200ms).at(0).kind, Reply::Kind::silent);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  EXPECT_EQ(client.ask({&asked, 1}, begun).at(0).kind, Reply::Kind::not_asked);
  EXPECT_EQ(server.udp_queries().size(), 1U);
}

TEST(AuthorityClient, PutsManyQuestionsAtOnceAndTheOthersInTurn) {
  const ScriptedServer server({answer, {}});
  AuthorityClient client({.port = server.server().port, .timeout = 5s, .in_flight = 3});
  const std::vector<ServerQuestion> asked(100, {server.server().address, question()});
  const auto replies = client.ask(asked, std::chrono::steady_clock::now() + 60s);
  ASSERT_EQ(replies.size(), 100U);
  for (const Reply& reply : replies) EXPECT_EQ(reply.kind, Reply::Kind::answered);
  EXPECT_EQ(server.udp_queries().size(), 100U);
}

TEST(AuthorityClient, RemembersWhatAServerCannotDo) {
  const ScriptedServer server(
      {[](const Asked& a) { return a.edns ? std::vector<Datagram>{} : answer(a); }, {}});
  AuthorityClient client({.port = server.server().port, .timeout = brief_try});
  const ServerQuestion asked{server.server().address, question()};
  for (int times = 0; times < 2; ++times) {
    const Reply reply = client.ask({&asked, 1}, std::chrono::steady_clock::now() + 20s).at(0);
    EXPECT_TRUE(reply.kind == Reply::Kind::answered && reply.without_edns);
  }
  EXPECT_EQ(server.udp_queries().size(), 4U);
}

TEST(AuthorityClient, KnowsTheRouteToTheLoopback) {
  EXPECT_TRUE(has_route(dns::IpAddress::parse("127.0.0.1").value()));
}

}  // namespace
}  // namespace mandate::resolver
