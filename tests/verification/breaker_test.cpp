// The breaker over a thousand verified domains: what an outage, a mistake and a removal come to.
#include "verification/breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "town.h"
#include "verification/canary.h"

namespace mandate::verification {
namespace {

using registry::HoldEnd;
using registry::Status;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kMany = 1000;
constexpr int kLimit = 20;  // 2% of them, and the least

class Outage : public testing::TestWithParam<TownDns::State> {};

TEST_P(Outage, OfTheResolverSuspendsNoneTripsByTheCanaryAndClears) {
  Town town(kMany);
  std::vector<registry::SendingDomain> before;
  for (int i = 0; i < kMany; ++i) before.push_back(town.row(i));
  town.dns.set(GetParam());
  town.now += hours{1};
  EXPECT_EQ(town.check_all(), 0);
  town.round();
  EXPECT_TRUE(town.state().holding);
  EXPECT_EQ(town.state().reason_code, "canary");
  EXPECT_THAT(town.state().reason, HasSubstr("mailer.test"));
  for (int i = 0; i < kMany; ++i) {
    registry::SendingDomain& expected = before[static_cast<std::size_t>(i)];
    expected.last_attempt_at = town.now;
    expected.next_check_at = town.row(i).next_check_at;
    EXPECT_EQ(town.row(i), expected);
  }
  town.now += hours{48};
  town.round();
  EXPECT_EQ(town.count("verified"), kMany);

  town.dns.set(TownDns::State::up);
  town.now += minutes{1};
  town.round();
  EXPECT_FALSE(town.state().holding);
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.count("verified"), kMany);
  EXPECT_THAT(town.actions(), ElementsAre("breaker.tripped", "breaker.cleared"));
  EXPECT_THAT(town.news, ElementsAre(HasSubstr("holds every revocation (canary)"),
                                     HasSubstr("closed again, by system:breaker")));
}

INSTANTIATE_TEST_SUITE_P(Answers, Outage,
                         testing::Values(TownDns::State::silent, TownDns::State::servfail),
                         [](const auto& tested) {
                           return tested.param == TownDns::State::silent ? "Silent" : "Servfail";
                         });

constexpr const char* kDropped = "v=spf1 ip4:192.0.2.0/29 -all";  // the upper half of the pool

TEST(Breaker, AProvidersMistakeInItsOwnRecordSuspendsNoneAndClearsOnceMended) {
  Town town(kMany);
  town.now += hours{1};
  town.publish({.provider = kDropped});
  EXPECT_EQ(town.check_all(), kMany);
  EXPECT_EQ(town.count("verified"), kMany);
  EXPECT_EQ(town.state().reason_code, "canary");
  EXPECT_THAT(town.state().reason, HasSubstr("192.0.2.8"));
  EXPECT_EQ(town.state().counts.held, kMany);

  town.publish({});
  town.now += minutes{1};
  town.round();
  EXPECT_FALSE(town.state().holding);
  EXPECT_EQ(town.row(7).next_check_at, town.row(8).next_check_at);
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.count("verified"), kMany);
}

TEST(Breaker, AMistakeOfTheSameSecondSuspendsAtMostTheThresholdThenHolds) {
  Town town(kMany);
  town.publish({}, {0});
  town.check(0);  // asks the canary, which passes
  EXPECT_EQ(town.count("suspended"), 1);
  town.publish({.provider = kDropped});
  EXPECT_EQ(town.check_all(), kMany - kLimit);
  EXPECT_EQ(town.count("suspended"), kLimit);
  EXPECT_EQ(town.count("verified"), kMany - kLimit);
  EXPECT_EQ(town.state().reason_code, "share");
  EXPECT_EQ(town.state().counts.held, kMany - kLimit);

  town.publish({});
  town.now += minutes{5};
  town.round();
  EXPECT_TRUE(town.state().holding) << "a share needs a person";
  EXPECT_EQ(town.store().end_hold(HoldEnd::dismissed, town.cause()).value(), kMany - kLimit);
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.count("verified"), kMany) << "those that were lost are back as well";
  EXPECT_THAT(town.actions(), ElementsAre("breaker.tripped", "breaker.dismissed"));
}

TEST(Breaker, AMistakeThatTheCanaryCannotSeeIsConfirmedOrDismissed) {
  Town town(kMany);
  town.now += hours{1};
  town.publish({.host = "v=spf1 -all"});
  const registry::SendingDomain before = town.row(kMany - 1);
  EXPECT_EQ(town.check_all(), kMany - kLimit);
  EXPECT_EQ(town.state().reason_code, "share");
  registry::SendingDomain held = before;
  held.last_attempt_at = town.now;
  held.next_check_at = town.row(kMany - 1).next_check_at;
  EXPECT_EQ(town.row(kMany - 1), held) << "its customer is told of no loss";

  EXPECT_EQ(town.store().end_hold(HoldEnd::dismissed, town.cause()).value(), kMany - kLimit);
  EXPECT_EQ(town.count("verified"), kMany - kLimit) << "a dismissal suspends none";
  EXPECT_EQ(town.check_all(), kMany - 2 * kLimit) << "counted anew, and still lost";

  EXPECT_EQ(town.store().end_hold(HoldEnd::confirmed, town.cause()).value(), kMany - 2 * kLimit);
  EXPECT_EQ(town.count("suspended"), 2 * kLimit) << "not before their check";
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.count("suspended"), kMany);
  EXPECT_FALSE(town.state().holding);
}

TEST(Breaker, ARealRemovalAmongAThousandSuspendsExactlyTheOne) {
  Town town(kMany);
  town.now += hours{1};
  town.publish({}, {500});
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.row(500).status, Status::suspended);
  EXPECT_EQ(town.count("verified"), kMany - 1);
  EXPECT_FALSE(town.state().holding);
  EXPECT_TRUE(town.actions().empty());
}

TEST(Breaker, AtTheEdgeOfTheShareEachLossIsMadeAndOneMoreIsHeld) {
  Town town(1500);  // 2% are 30
  town.now += hours{1};
  std::vector<int> removed;
  for (int i = 0; i < 30; ++i) removed.push_back(i * 50);
  town.publish({}, removed);
  EXPECT_EQ(town.check_all(), 0);
  EXPECT_EQ(town.count("suspended"), 30);
  removed.push_back(1499);
  town.publish({}, removed);
  EXPECT_TRUE(town.check(1499).held);
  town.now += hours{1};
  ASSERT_TRUE(town.store().end_hold(HoldEnd::dismissed, town.cause()).has_value());
  EXPECT_FALSE(town.check(1499).held);
}

TEST(Breaker, TwoProcessesAtOnceDoNotExceedTheLimit) {
  constexpr int kSome = 200;
  Town town(kSome, "town.db");
  town.now += hours{1};
  town.publish({.host = "v=spf1 -all"});
  std::atomic<int> held = 0;
  std::atomic<int> told = 0;
  const auto work = [&](int from) {
    const auto store = std::move(store::open_sqlite(town.path()).value());
    const auto clock = [&] { return town.now; };
    Breaker breaker(town.provider, town.dns, *store, clock, {}, std::chrono::seconds(5),
                    [&](const std::string&) { ++told; });
    int ids = 0;
    Probe probe(
        town.provider, town.dns, *store, clock,
        [&] { return "w" + std::to_string(from) + "-" + std::to_string(++ids); }, {},
        {.timeout = std::chrono::seconds(5), .ownership = {.required = false}}, &breaker);
    for (int i = from; i < kSome; i += 2) {
      const auto checked = probe.verify("4321", Town::name(i), "system:watch");
      ASSERT_TRUE(checked.has_value()) << checked.error().message;
      held += checked->held ? 1 : 0;
    }
  };
  std::thread one(work, 0);
  std::thread other(work, 1);
  one.join();
  other.join();
  EXPECT_EQ(held, kSome - kLimit);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(town.count("suspended"), kLimit);
  EXPECT_THAT(town.actions(), ElementsAre("breaker.tripped"));
}

TEST(Breaker, NobodyLosesPermissionByTimeAloneWhileItHolds) {
  Town town(3);
  town.now += hours{1};
  town.publish({.host = "v=spf1 quux:x"});  // permerror: no refusal
  town.check(0);
  ASSERT_EQ(town.row(0).status, Status::at_risk);
  town.now += hours{23};
  town.dns.set(TownDns::State::silent);
  for (int i = 0; i < 3 * 48; ++i) {
    town.now += minutes{20};
    town.round();
    EXPECT_TRUE(town.row(0).may_send(town.now)) << i;
  }
  town.dns.set(TownDns::State::up);
  town.now += minutes{1};
  town.round();
  ASSERT_FALSE(town.state().holding);
  EXPECT_TRUE(town.row(0).may_send(town.now));
  town.now += hours{1};
  EXPECT_FALSE(town.row(0).may_send(town.now)) << "then its grace is over";
  town.check(0);
  EXPECT_EQ(town.row(0).status, Status::suspended);
}

TEST(Breaker, ThePassOfACanaryFromBeforeTheCheckLetsNothingGo) {
  Town town(3);
  town.now += hours{1};
  town.round();
  town.now += std::chrono::seconds{1};
  town.publish({.provider = kDropped});
  EXPECT_TRUE(town.check(0).held);
  EXPECT_EQ(town.state().reason_code, "canary");
}

TEST(Breaker, WithoutARevocationTheCanaryIsAskedEveryFiveMinutesAndEveryMinuteWhileItHolds) {
  Town town(1);
  town.round();
  town.dns.set(TownDns::State::silent);
  town.now += minutes{4};
  town.round();
  EXPECT_FALSE(town.state().holding);
  town.now += minutes{1};
  town.round();
  EXPECT_TRUE(town.state().holding);
  town.dns.set(TownDns::State::up);
  town.now += std::chrono::seconds{59};
  town.round();
  EXPECT_TRUE(town.state().holding);
  town.now += std::chrono::seconds{1};
  town.round();
  EXPECT_FALSE(town.state().holding);
}

TEST(Breaker, WhoTripsItSaysSoAtOnceAndNobodyElseDoes) {
  for (const bool by_canary : {true, false}) {
    Town town(kLimit + 2, "town.db");
    const auto store = std::move(store::open_sqlite(town.path()).value());
    std::vector<std::string> elsewhere;
    Breaker other(
        town.provider, town.dns, *store, [&] { return town.now; }, {}, std::chrono::seconds(5),
        [&](const std::string& news) { elsewhere.push_back(news); });
    ASSERT_TRUE(other.round().has_value());
    town.now += hours{1};
    town.publish(by_canary ? Published{.provider = kDropped} : Published{.host = "v=spf1 -all"});
    town.check_all();
    EXPECT_THAT(town.news, ElementsAre(HasSubstr(by_canary ? "(canary)" : "(share)")))
        << "before any round";
    town.round();
    ASSERT_TRUE(other.round().has_value());
    EXPECT_EQ(town.news.size(), 1U);
    EXPECT_TRUE(elsewhere.empty()) << "in another program that has looked before";
    std::vector<std::string> begun;
    Breaker late(
        town.provider, town.dns, *store, [&] { return town.now; }, {}, std::chrono::seconds(5),
        [&](const std::string& news) { begun.push_back(news); });
    ASSERT_TRUE(late.round().has_value());
    ASSERT_TRUE(late.round().has_value());
    EXPECT_THAT(begun, ElementsAre(HasSubstr("holds every revocation"))) << "one that begins";
  }
}

TEST(Breaker, ItsThreadLooksAtOnceAndEnds) {
  Town town(1);
  town.dns.set(TownDns::State::silent);
  std::promise<std::string> told;
  Breaker breaker(
      town.provider, town.dns, town.store(), [&] { return town.now; }, {}, std::chrono::seconds(5),
      [&](const std::string& news) { told.set_value(news); });
  breaker.start();
  auto news = told.get_future();
  ASSERT_EQ(news.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_THAT(news.get(), HasSubstr("canary"));
  breaker.stop();
  EXPECT_TRUE(town.state().holding);
}

struct Provided {
  const char* record;
  const char* fault;  ///< a part of it; nothing: none
};

TEST(Canary, IsTheIncludeNamesRecordOverTheWholePool) {
  Town town(0);
  const Provided table[] = {
      {"v=spf1 ip4:192.0.2.0/28 -all", nullptr},
      {"v=spf1 ip4:192.0.2.0/24 ?all", nullptr},
      {"v=spf1 exists:host.test.%{o} ip4:192.0.2.0/28 -all", nullptr},
      {"v=spf1 include:spf.%{h} -all", nullptr},
      {"v=spf1 include:%{h} -all", "permerror"},
      {"v=spf1 a:%{h}/29 -all", "does not let 192.0.2.8 pass as out.mailer.test"},
      {"v=spf1 ip4:192.0.2.0/29 -all", "does not let 192.0.2.8 pass as out.mailer.test"},
      {"v=spf1 ?ip4:192.0.2.0/28 -all", "does not let 192.0.2.0 pass"},
      {"v=spf1 ip4:192.0.2.0/33", "permerror"},
      {"no record of the kind", "none"},
  };
  for (const Provided& row : table) {
    town.publish({.provider = row.record});
    const auto fault =
        canary_fault(town.provider, town.dns, town.now, std::chrono::milliseconds(5000));
    ASSERT_EQ(fault.has_value(), row.fault != nullptr) << row.record << fault.value_or("");
    if (!fault) continue;
    EXPECT_THAT(*fault, HasSubstr(row.fault)) << row.record;
  }
  town.dns.set(TownDns::State::servfail);
  const auto fault =
      canary_fault(town.provider, town.dns, town.now, std::chrono::milliseconds(5000));
  ASSERT_TRUE(fault.has_value());
  EXPECT_THAT(*fault, HasSubstr("temperror"));
}

}  // namespace
}  // namespace mandate::verification
