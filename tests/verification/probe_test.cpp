// A domain's life under verification, over zones as the DNS and a real store.
#include "verification/probe.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
    if (meanwhile) std::exchange(meanwhile, {})();
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      facts.push_back(silent ? dns::Fact{.question = question, .detail = "time-out"}
                             : zones.lookup(question, {}));
    }
    return facts;
  }
  void publish(const std::string& record, const std::string& more = "") {
    zones = {};
    const std::string own = record.empty() ? "" : "customer.test TXT \"" + record + "\"\n";
    const auto added = zones.add_file(
        own + "mailer.test TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\ncustomer.test A 192.0.2.99\n" +
            more,
        "z");
    ASSERT_TRUE(added.has_value()) << added.error().text();
  }

  dns::ZoneData zones;
  bool silent = false;
  std::function<void()> meanwhile;  ///< what another does while the next question is under way
};

class ProbeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->add_account({"4321", "", now_}, cause_).has_value());
    registry::SendingDomain row;
    row.account_id = "4321";
    row.domain = name_;
    row.senders = {"news@customer.test"};
    row.created_at = row.status_since = now_;
    ASSERT_TRUE(store_->add_domain(row, cause_).has_value());
  }

  registry::SendingDomain row() { return store_->domain("4321", name_).value().value(); }
  void replace(const registry::SendingDomain& after) {
    ASSERT_TRUE(store_->update_domain(row(), after, {}, cause_).has_value());
  }

  Checked verify() {
    auto checked = probe_.verify("4321", name_, "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    EXPECT_EQ(store_->domain("4321", name_).value(), checked->domain);
    return *checked;
  }

  const dns::Name name_ = dns::Name::parse("customer.test").value();
  const registry::Provider provider_{dns::Name::parse("mailer.test").value(),
                                     {dns::Prefix::parse("192.0.2.0/28").value()},
                                     {"out.mailer.test"},
                                     "no-reply@provider.test",
                                     dns::Name::parse("in.test").value()};
  std::chrono::sys_seconds now_{std::chrono::seconds(1'000'000)};
  const registry::Cause cause_{.actor = "person:test", .at = now_};
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

const registry::Envelope kReturnPath{registry::Mode::return_path,
                                     dns::Name::parse("bounce.customer.test").value()};
const std::string kBounceSpf = "bounce.customer.test TXT \"v=spf1 include:mailer.test -all\"\n";
const std::string kBounceMx = "bounce.customer.test MX 10 in.test\n";
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
  EXPECT_EQ(std::get<registry::Assessment>(again).kind, registry::CheckFinding::Kind::proven);
  EXPECT_EQ(std::get<registry::Assessment>(again).checks, checked.evidence.assessment.checks);
  EXPECT_EQ(evidence->facts, checked.evidence.facts);
  EXPECT_EQ(evidence->at, now_);
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
  expected.next_check_at = now_ + std::chrono::seconds{30};
  EXPECT_EQ(silent.domain, expected);
}

TEST_F(ProbeTest, ANeutralPolicyIsAtRiskAndMayStillSendForTheGrace) {
  dns_.publish(kGood);
  verify();
  dns_.publish("v=spf1 mx ?all");
  const Checked lost = verify();
  EXPECT_EQ(lost.domain.status, Status::at_risk);
  EXPECT_EQ(lost.domain.grace_expires_at, now_ + hours{24});
  EXPECT_TRUE(lost.domain.may_send(now_));
}

TEST_F(ProbeTest, ADomainThatAnotherDisablesMeanwhileStaysDisabled) {
  dns_.publish(kGood);
  dns_.meanwhile = [this] { replace(registry::after_disable(row(), now_)); };
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::disabled);
  EXPECT_EQ(checked.domain.evidence_id, "e1");
  EXPECT_TRUE(store_->evidence_json("4321", "e1").value().has_value());
}

TEST_F(ProbeTest, ACheckThatBeganBeforeAnotherDoesNotUndoWhatThatFound) {
  dns_.publish("v=spf1 a -all");
  // The first answer is in, the record that it tells of is replaced, and another check sees that.
  dns_.meanwhile = [this] {
    dns_.meanwhile = [this] {
      dns_.publish(kGood);
      EXPECT_EQ(verify().domain.status, Status::verified);
    };
  };
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::verified);
  EXPECT_EQ(checked.domain.evidence_id, "e3") << "gathered anew";
  EXPECT_EQ(store_->audit_entries({}, {}).value().back().action, "domain.verified");
}

TEST_F(ProbeTest, ADomainThatAnotherRemovesMeanwhileIsNotFound) {
  dns_.publish(kGood);
  dns_.meanwhile = [this] {
    ASSERT_TRUE(store_->remove_domain("4321", name_, cause_).has_value());
  };
  EXPECT_EQ(probe_.verify("4321", name_, "key:k1").error().kind,
            store::StoreError::Kind::not_found);
}

TEST_F(ProbeTest, ASenderThatComesMeanwhileIsNotProvenByOlderEvidence) {
  // Passes for the sender that was there, and for no other.
  dns_.publish("v=spf1 exists:%{l}.ok.test -all", "news.ok.test A 127.0.0.2\n");
  dns_.meanwhile = [this] {
    registry::SendingDomain more = row();
    more.senders.push_back("forger@customer.test");
    replace(more);
  };
  const Checked checked = verify();
  EXPECT_NE(checked.domain.status, Status::verified);
  EXPECT_EQ(checked.evidence.senders, checked.domain.senders);
  EXPECT_EQ(checked.domain.evidence_id, "e2");
}

TEST_F(ProbeTest, TheSameSenderAloneIsProvenByThatPolicy) {
  dns_.publish("v=spf1 exists:%{l}.ok.test -all", "news.ok.test A 127.0.0.2\n");
  EXPECT_EQ(verify().domain.status, Status::verified);
}

TEST_F(ProbeTest, ARowThatKeepsChangingIsAConflictInTheEnd) {
  dns_.publish(kGood);
  // The evidence id is taken, so that no try can succeed.
  Probe stuck(
      provider_, dns_, *store_, [this] { return now_; }, [] { return "same"; }, {},
      std::chrono::seconds(5));
  ASSERT_TRUE(stuck.verify("4321", name_, "key:k1").has_value());
  const registry::SendingDomain before = row();
  now_ += hours{1};
  EXPECT_EQ(stuck.verify("4321", name_, "key:k1").error().kind, store::StoreError::Kind::conflict);
  EXPECT_EQ(row(), before);
}

TEST_F(ProbeTest, AModeThatIsNotProvenLeavesTheOneThatIs) {
  dns_.publish(kGood);
  const registry::SendingDomain good = verify().domain;
  const auto change = [&] { return probe_.change_mode("4321", name_, kReturnPath, "key:k1"); };
  EXPECT_EQ(change().value().evidence.assessment.reason_code, "no_record");
  EXPECT_EQ(row(), good);
  dns_.publish(kGood, kBounceSpf);
  EXPECT_EQ(change().value().evidence.assessment.reason_code, "bounces_lost");
  EXPECT_EQ(row(), good);
  dns_.silent = true;
  EXPECT_EQ(change().value().evidence.assessment.reason_code, "dns_unavailable");
  EXPECT_EQ(row(), good);
  dns_.silent = false;
  dns_.publish(kGood, kBounceSpf + kBounceMx);
  const Checked changed = change().value();
  EXPECT_EQ(changed.domain, row());
  EXPECT_EQ(registry::envelope_of(row()), kReturnPath);
  EXPECT_EQ(row().status, Status::verified);
  EXPECT_EQ(row().evidence_id, changed.evidence.id);
}

TEST_F(ProbeTest, ADomainThatMayNotSendChangesItsModeAtOnce) {
  dns_.publish("v=spf1 mx -all");
  verify();
  ASSERT_TRUE(probe_.change_mode("4321", name_, kReturnPath, "key:k1").has_value());
  EXPECT_EQ(registry::envelope_of(row()), kReturnPath);
  EXPECT_EQ(row().status, Status::pending);
  EXPECT_EQ(row().reason_code, "no_record");
  dns_.publish("v=spf1 mx -all", kBounceSpf + kBounceMx);
  EXPECT_EQ(verify().domain.status, Status::verified);
}

TEST_F(ProbeTest, BouncesThatAreLostPutTheDomainAtRisk) {
  dns_.publish("", kBounceSpf + kBounceMx);
  ASSERT_TRUE(probe_.change_mode("4321", name_, kReturnPath, "key:k1").has_value());
  EXPECT_EQ(row().status, Status::verified);
  dns_.publish("", kBounceSpf);
  const Checked lost = verify();
  EXPECT_EQ(lost.domain.status, Status::at_risk);
  EXPECT_EQ(lost.domain.reason_code, "bounces_lost");
  EXPECT_TRUE(lost.domain.may_send(now_));
}

TEST_F(ProbeTest, AReturnPathThatComesMeanwhileIsNotProvenByOlderEvidence) {
  dns_.publish(kGood);
  dns_.meanwhile = [this] { replace(registry::with_envelope(row(), kReturnPath)); };
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::pending);
  EXPECT_EQ(checked.evidence.return_path, kReturnPath.return_path);
}

/// A DNS that answers nothing until the deadline, as a resolver behind a dead network.
class DeadDns final : public resolver::Lookup {
 public:
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override {
    deadlines.push_back(deadline);
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      facts.push_back({.question = question, .detail = "no answer by the deadline"});
    }
    return facts;
  }
  std::vector<resolver::Deadline> deadlines;
};

TEST_F(ProbeTest, TheTimeoutBoundsTheWholeAndWhatIsLackingIsUnavailable) {
  DeadDns dead;
  const auto start = std::chrono::steady_clock::now();
  const registry::Evidence evidence =
      gather(provider_, row(), dead, "e1", now_, std::chrono::milliseconds(700));
  EXPECT_EQ(evidence.assessment.kind, registry::CheckFinding::Kind::unavailable);
  EXPECT_EQ(evidence.at, now_);
  ASSERT_FALSE(dead.deadlines.empty());
  for (const resolver::Deadline deadline : dead.deadlines) {
    EXPECT_EQ(deadline, dead.deadlines.front()) << "one deadline for all rounds";
    EXPECT_GE(deadline, start + std::chrono::milliseconds(700));
    EXPECT_LE(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(700));
  }
}

TEST_F(ProbeTest, ADomainThatIsNotThereIsNotFound) {
  const auto other = dns::Name::parse("other.test").value();
  EXPECT_EQ(probe_.verify("4321", other, "key:k1").error().kind,
            store::StoreError::Kind::not_found);
  EXPECT_EQ(probe_.verify("nobody", name_, "key:k1").error().kind,
            store::StoreError::Kind::not_found);
}

}  // namespace
}  // namespace mandate::verification
