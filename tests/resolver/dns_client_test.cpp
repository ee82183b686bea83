// The client on an event loop: tens of thousands of lookups from one thread, and nothing left over.
#include "resolver/dns_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>

#include "fast_answerer.h"
#include "numbered_questions.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Fact;
using dns::Question;

// Under a sanitizer a million lookups take minutes, and memory is not the program's own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

// No more than the receive buffer of the server holds: what it loses takes a time-out.
constexpr int usual_window = 250;

StubOptions bulk_options(Server server, std::size_t in_flight = usual_window) {
  return {.servers = {std::move(server)},
          .timeout = 2s,
          .attempts = 5,
          .in_flight = in_flight,
          .queries_per_port = 500};
}

// Asks question after question, so many at once, and stops the loop behind the last answer.
class Asking {
 public:
  Asking(DnsClient& client, boost::asio::io_context& io, int total, int window)
      : client_(client), io_(io), total_(total) {
    while (next_ < std::min(window, total)) ask();
  }
  int found() const { return found_; }
  int most_waiting() const { return most_waiting_; }

 private:
  void ask() {
    const Question question{name("d" + std::to_string(next_++) + ".bulk.test"),
                            dns::RecordType::txt};
    client_.ask(question, in(60s), [this](const Fact& fact) {
      found_ += fact.status == Fact::Status::found ? 1 : 0;
      if (next_ < total_) ask();
      if (++ended_ == total_) io_.stop();
    });
    most_waiting_ = std::max(most_waiting_, static_cast<int>(client_.lookups()));
  }

  DnsClient& client_;
  boost::asio::io_context& io_;
  const int total_;
  int next_ = 0;
  int ended_ = 0;
  int found_ = 0;
  int most_waiting_ = 0;
};

int found_of(DnsClient& client, boost::asio::io_context& io, int total) {
  io.restart();
  const Asking asking(client, io, total, usual_window);
  io.run();
  return asking.found();
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(DnsClient, HoldsFiftyThousandLookupsAtOnce) {
  constexpr int waiting = is_sanitized ? 5'000 : 50'000;
  const FastAnswerer server;
  boost::asio::io_context io(1);
  DnsClient client(io, bulk_options(server.server()));
  const Asking asking(client, io, 2 * waiting, waiting);
  EXPECT_EQ(asking.most_waiting(), waiting);
  io.run();
  EXPECT_EQ(asking.found(), 2 * waiting);
  EXPECT_EQ(client.lookups(), 0U);
}

// The first ones open the ports and fill the memory that is used again and again.
TEST(DnsClient, KeepsNothingOfAMillionLookups) {
  constexpr int lookups = is_sanitized ? 30'000 : 1'000'000;
  const FastAnswerer server;
  const std::ptrdiff_t descriptors = open_descriptors();
  {
    boost::asio::io_context io(1);
    DnsClient client(io, bulk_options(server.server()));
    EXPECT_EQ(found_of(client, io, 20'000), 20'000);
    const std::size_t memory = ::mallinfo2().uordblks;
    EXPECT_EQ(found_of(client, io, lookups), lookups);
    EXPECT_LE(open_descriptors(), descriptors + 3 + 8) << "three of Asio, and eight ports";
    if (!is_sanitized) {
      EXPECT_LE(::mallinfo2().uordblks, memory + 2'000'000);
    }
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(DnsClient, MayEndWithLookupsUnderWayWhichThenEndWithoutACall) {
  const ScriptedServer server(silent());
  boost::asio::io_context io(1);
  int calls = 0;
  {
    DnsClient client(io, bulk_options(server.server(), 10));
    for (const Question& question : numbered(20)) {
      client.ask(question, in(60s), [&](const Fact&) { ++calls; });
    }
    io.poll();
    EXPECT_EQ(client.lookups(), 20U);
  }
  io.restart();
  io.run_for(20s);  // nothing is left to do: returns at once
  EXPECT_EQ(calls, 0);
}

TEST(DnsClient, CallsNobodyFromWithinAsk) {
  boost::asio::io_context io(1);
  DnsClient client(io, {});
  int calls = 0;
  client.ask(question(), in(-1s), [&](const Fact&) { ++calls; });
  EXPECT_EQ(calls, 0);
  io.run_for(20s);
  EXPECT_EQ(calls, 1);
}

TEST(DnsClient, MayBeAskedTheSameQuestionFromTheCallThatAnswersIt) {
  const ScriptedServer server(echoes_names());
  boost::asio::io_context io(1);
  DnsClient client(io, bulk_options(server.server(), 10));
  int calls = 0;
  const std::function<void()> ask = [&] {
    client.ask(question(), in(60s), [&](const Fact& fact) {
      EXPECT_EQ(fact.status, Fact::Status::found);
      ++calls == 3 ? io.stop() : ask();
    });
  };
  ask();
  io.run_for(20s);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(server.udp_queries().size(), 3U);
}

TEST(Coalescing, EqualQuestionsOfAllThreadsAreAskedOnce) {
  const ScriptedServer slow(silent());  // so that all have asked before an answer comes
  const ScriptedServer server(echoes_names());
  const auto client =
      make_stub_client({.servers = {slow.server(), server.server()}, .timeout = 2s, .attempts = 1});
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const std::vector<Question> questions = numbered(1);
      expect_own_answers(questions, client->ask(questions, in(60s)));
    });
  }
  threads.clear();
  EXPECT_EQ(slow.udp_queries().size(), 1U);
  EXPECT_EQ(server.udp_queries().size(), 1U);
}

// The server answers when it is asked again, a second later.
TEST(Coalescing, EachCallerHasItsOwnDeadline) {
  const ScriptedServer server({[](const Asked& asked) {
                                 return asked.nth == 1 ? std::vector<Datagram>{}
                                                       : one(dns::encode(right(asked)));
                               },
                               {}});
  boost::asio::io_context io(1);
  DnsClient client(io, {.servers = {server.server()}, .timeout = 1s, .attempts = 2});
  std::vector<Fact> facts;
  const auto keep = [&](Fact fact) {
    facts.push_back(std::move(fact));
    if (facts.size() == 3) io.stop();
  };
  client.ask(question(), in(60s), keep);
  client.ask(question(), in(200ms), keep);
  client.ask(question(), in(50s), keep);
  io.run_for(20s);
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[0].detail, "no answer from " + server.server().text() +
                                 " before the time for the lookup was over (1 try)");
  EXPECT_EQ(facts[1].status, Fact::Status::found);
  EXPECT_EQ(facts[2].status, Fact::Status::found);
  EXPECT_EQ(server.udp_queries().size(), 2U);
}

// Every 300 milliseconds ten of them time out, and ten more are asked, until the time is over.
TEST(InFlight, LookupsBeyondTheLimitWaitForTheirTurn) {
  const ScriptedServer server(silent());
  const auto client = make_stub_client(
      {.servers = {server.server()}, .timeout = 300ms, .attempts = 1, .in_flight = 10});
  const std::vector<Fact> facts = client->ask(numbered(200), in(2s));
  EXPECT_GE(server.udp_queries().size(), 20U);
  EXPECT_LE(server.udp_queries().size(), 70U);
  EXPECT_THAT(facts.at(0).detail, ::testing::HasSubstr("within 0.3 s"));
  EXPECT_EQ(facts.at(199).detail, "not asked, since the time for the lookup was over");
}

// Its deadline is its own: what is before it in the line may take longer.
TEST(InFlight, ALookupThatWaitsForItsTurnFailsAtItsDeadline) {
  const ScriptedServer server(silent());
  boost::asio::io_context io(1);
  DnsClient client(io,
                   {.servers = {server.server()}, .timeout = 30s, .attempts = 1, .in_flight = 1});
  client.ask(numbered(2)[0], in(30s), [](const Fact&) {});
  std::optional<Fact> fact;
  client.ask(numbered(2)[1], in(200ms), [&](Fact failed) {
    fact = std::move(failed);
    io.stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  io.run_for(20s);
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->detail, "not asked, since the time for the lookup was over");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 200ms);
  EXPECT_EQ(server.udp_queries().size(), 1U);
}

}  // namespace
}  // namespace mandate::resolver
