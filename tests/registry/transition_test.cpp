#include "registry/transition.h"

#include <gtest/gtest.h>

#include <vector>

namespace mandate::registry {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;
using Kind = CheckFinding::Kind;

constexpr sys_seconds kSince{1'700'000'000s};
constexpr sys_seconds kNow = kSince + 1h;

SendingDomain in(Status status) {
  SendingDomain domain;
  domain.account_id = "4321";
  domain.domain = dns::Name::parse("customer.example").value();
  domain.status = status;
  domain.created_at = domain.status_since = kSince;
  domain.reason_code = "before";
  domain.reason = "As before.";
  domain.evidence_id = "ev-before";
  if (status == Status::at_risk) domain.grace_expires_at = kNow + 1h;
  return domain;
}

CheckFinding found(Kind kind) {
  return {.kind = kind, .reason_code = "why", .reason = "Because.", .evidence_id = "ev-now"};
}

struct Row {
  Status from;
  Status proven;
  Status not_proven;
  Status refused;
  Status disabled;
  Status enabled;
};

constexpr Status kPending = Status::pending, kVerified = Status::verified,
                 kAtRisk = Status::at_risk, kSuspended = Status::suspended,
                 kFailed = Status::failed, kDisabled = Status::disabled;

const std::vector<Row> kTable = {
    {kPending, kVerified, kPending, kPending, kDisabled, kPending},
    {kVerified, kVerified, kAtRisk, kSuspended, kDisabled, kVerified},
    {kAtRisk, kVerified, kAtRisk, kSuspended, kDisabled, kAtRisk},
    {kSuspended, kVerified, kSuspended, kSuspended, kDisabled, kSuspended},
    {kFailed, kVerified, kFailed, kFailed, kDisabled, kFailed},
    {kDisabled, kDisabled, kDisabled, kDisabled, kDisabled, kPending},
};

TEST(Transition, EveryStateAndEventLeadsWhereTheTableSays) {
  for (const Row& row : kTable) {
    const SendingDomain before = in(row.from);
    const auto status = [&](Kind kind) { return after_check(before, found(kind), kNow).status; };
    EXPECT_EQ(status(Kind::proven), row.proven) << text(row.from);
    EXPECT_EQ(status(Kind::not_proven), row.not_proven) << text(row.from);
    EXPECT_EQ(status(Kind::refused), row.refused) << text(row.from);
    EXPECT_EQ(after_disable(before, kNow).status, row.disabled) << text(row.from);
    EXPECT_EQ(after_enable(before, kNow).status, row.enabled) << text(row.from);
  }
}

TEST(Transition, AnUnavailableCheckChangesNothingButTheTimeOfTheAttempt) {
  for (const Row& row : kTable) {
    // Long after every deadline as well: an outage never costs a permission.
    for (const sys_seconds now : {kNow, kNow + 10'000h}) {
      SendingDomain expected = in(row.from);
      expected.last_attempt_at = now;
      EXPECT_EQ(after_check(in(row.from), found(Kind::unavailable), now), expected)
          << text(row.from);
    }
  }
}

TEST(Transition, ACheckThatCouldBeMadeRecordsItsTimesItsReasonAndItsEvidence) {
  for (const Row& row : kTable) {
    for (const Kind kind : {Kind::proven, Kind::not_proven, Kind::refused}) {
      const auto after = after_check(in(row.from), found(kind), kNow);
      const bool proven = kind == Kind::proven;
      EXPECT_EQ(after.last_attempt_at, kNow);
      EXPECT_EQ(after.last_checked_at, kNow);
      EXPECT_EQ(after.evidence_id, "ev-now");
      const bool has_reason = !proven && row.from != Status::disabled;
      EXPECT_EQ(after.reason_code, has_reason ? "why" : "") << text(row.from);
      EXPECT_EQ(after.reason, has_reason ? "Because." : "") << text(row.from);
      EXPECT_EQ(after.last_verified_at.has_value(), proven);
    }
  }
}

TEST(Transition, ADisabledDomainHasNoReasonOfAnEarlierCheck) {
  for (const Row& row : kTable) {
    SendingDomain checked = in(row.from);
    checked.reason_code = "why";
    checked.reason = "Because.";
    const SendingDomain disabled = after_disable(checked, kNow);
    EXPECT_EQ(disabled.reason_code, "") << text(row.from);
    EXPECT_EQ(disabled.reason, "") << text(row.from);
    EXPECT_EQ(after_enable(disabled, kNow).reason, "");
  }
}

TEST(Transition, ACheckThatComesToAnEndGivesTheLeaseBack) {
  for (const Kind kind : {Kind::proven, Kind::not_proven, Kind::refused, Kind::unavailable}) {
    SendingDomain leased = in(Status::verified);
    leased.leased_until = kNow + 600s;
    EXPECT_EQ(after_check(leased, found(kind), kNow).leased_until, std::nullopt);
    EXPECT_EQ(after_disable(leased, kNow).leased_until, std::nullopt);
  }
}

TEST(Transition, TheStatusIsSinceTheChangeAndNotSinceTheCheck) {
  for (const Row& row : kTable) {
    for (const Kind kind : {Kind::proven, Kind::not_proven, Kind::refused}) {
      const auto after = after_check(in(row.from), found(kind), kNow);
      EXPECT_EQ(after.status_since, after.status == row.from ? kSince : kNow) << text(row.from);
    }
  }
}

TEST(Transition, GraceIsKnownOnlyWhileAtRisk) {
  for (const Row& row : kTable) {
    for (const Kind kind : {Kind::proven, Kind::not_proven, Kind::refused}) {
      const auto after = after_check(in(row.from), found(kind), kNow);
      EXPECT_EQ(after.grace_expires_at.has_value(), after.status == Status::at_risk);
    }
    EXPECT_FALSE(after_disable(in(row.from), kNow).grace_expires_at);
  }
}

TEST(Transition, TheGraceBeginsWithTheFirstLossAndIsNotExtendedByTheNext) {
  const Patience patience{.grace = 2h};
  auto domain = after_check(in(Status::verified), found(Kind::not_proven), kNow, patience);
  EXPECT_EQ(domain.grace_expires_at, kNow + 2h);
  domain = after_check(domain, found(Kind::not_proven), kNow + 2h - 1s, patience);
  EXPECT_EQ(domain.status, Status::at_risk);
  EXPECT_EQ(domain.grace_expires_at, kNow + 2h);
  domain = after_check(domain, found(Kind::not_proven), kNow + 2h, patience);
  EXPECT_EQ(domain.status, Status::suspended);
  EXPECT_EQ(domain.status_since, kNow + 2h);
}

TEST(Transition, WithoutGraceALossSuspendsAtOnce) {
  const Patience patience{.grace = 0s};
  EXPECT_EQ(after_check(in(Status::verified), found(Kind::not_proven), kNow, patience).status,
            Status::suspended);
}

TEST(Transition, AtRiskWithoutAnEndOfGraceIsNotAtRiskForEver) {
  SendingDomain damaged = in(Status::at_risk);
  damaged.grace_expires_at.reset();
  EXPECT_EQ(after_check(damaged, found(Kind::not_proven), kNow).status, Status::suspended);
}

TEST(Transition, PendingFailsOnceItsTimeIsOverAndMayStillBeProven) {
  const Patience patience{.pending_for = 48h};
  for (const Kind kind : {Kind::not_proven, Kind::refused}) {
    EXPECT_EQ(after_check(in(Status::pending), found(kind), kSince + 48h - 1s, patience).status,
              Status::pending);
    EXPECT_EQ(after_check(in(Status::pending), found(kind), kSince + 48h, patience).status,
              Status::failed);
  }
  EXPECT_EQ(after_check(in(Status::pending), found(Kind::proven), kSince + 480h, patience).status,
            Status::verified);
}

TEST(Transition, EnablingGivesPendingItsWholeTimeAgain) {
  auto domain = after_disable(in(Status::failed), kSince + 100h);
  domain = after_enable(domain, kSince + 200h);
  EXPECT_EQ(domain.status, Status::pending);
  EXPECT_EQ(domain.status_since, kSince + 200h);
  const Patience patience{.pending_for = 48h};
  EXPECT_EQ(after_check(domain, found(Kind::not_proven), kSince + 201h, patience).status,
            Status::pending);
}

TEST(Transition, SwitchingTwiceChangesNothingMore) {
  for (const Row& row : kTable) {
    const auto disabled = after_disable(in(row.from), kNow);
    EXPECT_EQ(after_disable(disabled, kNow + 1h), disabled);
    const auto enabled = after_enable(disabled, kNow + 2h);
    EXPECT_EQ(after_enable(enabled, kNow + 3h), enabled);
  }
}

}  // namespace
}  // namespace mandate::registry
