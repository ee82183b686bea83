// Many errands at once: each gets its own facts, none is lost, and no limit is passed.
#include "resolver/bulk.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "bulk_errands.h"
#include "counted_zones.h"
#include "resolver/doorkeeper.h"
#include "resolver/pace.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string numbered_name(int number) {
  return "d" + std::to_string(number) + ".example";
}

StubOptions client_of(Server server, std::size_t in_flight = 100) {
  return {.servers = {std::move(server)},
          .timeout = 2s,
          .in_flight = in_flight,
          .queries_per_port = 100};
}

TEST(Bulk, EachErrandComesToWhatItsOwnFactsSay) {
  const ScriptedServer server(echoes_names());
  for (const std::size_t threads : {1U, 3U}) {
    Collected collected;
    Bulk bulk(client_of(server.server()), {.threads = threads, .window = 50}, collected.taker());
    for (int i = 0; i < 500; ++i) {
      bulk.add(walk({numbered_name(i), numbered_name(i + 1000), numbered_name(i + 2000)}));
    }
    bulk.finish();
    EXPECT_EQ(collected.total(), 500);
    EXPECT_EQ(collected.right(), 500);
  }
}

TEST(Bulk, WhatErrandsShareIsAskedTwiceAtMost) {
  const ScriptedServer server(echoes_names());
  Collected collected;
  Bulk bulk(client_of(server.server()), {.threads = 1, .window = 40}, collected.taker());
  for (int i = 0; i < 200; ++i) bulk.add(walk({numbered_name(i), "shared.example"}));
  bulk.finish();
  EXPECT_EQ(collected.right(), 200);
  EXPECT_GE(server.udp_queries().size(), 201U);
  EXPECT_LE(server.udp_queries().size(), 202U);
}

TEST(Bulk, NoMoreErrandsAreUnderWayThanTheWindowHas) {
  // Nobody is answered before the server has the whole window, and no query comes beyond it.
  constexpr std::size_t window = 8;
  std::vector<Datagram> held;
  std::size_t most_held = 0;
  const ScriptedServer server(
      {[&](const Asked& asked) {
         held.push_back({.bytes = echo(asked), .to_port = asked.source_port, .name = asked.name});
         most_held = std::max(most_held, held.size());
         return held.size() < window ? std::vector<Datagram>{} : std::exchange(held, {});
       },
       {}});
  Collected collected;
  {
    Bulk bulk(client_of(server.server()), {.threads = 1, .window = window}, collected.taker());
    for (int i = 0; i < 80; ++i) bulk.add(walk({numbered_name(i)}));
    bulk.finish();
  }
  EXPECT_EQ(collected.right(), 80);
  EXPECT_EQ(most_held, window);
}

TEST(Bulk, CutShortItEndsWhatIsUnderWayAndDropsTheRest) {
  // Nobody is answered before the server is asked for `go`.
  constexpr std::size_t window = 8;
  std::vector<Datagram> held;
  std::promise<void> all_wait;
  const ScriptedServer server(
      {[&](const Asked& asked) {
         held.push_back({.bytes = echo(asked), .to_port = asked.source_port, .name = asked.name});
         if (held.size() == window) all_wait.set_value();
         const bool go = asked.query.questions.at(0).name == name("go");
         return go ? std::exchange(held, {}) : std::vector<Datagram>{};
       },
       {}});
  Collected collected;
  Bulk bulk(client_of(server.server()), {.threads = 1, .window = window}, collected.taker());
  std::thread adder([&] {  // which comes to wait for room
    for (int i = 0; i < 80; ++i) bulk.add(walk({numbered_name(i)}));
  });
  all_wait.get_future().wait();
  bulk.cut_short();
  adder.join();
  const std::vector<dns::Question> go{{name("go"), dns::RecordType::txt}};
  make_stub_client(client_of(server.server()))->ask(go, in(20s));
  bulk.finish();
  EXPECT_EQ(collected.right(), window);
  EXPECT_EQ(collected.total(), window);
  EXPECT_EQ(server.udp_queries().size(), window + 1);
}

TEST(Bulk, AnErrandThatNobodyAnswersEndsByItsTime) {
  const ScriptedServer server(silent());
  Collected collected;
  const auto begin = Clock::now();
  Bulk bulk(client_of(server.server()), {.window = 20, .timeout = 300ms}, collected.taker());
  for (int i = 0; i < 20; ++i) bulk.add(walk({numbered_name(i)}));
  bulk.finish();
  EXPECT_EQ(collected.failed(), 20);
  EXPECT_GE(Clock::now() - begin, 300ms);
  EXPECT_LT(Clock::now() - begin, 10s);
}

TEST(Bulk, ThePaceHoldsForQueriesInAllAndToOneServer) {
  const ScriptedServer first(echoes_names());
  const ScriptedServer second(echoes_names());
  struct Row {
    double in_all;
    double to_one;
    bool both_servers;
    std::chrono::milliseconds least;
  };
  // 60 queries; the first ones may leave at once.
  for (const Row& row : {Row{.in_all = 100, .to_one = 0, .both_servers = false, .least = 500ms},
                         Row{.in_all = 0, .to_one = 100, .both_servers = false, .least = 500ms},
                         Row{.in_all = 0, .to_one = 100, .both_servers = true, .least = 250ms},
                         Row{.in_all = 100, .to_one = 100, .both_servers = true, .least = 500ms}}) {
    StubOptions client = client_of(first.server());
    if (row.both_servers) client.servers.push_back(second.server());
    client.rotate = true;
    Collected collected;
    const auto begin = Clock::now();
    Bulk bulk(client, {.window = 30, .per_second = row.in_all, .per_second_to_one = row.to_one},
              collected.taker());
    for (int i = 0; i < 60; ++i) bulk.add(walk({numbered_name(i)}));
    bulk.finish();
    EXPECT_EQ(collected.right(), 60);
    EXPECT_GE(Clock::now() - begin, row.least);
  }
}

TEST(Bulk, QueriesThatAreSentAgainCountForThePaceToo) {
  std::map<std::string, int> asked_before;
  const ScriptedServer server({[&](const Asked& asked) {
                                 const auto& text = asked.query.questions.at(0).name.text();
                                 return asked_before[text]++ == 0 ? std::vector<Datagram>{}
                                                                  : one(echo(asked));
                               },
                               {}});
  StubOptions client = client_of(server.server());
  client.timeout = 50ms;
  Collected collected;
  const auto begin = Clock::now();
  {
    Bulk bulk(client, {.window = 10, .per_second = 100}, collected.taker());
    for (int i = 0; i < 30; ++i) bulk.add(walk({numbered_name(i)}));
    bulk.finish();
  }
  EXPECT_EQ(collected.right(), 30);
  // Sixty queries, of which the last ten or so delay nobody any more.
  EXPECT_GE(Clock::now() - begin, 400ms);
}

TEST(Bulk, WhatIsInMemoryIsAskedWithoutAServer) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += numbered_name(i) + ". 60 TXT " + numbered_name(i) + "\n";
  }
  CountedZones zones(text);
  Collected collected;
  Bulk bulk(zones, {.threads = 2, .window = 10}, collected.taker());
  for (int i = 0; i < 100; ++i) bulk.add(walk({numbered_name(i), numbered_name(99 - i)}));
  bulk.finish();
  EXPECT_EQ(collected.right(), 100);
}

TEST(Bulk, WhatAStepCannotGoOnAfterIsThrown) {
  class Fault final : public Errand {
    std::vector<dns::Question> go_on(const dns::Facts&) override {
      throw std::runtime_error("no memory");
    }
  };
  CountedZones zones("a.example. 60 TXT a\n");
  Bulk bulk(zones, {}, [](const Errands&) {});
  Errands errands;
  errands.push_back(std::make_unique<Fault>());
  bulk.add(std::move(errands));
  EXPECT_THROW(bulk.finish(), std::runtime_error);
  EXPECT_THROW(bulk.add(walk({"a.example"})), std::runtime_error);
}

TEST(Bulk, ErrandsThatAreUnderWayAreDroppedAtItsEnd) {
  const ScriptedServer server(silent());
  Collected collected;
  const auto begin = Clock::now();
  {
    Bulk bulk(client_of(server.server()), {.threads = 2, .window = 10}, collected.taker());
    for (int i = 0; i < 10; ++i) bulk.add(walk({numbered_name(i)}));
  }
  EXPECT_LT(Clock::now() - begin, 5s);
  EXPECT_EQ(collected.total(), 0);
}

TEST(Doorkeeper, KnowsWhomItHasMetAndFewOthers) {
  Doorkeeper doorkeeper;
  int taken_for_known = 0;
  for (std::size_t i = 0; i < 12'500; ++i) taken_for_known += doorkeeper.knows(i) ? 1 : 0;
  EXPECT_LT(taken_for_known, 1'250);
  for (std::size_t i = 0; i < 12'500; ++i) ASSERT_TRUE(doorkeeper.knows(i)) << i;
  // It forgets, so that it does not come to know everybody.
  taken_for_known = 0;
  for (std::size_t i = 0; i < 1'000'000; ++i) {
    taken_for_known += doorkeeper.knows(i + 1'000'000) ? 1 : 0;
  }
  EXPECT_LT(taken_for_known, 100'000);
}

TEST(Pace, DelaysWhatComesNextByWhatWasSpent) {
  const Pace::Time now{1h};
  Pace pace(100);
  EXPECT_LE(pace.next(), now);
  pace.spend(1, now);
  EXPECT_LE(pace.next(), now) << "what a late wait left over, up to 10 ms, may be spent";
  pace.spend(10, now);
  EXPECT_EQ(pace.next(), now + 100ms);
  pace.spend(5, now + 50ms);
  EXPECT_EQ(pace.next(), now + 150ms);
  pace.spend(1, now + 10s);
  EXPECT_EQ(pace.next(), now + 10s);

  Pace without_limit(0);
  without_limit.spend(1'000'000, now);
  EXPECT_LE(without_limit.next(), now);
}

}  // namespace
}  // namespace mandate::resolver
