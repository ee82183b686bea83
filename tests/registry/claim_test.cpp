// Two accounts and one domain: every pair of what the claimant was and what its check found.
#include "registry/claim.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "registry/transition.h"

namespace mandate::registry {
namespace {

using std::chrono::hours;
using Kind = CheckFinding::Kind;

constexpr std::chrono::sys_seconds kNow{hours{500'000}};
constexpr hours kGrace{24};

SendingDomain row(const std::string& account, Status status) {
  SendingDomain out;
  out.account_id = account;
  out.domain = dns::Name::parse("customer.example").value();
  out.status = status;
  out.created_at = out.status_since = kNow - hours{48};
  out.ownership = Ownership::own_include;
  out.next_check_at = kNow + hours{12};
  if (status == Status::at_risk) out.grace_expires_at = kNow + hours{1};
  return out;
}

SendingDomain checked(const SendingDomain& before, Kind kind,
                      const std::vector<SendingDomain>& others,
                      std::chrono::sys_seconds now = kNow) {
  const CheckFinding finding{kind, kind == Kind::proven ? "" : "include_missing", "", "e1"};
  return after_claim(before, after_check(before, finding, now), others, now, kGrace);
}

TEST(Claim, EveryPairOfClaimantAndHolder) {
  const struct {
    Status claimant;
    Status holder;
    Status after;
    bool claims;
  } table[] = {{Status::pending, Status::verified, Status::pending, true},
               {Status::pending, Status::at_risk, Status::pending, true},
               {Status::pending, Status::pending, Status::verified, false},
               {Status::pending, Status::suspended, Status::verified, false},
               {Status::pending, Status::failed, Status::verified, false},
               {Status::pending, Status::disabled, Status::verified, false},
               {Status::suspended, Status::verified, Status::suspended, true},
               {Status::suspended, Status::suspended, Status::verified, false},
               {Status::failed, Status::verified, Status::failed, true},
               {Status::failed, Status::pending, Status::verified, false},
               {Status::verified, Status::verified, Status::verified, false},
               {Status::at_risk, Status::verified, Status::verified, false},
               {Status::disabled, Status::verified, Status::disabled, false}};
  for (const auto& pair : table) {
    SCOPED_TRACE(std::string(text(pair.claimant)) + " claims from " +
                 std::string(text(pair.holder)));
    const SendingDomain before = row("b", pair.claimant);
    const SendingDomain after = checked(before, Kind::proven, {row("a", pair.holder), before});
    EXPECT_EQ(text(after.status), text(pair.after));
    EXPECT_EQ(after.claim_matures_at.has_value(), pair.claims);
    EXPECT_EQ(after.reason_code, pair.claims ? "claimed" : "");
    EXPECT_EQ(after.evidence_id, "e1");
    if (!pair.claims) continue;
    EXPECT_EQ(after.claim_matures_at, kNow + kGrace);
    EXPECT_EQ(after.status_since, before.status_since);
    EXPECT_FALSE(after.may_send(kNow));
  }
}

TEST(Claim, WithoutProofThereIsNoneAndTheHolderIsNotTouched) {
  const SendingDomain holder = row("a", Status::verified);
  for (const Kind kind : {Kind::not_proven, Kind::refused}) {
    for (const Status status : {Status::pending, Status::suspended, Status::failed}) {
      const SendingDomain before = row("b", status);
      const SendingDomain after = checked(before, kind, {holder, before});
      EXPECT_EQ(after.claim_matures_at, std::nullopt);
      EXPECT_EQ(after_contest(holder, std::vector{holder, after}, kNow), holder);
    }
  }
}

TEST(Claim, TakesEffectAfterItsGraceAndNotBefore) {
  const SendingDomain holder = row("a", Status::verified);
  SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  const auto matures = claimant.claim_matures_at.value();
  claimant = checked(claimant, Kind::proven, {holder}, matures - std::chrono::seconds{1});
  EXPECT_EQ(claimant.claim_matures_at, matures) << "it does not begin anew";
  EXPECT_EQ(claimant.status, Status::pending);
  claimant = checked(claimant, Kind::proven, {holder}, matures);
  EXPECT_EQ(claimant.status, Status::verified);
  EXPECT_EQ(claimant.claim_matures_at, std::nullopt);
  EXPECT_EQ(claimant.reason_code, "");
}

TEST(Claim, EndsWhenItIsProvenNoMoreAndBeginsAnewLater) {
  const SendingDomain holder = row("a", Status::verified);
  SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  claimant = checked(claimant, Kind::not_proven, {holder}, kNow + hours{23});
  EXPECT_EQ(claimant.claim_matures_at, std::nullopt);
  claimant = checked(claimant, Kind::proven, {holder}, kNow + hours{30});
  EXPECT_EQ(claimant.claim_matures_at, kNow + hours{30} + kGrace);
}

TEST(Claim, NeedNotWaitOnceNobodyHoldsTheDomain) {
  const SendingDomain holder = row("a", Status::verified);
  const SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  const SendingDomain lost = row("a", Status::suspended);
  EXPECT_EQ(after_contest(claimant, std::vector{lost, claimant}, kNow).next_check_at, kNow);
  EXPECT_EQ(checked(claimant, Kind::proven, {lost}, kNow + hours{1}).status, Status::verified);
}

TEST(Claim, AHolderThatMayNotSendDelaysNoneWhoeverSawToThat) {
  const SendingDomain holder = row("a", Status::verified);
  const SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  SendingDomain expired = row("a", Status::at_risk);
  expired.grace_expires_at = kNow;
  std::vector<SendingDomain> table{expired, after_disable(holder, kNow)};
  for (const Status status : {Status::pending, Status::suspended, Status::failed}) {
    table.push_back(row("a", status));
  }
  for (const SendingDomain& lost : table) {
    SCOPED_TRACE(text(lost.status));
    const SendingDomain told = after_contest(claimant, std::vector{lost, claimant}, kNow);
    EXPECT_EQ(told.next_check_at, kNow);
    const SendingDomain owner = checked(told, Kind::proven, {lost});
    EXPECT_EQ(owner.status, Status::verified);
    EXPECT_EQ(owner.claim_matures_at, std::nullopt);
    EXPECT_EQ(after_contest(lost, std::vector{lost, claimant}, kNow), lost);
  }
}

TEST(Claim, TheHolderKnowsWhenTheFirstOfItsClaimsTakesEffect) {
  const SendingDomain holder = row("a", Status::verified);
  SendingDomain first = row("b", Status::pending);
  first.claim_matures_at = kNow + hours{3};
  SendingDomain second = row("c", Status::suspended);
  second.claim_matures_at = kNow + hours{2};
  const SendingDomain told = after_contest(holder, std::vector{holder, first, second}, kNow);
  EXPECT_EQ(told.contested_until, kNow + hours{2});
  const SendingDomain later = after_contest(told, std::vector{told, first}, kNow + hours{1});
  EXPECT_EQ(later.contested_until, kNow + hours{3});
  EXPECT_EQ(later.contested_at, kNow) << "one contest, whoever claims";
  EXPECT_EQ(after_contest(later, std::vector{later}, kNow).contested_until, std::nullopt);
}

TEST(Claim, AHolderWhoseGraceIsOverHoldsNothing) {
  SendingDomain holder = row("a", Status::at_risk);
  holder.grace_expires_at = kNow;
  EXPECT_EQ(checked(row("b", Status::pending), Kind::proven, {holder}).status, Status::verified);
}

TEST(Claim, ThereIsNoneWhereNoProofNamesAnAccount) {
  SendingDomain before = row("b", Status::pending);
  before.ownership = Ownership::not_asked;
  const SendingDomain after = checked(before, Kind::proven, {row("a", Status::verified)});
  EXPECT_EQ(after.status, Status::verified);
}

TEST(Claim, TheHolderIsContestedAsLongAsItLastsAndIsCheckedAtOnce) {
  SendingDomain holder = row("a", Status::verified);
  const SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  holder = after_contest(holder, std::vector{holder, claimant}, kNow);
  EXPECT_EQ(holder.contested_at, kNow);
  EXPECT_EQ(holder.next_check_at, kNow);
  EXPECT_EQ(holder.status, Status::verified);
  holder.next_check_at = kNow + hours{12};
  EXPECT_EQ(after_contest(holder, std::vector{holder, claimant}, kNow + hours{1}), holder)
      << "once";
  SendingDomain ended = claimant;
  ended.claim_matures_at.reset();
  EXPECT_EQ(after_contest(holder, std::vector{holder, ended}, kNow + hours{2}).contested_at,
            std::nullopt);
  EXPECT_EQ(after_contest(holder, std::vector{holder}, kNow + hours{2}).contested_at, std::nullopt)
      << "the claimant's row was removed";
}

TEST(Claim, ARowThatAWorkerHoldsIsNotMadeDue) {
  SendingDomain holder = row("a", Status::verified);
  holder.attempts = 1;
  const SendingDomain claimant = checked(row("b", Status::pending), Kind::proven, {holder});
  const SendingDomain told = after_contest(holder, std::vector{holder, claimant}, kNow);
  EXPECT_EQ(told.contested_at, kNow);
  EXPECT_EQ(told.next_check_at, holder.next_check_at);
}

TEST(Claim, ADisabledClaimantContestsNothing) {
  SendingDomain claimant =
      checked(row("b", Status::pending), Kind::proven, {row("a", Status::verified)});
  ASSERT_TRUE(claimant.claim_matures_at.has_value());
  claimant = after_disable(claimant, kNow);
  EXPECT_EQ(claimant.claim_matures_at, std::nullopt);
  const SendingDomain holder = row("a", Status::verified);
  EXPECT_EQ(after_contest(holder, std::vector{holder, claimant}, kNow), holder);
}

}  // namespace
}  // namespace mandate::registry
