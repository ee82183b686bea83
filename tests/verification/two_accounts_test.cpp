// Two accounts fight over one domain: only what the DNS says wins, and the holder is told first.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "probe_world.h"

namespace mandate::verification {
namespace {

/// Two accounts, `4321` and `other`, that list the same domain.
class TwoAccounts : public ProbeTest {
 protected:
  void SetUp() override {
    ProbeTest::SetUp();
    ASSERT_TRUE(store_->add_account({"other", "", now_, kOther}, cause_).has_value());
    registry::SendingDomain second = row();
    second.account_id = "other";
    ASSERT_TRUE(store_->add_domain(second, cause_).has_value());
  }

  registry::SendingDomain of(const std::string& account) {
    return store_->domain(account, name_).value().value();
  }
  registry::SendingDomain check(const std::string& account) {
    auto checked = probe_.verify(account, name_, "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    EXPECT_EQ(of(account), checked->domain);
    return checked->domain;
  }
  void name_in_record(const std::vector<std::string>& tokens) {
    std::string record = "v=spf1 ";
    for (const std::string& token : tokens) record += "include:" + token + ".mailer.test ";
    dns_.publish(record + "-all");
  }
  /// What was told to an account, without transitions.
  std::vector<std::string> told(const std::string& account) {
    std::vector<std::string> out;
    const auto events = store_->events(account, {}).value();
    for (const registry::Event& event : events) {
      for (const std::string type :
           {"claim_started", "claim_ended", "contested", "contest_ended"}) {
        if (event.body.find("\"type\":\"domain." + type + "\"") != std::string::npos) {
          out.push_back(type);
        }
      }
    }
    return out;
  }

  static constexpr const char* kOther = "vvvvvvvvvvvvvvvv";
};

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

TEST_F(TwoAccounts, AHolderWhoseClaimantWasRemovedIsContestedNoMoreByItsOwnCheck) {
  name_in_record({kToken});
  check("4321");
  name_in_record({kToken, kOther});
  check("other");
  ASSERT_TRUE(store_->remove_domain("other", name_, cause_).has_value());
  EXPECT_EQ(check("4321").contested_at, std::nullopt);
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
