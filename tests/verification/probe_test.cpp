// A domain's life under verification, over zones as the DNS and a real store.
#include "verification/probe.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/sqlite_store.h"

namespace mandate::verification {
namespace {

using registry::Status;
using std::chrono::hours;

/// Zones that change while a test runs, and that can go silent.
class ChangingDns final : public resolver::Lookup {
 public:
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline) override {
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      facts.push_back(silent ? dns::Fact{.question = question, .detail = "time-out"}
                             : zones.lookup(question, {}));
    }
    return facts;
  }
  void publish(const std::string& record) {
    zones = {};
    const std::string own = record.empty() ? "" : "customer.test TXT \"" + record + "\"\n";
    const auto added = zones.add_file(
        own + "mailer.test TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\ncustomer.test A 192.0.2.99\n",
        "z");
    ASSERT_TRUE(added.has_value()) << added.error().text();
  }

  dns::ZoneData zones;
  bool silent = false;
};

class ProbeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->add_account({"4321", "", now_}).has_value());
    registry::SendingDomain row;
    row.account_id = "4321";
    row.domain = name_;
    row.senders = {"news@customer.test"};
    row.created_at = row.status_since = now_;
    ASSERT_TRUE(store_->add_domain(row).has_value());
  }

  Checked verify() {
    auto checked = probe_.verify("4321", name_);
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    EXPECT_EQ(store_->domain("4321", name_).value(), checked->domain);
    return *checked;
  }

  const dns::Name name_ = dns::Name::parse("customer.test").value();
  const registry::Provider provider_{dns::Name::parse("mailer.test").value(),
                                     {dns::Prefix::parse("192.0.2.0/28").value()},
                                     {"out.mailer.test"},
                                     "no-reply@provider.test"};
  std::chrono::sys_seconds now_{std::chrono::seconds(1'000'000)};
  int ids_ = 0;
  ChangingDns dns_;
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(":memory:").value());
  Probe probe_{provider_,
               dns_,
               *store_,
               [this] { return now_; },
               [this] { return "e" + std::to_string(++ids_); },
               {},
               std::chrono::seconds(5)};
};

constexpr const char* kGood = "v=spf1 include:mailer.test -all";

TEST_F(ProbeTest, PublicationVerifiesAndTheEvidenceReplays) {
  dns_.publish("v=spf1 mx -all");
  EXPECT_EQ(verify().domain.status, Status::pending);
  dns_.publish(kGood);
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::verified);
  EXPECT_TRUE(checked.domain.may_send(now_));
  const auto json = store_->evidence_json("4321", checked.domain.evidence_id).value();
  ASSERT_TRUE(json.has_value());
  const auto evidence = registry::parse_evidence(*json);
  ASSERT_TRUE(evidence.has_value()) << evidence.error();
  const auto again = registry::assess(evidence->provider, evidence->domain, evidence->senders,
                                      evidence->facts, evidence->at);
  ASSERT_TRUE(std::holds_alternative<registry::Assessment>(again));
  EXPECT_EQ(std::get<registry::Assessment>(again).checks, checked.evidence.assessment.checks);
}

TEST_F(ProbeTest, AnExplicitRefusalSuspendsAtOnce) {
  dns_.publish(kGood);
  verify();
  dns_.publish("v=spf1 mx -all");
  EXPECT_EQ(verify().domain.status, Status::suspended);
}

TEST_F(ProbeTest, AWithdrawalIsAtRiskForTheGraceThenSuspended) {
  dns_.publish(kGood);
  verify();
  dns_.publish("");
  const Checked lost = verify();
  EXPECT_EQ(lost.domain.status, Status::at_risk);
  EXPECT_EQ(lost.domain.reason_code, "no_record");
  EXPECT_TRUE(lost.domain.may_send(now_));
  now_ += hours{25};
  EXPECT_FALSE(lost.domain.may_send(now_));
  EXPECT_EQ(verify().domain.status, Status::suspended);
  dns_.publish(kGood);
  EXPECT_EQ(verify().domain.status, Status::verified);
}

TEST_F(ProbeTest, ASilentDnsChangesNothingButTheAttempt) {
  dns_.publish(kGood);
  const Checked good = verify();
  dns_.silent = true;
  now_ += hours{48};
  const Checked silent = verify();
  EXPECT_EQ(silent.evidence.assessment.kind, registry::CheckFinding::Kind::unavailable);
  registry::SendingDomain expected = good.domain;
  expected.last_attempt_at = now_;
  EXPECT_EQ(silent.domain, expected);
}

TEST_F(ProbeTest, ADomainThatIsNotThereIsNotFound) {
  const auto other = dns::Name::parse("other.test").value();
  EXPECT_EQ(probe_.verify("4321", other).error().kind, store::StoreError::Kind::not_found);
  EXPECT_EQ(probe_.verify("nobody", name_).error().kind, store::StoreError::Kind::not_found);
}

}  // namespace
}  // namespace mandate::verification
