#include "registry/check_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "registry/retry_delay.h"
#include "registry/transition.h"

namespace mandate::registry {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

constexpr sys_seconds kSince{1'700'000'000s};
constexpr auto kDay = 24h;

/// In that state for some time, and checked at this moment.
SendingDomain after(Status status, seconds elapsed) {
  SendingDomain domain;
  domain.status = status;
  domain.created_at = domain.status_since = kSince;
  domain.last_attempt_at = domain.last_checked_at = kSince + elapsed;
  return domain;
}

TEST(RetryDelay, DoublesFromHalfAMinuteToAnHour) {
  const std::pair<int, seconds> cases[]{{0, 30s},           {1, 30s},   {2, 60s},   {3, 120s},
                                        {6, 960s},          {7, 1920s}, {8, 3600s}, {9, 3600s},
                                        {1'000'000, 3600s}, {-5, 30s}};
  for (const auto& [attempts, delay] : cases) EXPECT_EQ(retry_delay(attempts), delay) << attempts;
}

TEST(CheckSchedule, EachStateHasItsInterval) {
  const struct {
    Status status;
    seconds elapsed;
    CheckTiming timing;
    std::optional<seconds> wait;
  } cases[] = {
      // Pending: half of the time so far, within 10 s and what the caches hold.
      {Status::pending, 0s, {300s}, 10s},
      {Status::pending, 19s, {300s}, 10s},
      {Status::pending, 60s, {300s}, 30s},
      {Status::pending, 10min, {300s}, 300s},
      {Status::pending, 71h, {300s}, 300s},
      {Status::pending, 71h, {5s}, 1min},
      {Status::pending, 71h, {0s}, 1min},
      {Status::pending, 71h, {kDay}, 1h},
      {Status::pending, 71h, {}, 1h},
      {Status::pending, 1h, {}, 30min},
      // A clock that was set back.
      {Status::pending, -1h, {300s}, 10s},
      // After 72 h slowly, whatever the TTL.
      {Status::pending, 72h - 1s, {300s}, 300s},
      {Status::pending, 72h, {300s}, 6h},
      {Status::pending, 30 * kDay, {300s}, 6h},
      {Status::verified, 0s, {300s}, kDay},
      {Status::verified, 300 * kDay, {300s}, kDay},
      {Status::verified, 0s, {300s, true}, 1h},
      {Status::at_risk, 0s, {300s}, 1h},
      {Status::at_risk, 23h, {300s}, 1h},
      {Status::suspended, 0s, {300s}, 6h},
      {Status::suspended, 300 * kDay, {300s}, 6h},
      {Status::failed, 0s, {300s}, kDay},
      {Status::failed, 30 * kDay - 1s, {300s}, kDay},
      {Status::failed, 30 * kDay, {300s}, std::nullopt},
      {Status::disabled, 0s, {300s}, std::nullopt},
  };
  for (const auto& test : cases) {
    const sys_seconds now = kSince + test.elapsed;
    const auto next = next_check(after(test.status, test.elapsed), test.timing, now, 0);
    const auto expected = test.wait ? std::optional(now + *test.wait) : std::nullopt;
    EXPECT_EQ(next, expected) << text(test.status) << " for " << test.elapsed.count() << " s";
  }
}

TEST(CheckSchedule, ALotShortensByATenthAtMostAndSpreads) {
  const struct {
    Status status;
    seconds whole;
  } cases[] = {{Status::verified, kDay}, {Status::at_risk, 1h}, {Status::suspended, 6h}};
  for (const auto& test : cases) {
    seconds least = test.whole;
    seconds most = 0s;
    for (std::uint64_t lot = 0; lot < 100'000; lot += 7) {
      const auto next = next_check(after(test.status, 0s), {}, kSince, lot).value() - kSince;
      least = std::min<seconds>(least, next);
      most = std::max<seconds>(most, next);
    }
    EXPECT_EQ(most, test.whole) << text(test.status);
    EXPECT_GE(least, test.whole * 9 / 10) << text(test.status);
    EXPECT_LT(least, test.whole * 91 / 100) << text(test.status);
  }
}

TEST(CheckSchedule, NoLotBringsAPendingDomainsCheckBeforeItsLeastInterval) {
  for (const std::uint64_t lot : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{3},
                                  std::numeric_limits<std::uint64_t>::max()}) {
    for (const seconds elapsed : {0s, 19s, 20s, 21s}) {
      const sys_seconds now = kSince + elapsed;
      EXPECT_EQ(next_check(after(Status::pending, elapsed), {}, now, lot), now + 10s) << lot;
    }
  }
}

TEST(CheckSchedule, ACheckThatCouldNotBeMadeIsMadeAgainSoonerAndNeverLater) {
  const struct {
    Status status;
    seconds elapsed;
    int attempts;
    std::optional<seconds> wait;
  } cases[] = {
      {Status::verified, 100 * kDay, 1, 30s},       {Status::verified, 100 * kDay, 2, 60s},
      {Status::verified, 100 * kDay, 99, 1h},       {Status::pending, 5 * kDay, 1, 30s},
      {Status::pending, 5 * kDay, 99, 1h},          {Status::pending, 10s, 99, 10s},
      {Status::suspended, 100 * kDay, 3, 2min},     {Status::failed, 1s, 1, 30s},
      {Status::failed, 99 * kDay, 1, std::nullopt}, {Status::disabled, 1s, 1, std::nullopt},
  };
  for (const auto& test : cases) {
    SendingDomain domain = after(test.status, test.elapsed);
    domain.attempts = test.attempts;
    const sys_seconds now = kSince + test.elapsed;
    const auto expected = test.wait ? std::optional(now + *test.wait) : std::nullopt;
    EXPECT_EQ(next_check(domain, {}, now, 0), expected) << text(test.status) << test.attempts;
  }
}

TEST(CheckSchedule, OneThatAPersonAskedForAndCouldNotBeMadeDoesNotPutTheNextOff) {
  // No worker begun it, so that no attempt is counted.
  SendingDomain domain = after(Status::verified, 0s);
  domain.last_attempt_at = kSince + 1h;
  EXPECT_EQ(next_check(domain, {}, kSince + 1h, 0), kSince + 1h + 30s);
  domain.last_checked_at.reset();
  EXPECT_EQ(next_check(domain, {}, kSince + 1h, 0), kSince + 1h + 30s);
}

TEST(CheckSchedule, AMomentAtWhichTheRowChangesItsMeaningIsNotSleptThrough) {
  for (const auto moment : {&SendingDomain::grace_expires_at, &SendingDomain::claim_matures_at}) {
    SendingDomain domain = after(Status::at_risk, 0s);
    domain.*moment = kSince + 10min;
    EXPECT_EQ(next_check(domain, {}, kSince, 0), kSince + 10min);
    domain.*moment = kSince + 3h;
    EXPECT_EQ(next_check(domain, {}, kSince, 0), kSince + 1h);
    domain.*moment = kSince;
    EXPECT_EQ(next_check(domain, {}, kSince, 0), kSince + 1h) << "it is over";
  }
}

TEST(CheckSchedule, TheNextCheckIsAlwaysLaterThanThisOne) {
  for (const Status status :
       {Status::pending, Status::verified, Status::at_risk, Status::suspended, Status::failed}) {
    for (const auto elapsed : std::vector<seconds>{-kDay, 0s, 1s, 1h, 29 * kDay}) {
      for (const int attempts : {0, 1, 50}) {
        for (const std::uint64_t lot : {std::uint64_t{0}, std::uint64_t{987'654'321}}) {
          SendingDomain domain = after(status, elapsed);
          domain.attempts = attempts;
          domain.grace_expires_at = kSince + elapsed + 1s;
          const auto next = next_check(domain, {0s, true}, kSince + elapsed, lot);
          ASSERT_TRUE(next.has_value()) << text(status);
          EXPECT_GT(*next, kSince + elapsed) << text(status);
        }
      }
    }
  }
}

TEST(CheckSchedule, APublicationIsSeenSoonAndAThousandIdleDaysCostLittle) {
  // How often a domain that never publishes is asked for, with a TTL of five minutes.
  SendingDomain domain = after(Status::pending, 0s);
  int checks = 0;
  for (sys_seconds now = kSince; now < kSince + 1000 * kDay;) {
    domain = after_check(domain, {.kind = CheckFinding::Kind::not_proven}, now);
    ++checks;
    const auto next = next_check(domain, {300s}, now, 0);
    if (!next) break;
    EXPECT_LE(*next - now, std::max<seconds>(10s, (now - kSince) / 2)) << "pending " << checks;
    now = *next;
  }
  EXPECT_EQ(domain.status, Status::failed);
  // 72 h of every five minutes, 27 days of every six hours, 30 days of every day.
  EXPECT_GT(checks, 864 + 108 + 29);
  EXPECT_LT(checks, 864 + 108 + 31 + 10);
}

}  // namespace
}  // namespace mandate::registry
