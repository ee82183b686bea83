// What the breaker holds it holds whole: neither a domain nor a claim to it loses anything, and no
// account is told of what did not happen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "two_accounts.h"
#include "verification/breaker.h"

namespace mandate::verification {
namespace {

using registry::HoldEnd;
using registry::SendingDomain;
using std::chrono::minutes;
using testing::ElementsAre;

/// `other` claims a domain that `4321` holds, and the claim has waited an hour.
class HeldClaim : public TwoAccounts {
 protected:
  void SetUp() override {
    TwoAccounts::SetUp();
    name_in_record({kToken});
    ASSERT_EQ(check("4321").status, Status::verified);
    name_in_record({kToken, kOther});
    ASSERT_EQ(check("other").reason_code, "claimed");
    ASSERT_EQ(check("4321").status, Status::verified);
    matures_ = now_ + hours{24};
    now_ += hours{1};
  }
  Probe& probe() override { return guarded_; }

  /// The row as the hold is to leave it: but for the times of its checks.
  SendingDomain kept(SendingDomain before) {
    const SendingDomain now = of(before.account_id);
    before.last_attempt_at = now_;
    before.next_check_at = now.next_check_at;
    return before;
  }
  /// Of all accounts, and not of the provider.
  std::size_t events() {
    std::size_t count = 0;
    const auto all = store_->events(std::nullopt, {}).value();
    for (const registry::Event& event : all) count += event.account_id.empty() ? 0U : 1U;
    return count;
  }
  bool is_held(const std::string& account) {
    const auto checked = probe().verify(account, name_, "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    return checked->held;
  }

  std::chrono::sys_seconds matures_;
  Breaker breaker_{provider_,
                   dns_,
                   *store_,
                   [this] { return now_; },
                   {.share = 0, .at_least = 0},
                   std::chrono::seconds(5),
                   {}};
  Probe guarded_{provider_,
                 dns_,
                 *store_,
                 [this] { return now_; },
                 [this] { return "g" + std::to_string(++ids_); },
                 {},
                 {.timeout = std::chrono::seconds(5)},
                 &breaker_};
};

TEST_F(HeldClaim, KeepsItsTimeWhileTheProvidersOwnRecordIsBroken) {
  const SendingDomain holder = of("4321");
  const SendingDomain claimant = of("other");
  const std::size_t before = events();
  dns_.provider = "v=spf1 ip4:192.0.2.0/29 -all";  // half of the pool
  name_in_record({kToken, kOther});
  EXPECT_TRUE(is_held("other"));
  EXPECT_EQ(of("other"), kept(claimant));
  EXPECT_EQ(of("4321"), holder) << "the one is told nothing of the other";
  EXPECT_TRUE(is_held("4321"));
  EXPECT_EQ(of("4321"), kept(holder));
  EXPECT_EQ(of("other"), kept(claimant));
  EXPECT_EQ(events(), before);

  dns_.provider = "v=spf1 ip4:192.0.2.0/28 -all";
  name_in_record({kToken, kOther});
  now_ += minutes{1};
  ASSERT_TRUE(breaker_.round().has_value());
  EXPECT_EQ(of("other").next_check_at, now_);
  EXPECT_EQ(check("other").claim_matures_at, matures_) << "it does not begin anew";
  EXPECT_EQ(check("4321").contested_until, matures_);
  EXPECT_EQ(events(), before);
  now_ = matures_;
  EXPECT_EQ(check("other").status, Status::verified);
}

TEST_F(HeldClaim, IsListedAsAClaimAndEndsOnceConfirmed) {
  const registry::Cause by{.actor = "system:breaker", .at = now_};
  ASSERT_TRUE(store_->trip_breaker(registry::kHeldByShare, "So many.", by).has_value());
  name_in_record({kToken});
  EXPECT_TRUE(is_held("other"));
  const auto held = store_->held_revocations({}).value();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].account_id, "other");
  EXPECT_TRUE(held[0].of_claim);
  ASSERT_TRUE(store_->end_hold(HoldEnd::confirmed, by).has_value());
  EXPECT_FALSE(is_held("other"));
  EXPECT_EQ(of("other").claim_matures_at, std::nullopt);
  EXPECT_EQ(of("4321").contested_at, std::nullopt);
  EXPECT_THAT(told("4321"), ElementsAre("contested", "contest_ended"));
}

TEST_F(HeldClaim, IsNoneWhereTheDnsCanBeBelievedAndItsEndIsNotCounted) {
  name_in_record({kToken});
  EXPECT_FALSE(is_held("other")) << "though not one revocation would be let happen";
  EXPECT_EQ(of("other").claim_matures_at, std::nullopt);
  EXPECT_FALSE(store_->breaker().value().holding);
  EXPECT_THAT(told("other"), ElementsAre("claim_started", "claim_ended"));
}

TEST_F(HeldClaim, OfADomainThatIsHandedOnWaitsAsLongAsTheHoldersLossIsHeld) {
  name_in_record({kOther});
  EXPECT_TRUE(is_held("4321")) << "one revocation is one too many here";
  EXPECT_EQ(of("other").claim_matures_at, matures_);
  EXPECT_NE(of("other").next_check_at, now_) << "it still is held";
  EXPECT_EQ(check("other").reason_code, "claimed");
  const registry::Cause person{.actor = "person:ann", .at = now_};
  ASSERT_TRUE(store_->end_hold(HoldEnd::confirmed, person).has_value());
  EXPECT_EQ(check("4321").status, Status::suspended);
  EXPECT_EQ(of("other").next_check_at, now_);
  EXPECT_EQ(check("other").status, Status::verified);
}

}  // namespace
}  // namespace mandate::verification
