// The client as a whole: many questions, many threads, and no predictable query.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <set>
#include <thread>

#include "numbered_questions.h"

namespace mandate::resolver {
namespace {

using dns::Fact;
using dns::Question;
using dns::RecordType;
using namespace testing;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(StubClient, AnswersEveryQuestionInItsPlaceAlsoBeyondWhatIsInFlightAtOnce) {
  const ScriptedServer server(echoes_names());
  const std::vector<Question> questions = numbered(1000);
  expect_own_answers(questions, client_of(server, 5s, 3)->ask(questions, in(60s)));
}

TEST(StubClient, AsksEqualQuestionsOnceAndAnswersThemAll) {
  const ScriptedServer server(echoes_names());
  std::vector<Question> questions = numbered(2);
  questions.push_back({dns::Name::parse("D0.EXAMPLE.").value(), RecordType::txt});
  questions.push_back(questions[1]);
  expect_own_answers(questions, client_of(server, 20s, 1)->ask(questions, in(60s)));
  EXPECT_EQ(server.udp_queries().size(), 2U);
}

TEST(StubClient, SaysWhoAnsweredAndWhen) {
  const ScriptedServer server(echoes_names());
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Fact fact = client_of(server, 20s, 1)->ask(numbered(1), in(60s)).at(0);
  EXPECT_EQ(fact.source, server.server().text());
  EXPECT_GE(fact.learned_at, before);
  EXPECT_LE(fact.learned_at, std::chrono::system_clock::now());
  EXPECT_EQ(fact.ttl, 60U);
}

// Each name is an alias of the next, in an answer of its own, with a lesser TTL in the middle.
TEST(StubClient, HoldsAnAnswerNoLongerThanTheAliasesThatLedToIt) {
  const ScriptedServer server({[](const Asked& asked) {
                                 dns::Message message = asked.query;
                                 message.is_response = true;
                                 const dns::Name owner = message.questions.at(0).name;
                                 const int at = std::stoi(owner.text().substr(1));
                                 const auto next = numbered(at + 2).back().name;
                                 const auto ttl = static_cast<std::uint32_t>(at == 1 ? 40 : 60);
                                 dns::Record record{owner, RecordType::cname, ttl,
                                                    dns::NameData{next}};
                                 if (at == 3) {
                                   record = {owner, RecordType::txt, 50, dns::TxtData{{"end"}}};
                                 }
                                 message.answers = {record};
                                 return std::vector<Datagram>{{dns::encode(message)}};
                               },
                               {}});
  const Fact fact = client_of(server, 20s, 1)->ask(numbered(1), in(60s)).at(0);
  ASSERT_EQ(fact.status, Fact::Status::found) << fact.detail;
  EXPECT_EQ(fact.ttl, 40U);
  EXPECT_EQ(server.udp_queries().size(), 4U);
}

TEST(StubClient, WaitsForAllQuestionsAtTheSameTime) {
  const ScriptedServer server(silent());
  const auto start = std::chrono::steady_clock::now();
  const auto facts = client_of(server, 500ms, 1)->ask(numbered(60), in(60s));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 15s) << "one by one they take 30 s";
  for (const Fact& fact : facts) {
    EXPECT_EQ(fact.status, Fact::Status::failed);
    EXPECT_EQ(fact.source, server.server().text());
  }
}

TEST(StubClient, EndsByTheDeadlineHoweverManyQuestionsWait) {
  const ScriptedServer server(silent());
  const auto start = std::chrono::steady_clock::now();
  const auto facts = client_of(server, 20s, 100)->ask(numbered(2000), start + 300ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  ASSERT_EQ(facts.size(), 2000U);
  for (const Fact& fact : facts) ASSERT_EQ(fact.status, Fact::Status::failed);
}

TEST(StubClient, MayBeAskedFromSeveralThreads) {
  const ScriptedServer server(echoes_names());
  const auto client = client_of(server, 5s, 3);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const std::vector<Question> questions = numbered(100);
      expect_own_answers(questions, client->ask(questions, in(60s)));
    });
  }
}

TEST(StubClient, UsesUnpredictableIdsAndPorts) {
  const ScriptedServer server(echoes_names());
  client_of(server, 20s, 1)->ask(numbered(300), in(60s));
  std::set<std::uint16_t> ids, ports;
  int steps_of_one = 0;
  std::uint16_t last = 0;
  for (const Asked& asked : server.udp_queries()) {
    EXPECT_TRUE(asked.edns);
    EXPECT_TRUE(asked.query.recursion_desired);
    ids.insert(asked.query.id);
    ports.insert(asked.source_port);
    steps_of_one += asked.query.id == static_cast<std::uint16_t>(last + 1) ? 1 : 0;
    last = asked.query.id;
  }
  // Of 300 random ids, fewer than 290 distinct ones, or three in sequence, is beyond chance.
  EXPECT_GT(ids.size(), 290U);
  EXPECT_LT(steps_of_one, 3);
  EXPECT_GT(ports.size(), 150U) << "the ephemeral range may be small, one port is not a range";
}

TEST(StubClient, AnswersNoQuestionWithNoFact) {
  EXPECT_TRUE(make_stub_client({})->ask({}, in(1s)).empty());
}

TEST(StubClient, SaysThatNoServerIsConfigured) {
  const Fact fact = make_stub_client({})->ask(numbered(1), in(1s)).at(0);
  EXPECT_EQ(fact.status, Fact::Status::failed);
  EXPECT_THAT(fact.detail, HasSubstr("no DNS server is configured"));
}

TEST(StubClient, TriesAtLeastOnceWhateverTheOptionsSay) {
  const ScriptedServer server(silent());
  const Fact fact = client_of(server, -5s, -1)->ask(numbered(1), in(20s)).at(0);
  EXPECT_EQ(fact.status, Fact::Status::failed);
  EXPECT_EQ(fact.detail, "no answer from " + server.server().text() + " within 0.001 s (1 try)");
}

TEST(StubClient, GoesOnWhenAServerHasNoListener) {
  Server nobody;
  {
    const ScriptedServer gone(silent());
    nobody = gone.server();
  }
  const ScriptedServer server(echoes_names());
  const auto client =
      make_stub_client({.servers = {nobody, server.server()}, .timeout = 20s, .attempts = 1});
  const std::vector<Question> questions = numbered(1);
  expect_own_answers(questions, client->ask(questions, in(15s)));

  const Fact fact = make_stub_client({.servers = {nobody}, .timeout = 20s, .attempts = 2})
                        ->ask(questions, in(15s))
                        .at(0);
  EXPECT_EQ(fact.detail, nobody.text() + " cannot be reached: Connection refused (2 tries)");
}

// While it lives, the process can open `spare` descriptors more.
class FewDescriptors {
 public:
  explicit FewDescriptors(int spare) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    int next = 0;
    for (int free = 0; free < spare || is_open(next); ++next) free += is_open(next) ? 0 : 1;
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  static bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

  rlimit before_{};
};

// Without any, there is no io_context; with two or three, it has no socket.
TEST(StubClient, FailsItsFactsWhenNoDescriptorIsLeft) {
#ifdef __SANITIZE_ADDRESS__  // the sanitizer itself needs a pipe to look at a thrown object
  const int spares[] = {2, 3};
#else
  const int spares[] = {0, 2, 3};
#endif
  const ScriptedServer server(echoes_names());
  const std::vector<Question> questions = numbered(100);
  for (const int spare : spares) {
    const auto client = client_of(server, 20s, 2);  // opens its descriptors when it is first asked
    std::vector<Fact> facts;
    {
      const FewDescriptors few(spare);
      facts = client->ask(questions, in(15s));
    }
    ASSERT_EQ(facts.size(), questions.size());
    for (const Fact& fact : facts) {
      ASSERT_EQ(fact.status, Fact::Status::failed);
      EXPECT_THAT(fact.detail, HasSubstr("Too many open files")) << "with " << spare;
    }
    expect_own_answers(questions, client->ask(questions, in(15s)));
  }
}

}  // namespace
}  // namespace mandate::resolver
