// Two accounts fight over one domain: only what the DNS says wins, and the holder is told first.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "registry/transition.h"
#include "two_accounts.h"

namespace mandate::verification {
namespace {

using Told = std::vector<std::string>;

TEST_F(TwoAccounts, OnlyTheOneThatTheDomainNamesIsVerified) {
  name_in_record({kToken});
  EXPECT_EQ(check("other").status, Status::pending);
  EXPECT_EQ(of("other").reason_code, "owned_by_other");
  EXPECT_EQ(check("4321").status, Status::verified);
  EXPECT_EQ(check("other").status, Status::pending);
  EXPECT_EQ(of("4321").contested_at, std::nullopt);
  EXPECT_EQ(told("4321"), Told{});
}

TEST_F(TwoAccounts, ThatBothAreNamedHoldTheDomainTogetherAfterTheClaimsGrace) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kToken, kOther});
  const registry::SendingDomain claimant = check("other");
  EXPECT_EQ(claimant.status, Status::pending);
  EXPECT_EQ(claimant.reason_code, "claimed");
  EXPECT_EQ(claimant.claim_matures_at, now_ + hours{24});
  EXPECT_EQ(of("4321").contested_at, now_);
  EXPECT_EQ(of("4321").contested_until, now_ + hours{24});
  EXPECT_EQ(told("4321"), Told{"contested"});
  EXPECT_EQ(told("other"), Told{"claim_started"});

  now_ += hours{23};
  EXPECT_EQ(check("other").status, Status::pending);
  EXPECT_EQ(check("4321").status, Status::verified);
  EXPECT_EQ(of("4321").contested_at, now_ - hours{23}) << "the holder's own check leaves it";
  now_ += hours{1};
  EXPECT_EQ(check("other").status, Status::verified);
  EXPECT_EQ(check("4321").status, Status::verified);
  EXPECT_EQ(of("4321").contested_at, std::nullopt);
  EXPECT_EQ(of("4321").contested_until, std::nullopt);
  EXPECT_EQ(told("4321"), (Told{"contested", "contest_ended"}));
  EXPECT_EQ(told("other"), (Told{"claim_started", "claim_ended"}));
}

TEST_F(TwoAccounts, ADomainThatIsHandedOnFollowsTheDnsWithoutTheGrace) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kOther});
  EXPECT_EQ(check("other").reason_code, "claimed");
  EXPECT_EQ(check("4321").status, Status::suspended) << "it names only the other one";
  EXPECT_EQ(of("4321").reason_code, "owned_by_other");
  now_ += std::chrono::minutes{1};
  EXPECT_EQ(check("other").status, Status::verified);
  EXPECT_EQ(of("4321").contested_at, std::nullopt);
  EXPECT_EQ(check("4321").status, Status::suspended);
}

TEST_F(TwoAccounts, AClaimThatIsProvenNoMoreEndsAndTheHolderIsToldSo) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kToken, kOther});
  check("other");
  name_in_record({kToken});
  now_ += hours{25};
  EXPECT_EQ(check("other").claim_matures_at, std::nullopt);
  EXPECT_EQ(of("other").status, Status::pending);
  EXPECT_EQ(of("4321").contested_at, std::nullopt);
  EXPECT_EQ(told("4321"), (Told{"contested", "contest_ended"}));
}

TEST_F(TwoAccounts, ASilentDnsNeitherEndsAClaimNorLetsItMature) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kToken, kOther});
  check("other");
  dns_.silent = true;
  now_ += hours{25};
  EXPECT_EQ(check("other").status, Status::pending);
  EXPECT_TRUE(of("other").claim_matures_at.has_value());
  EXPECT_TRUE(of("4321").contested_at.has_value());
}

TEST_F(TwoAccounts, WhatAPersonDoesToTheOneCountsForTheOtherAtOnce) {
  enum class Deed : std::uint8_t { disable, remove };
  const struct {
    Deed deed;
    const char* account;
  } table[] = {{Deed::disable, "4321"},
               {Deed::remove, "4321"},
               {Deed::disable, "other"},
               {Deed::remove, "other"}};
  const auto list = [&](const std::string& account) {
    registry::SendingDomain row;
    row.account_id = account;
    row.domain = name_;
    row.created_at = row.status_since = now_;
    ASSERT_TRUE(store_->add_domain(row, cause_).has_value());
  };
  for (const auto& [deed, account] : table) {
    SCOPED_TRACE(account + std::string(deed == Deed::disable ? " disabled" : " removed"));
    for (const char* each : {"4321", "other"}) {
      if (store_->domain(each, name_).value()) {
        ASSERT_TRUE(store_->remove_domain(each, name_, cause_).has_value());
      }
      list(each);
    }
    name_in_record({kToken});
    ASSERT_EQ(check("4321").status, Status::verified);
    name_in_record({kToken, kOther});
    ASSERT_EQ(check("other").reason_code, "claimed");
    now_ += std::chrono::seconds{5};
    const registry::Cause person{.actor = "person:ann", .at = now_};
    if (deed == Deed::remove) {
      ASSERT_TRUE(store_->remove_domain(account, name_, person).has_value());
    } else {
      const auto disabled = registry::after_disable(of(account), now_);
      ASSERT_TRUE(store_->update_domain(of(account), disabled, {}, person).has_value());
    }
    if (account == std::string("other")) {
      EXPECT_EQ(of("4321").contested_at, std::nullopt);
      EXPECT_EQ(told("4321").back(), "contest_ended");
      EXPECT_EQ(of("4321").status, Status::verified);
    } else {
      EXPECT_EQ(of("other").next_check_at, now_) << "nobody holds the domain any more";
      EXPECT_EQ(check("other").status, Status::verified) << "without the rest of the grace";
      EXPECT_EQ(told("other").back(), "claim_ended");
    }
  }
}

TEST_F(TwoAccounts, AHolderThatChangesMeanwhileIsToldAllTheSame) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kToken, kOther});
  dns_.meanwhile = [this] {
    registry::SendingDomain more = of("4321");
    more.senders.push_back("more@customer.test");
    replace(more);
  };
  check("other");
  EXPECT_EQ(of("4321").contested_at, now_);
  EXPECT_EQ(of("4321").senders.size(), 2U);
}

TEST_F(TwoAccounts, WhereNoOwnershipIsAskedForBothAreVerifiedByTheSharedInclude) {
  Probe careless(
      provider_, dns_, *store_, [this] { return now_; },
      [this] { return "e" + std::to_string(++ids_); }, {},
      {.timeout = std::chrono::seconds(5), .ownership = {.required = false}});
  dns_.publish("v=spf1 include:mailer.test -all");
  for (const char* account : {"4321", "other"}) {
    const auto checked = careless.verify(account, name_, "key:k1");
    ASSERT_TRUE(checked.has_value());
    EXPECT_EQ(checked->domain.status, Status::verified);
    EXPECT_EQ(checked->domain.ownership, registry::Ownership::not_asked);
  }
}

}  // namespace
}  // namespace mandate::verification
