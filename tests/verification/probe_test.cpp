// A domain's life under verification, over zones as the DNS and a real store.
#include "verification/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe_world.h"
#include "registry/timestamp.h"

namespace mandate::verification {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
  const auto again = registry::judge(*evidence);
  ASSERT_TRUE(std::holds_alternative<registry::Judgement>(again));
  const registry::Assessment& assessment = std::get<registry::Judgement>(again).assessment;
  EXPECT_EQ(assessment.kind, registry::CheckFinding::Kind::proven);
  EXPECT_EQ(assessment.checks, checked.evidence.assessment.checks);
  EXPECT_EQ(checked.domain.ownership, registry::Ownership::own_include);
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

TEST_F(ProbeTest, AnEventShowsWhenTheDomainWasDueAndNoLease) {
  dns_.publish(kGood);
  registry::SendingDomain due = row();
  due.next_check_at = now_;
  replace(due);
  now_ += std::chrono::seconds{90};
  ASSERT_EQ(store_->lease_due_domains(now_, now_ + hours{1}, 1).value().size(), 1U);
  verify();
  const auto body = boost::json::parse(store_->events("4321", {}).value().back().body).as_object();
  EXPECT_EQ(body.at("type").as_string(), "domain.verified");
  EXPECT_EQ(body.at("previous_attributes").at("next_check_at").as_string(),
            registry::timestamp(now_ - std::chrono::seconds{90}));
  EXPECT_EQ(row().leased_until, std::nullopt);
}

TEST_F(ProbeTest, AVerdictAsksNothingOfHeloNamesUnlessARecordLeadsThere) {
  const auto asks_of_helo = [&] {
    const auto checked = verify();
    const dns::Name helo = dns::Name::parse("out.mailer.test").value();
    for (const auto& [question, fact] : checked.evidence.facts) {
      if (question.name == helo) return true;
    }
    return false;
  };
  dns_.publish(kGood);
  EXPECT_FALSE(asks_of_helo());
  dns_.publish("v=spf1 a:%{h} include:0123456789abcdef.mailer.test -all");
  EXPECT_TRUE(asks_of_helo());
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
  dns_.publish("v=spf1 exists:%{l}.ok.test -all",
               std::string(kNamed) + "news.ok.test A 127.0.0.2\n");
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
  dns_.publish("v=spf1 exists:%{l}.ok.test -all",
               std::string(kNamed) + "news.ok.test A 127.0.0.2\n");
  EXPECT_EQ(verify().domain.status, Status::verified);
}

TEST_F(ProbeTest, ARowThatKeepsChangingIsAConflictInTheEnd) {
  dns_.publish(kGood);
  // The evidence id is taken, so that no try can succeed.
  Probe stuck(
      provider_, dns_, *store_, [this] { return now_; }, [] { return "same"; }, {},
      {.timeout = std::chrono::seconds(5)});
  ASSERT_TRUE(stuck.verify("4321", name_, "key:k1").has_value());
  const registry::SendingDomain before = row();
  now_ += hours{1};
  EXPECT_EQ(stuck.verify("4321", name_, "key:k1").error().kind, store::StoreError::Kind::conflict);
  EXPECT_EQ(row(), before);
}

/// What changed, and what is coming.
class OutlookTest : public ProbeTest {
 protected:
  void publish_partner(const std::string& record) {
    dns_.publish("v=spf1 include:0123456789abcdef.mailer.test include:partner.test -all",
                 "partner.test TXT \"" + record + "\"\n");
  }
  std::vector<std::string> event_types() {
    std::vector<std::string> out;
    const auto events = store_->events(std::nullopt, {}).value();
    for (const registry::Event& event : events) {
      out.emplace_back(boost::json::parse(event.body).at("type").as_string());
    }
    return out;
  }
  std::vector<std::string> warned() {
    std::vector<std::string> out;
    for (const registry::Warning& warning : row().warnings) out.push_back(warning.code);
    return out;
  }

  const dns::Name partner_ = dns::Name::parse("partner.test").value();
  const std::string grown_ =
      "partner.test, which customer.test includes, now lists `ip4:203.0.113.0/24` as well: 256 "
      "IPv4 addresses gain a pass.";
};

TEST_F(OutlookTest, AChangeIsToldOnceAndStaysOnTheRow) {
  publish_partner("v=spf1 ip4:198.51.100.0/24 -all");
  EXPECT_FALSE(verify().drift.any()) << "nothing to compare with";
  EXPECT_FALSE(verify().drift.any());
  publish_partner("v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 -all");
  now_ += hours{24};
  const auto changed_at = now_;
  EXPECT_THAT(verify().drift.sentences, ElementsAre(grown_));
  EXPECT_THAT(row().changes, ElementsAre(grown_));
  now_ += hours{24};
  EXPECT_FALSE(verify().drift.any());
  EXPECT_THAT(row().changes, ElementsAre(grown_));
  EXPECT_EQ(row().changed_at, changed_at);
  EXPECT_EQ(row().status, Status::verified);
  EXPECT_THAT(event_types(), ElementsAre("domain.verified", "domain.changed"));
}

TEST_F(OutlookTest, AnOutageIsNoChangeBeforeItInItAndBehindIt) {
  publish_partner("v=spf1 ip4:198.51.100.0/24 -all");
  verify();
  dns_.away = partner_;
  publish_partner("v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 -all");
  const Checked without = verify();
  EXPECT_EQ(without.domain.status, Status::verified) << "the pool passes in front of it";
  EXPECT_FALSE(without.drift.any());
  dns_.away.reset();
  EXPECT_FALSE(verify().drift.any()) << "the last evidence does not know it";
  dns_.silent = true;
  EXPECT_FALSE(verify().drift.any());
  dns_.silent = false;
  publish_partner("v=spf1 ip4:198.51.100.0/24 -all");
  EXPECT_TRUE(verify().drift.any()) << "held against the last check that could be made";
}

TEST_F(OutlookTest, AChangeThatMovesTheStateIsToldByItsTransition) {
  dns_.publish(kGood);
  verify();
  dns_.publish("v=spf1 mx ?all");
  const Checked lost = verify();
  EXPECT_TRUE(lost.drift.any());
  EXPECT_EQ(lost.domain.changes, lost.drift.sentences);
  EXPECT_THAT(event_types(), ElementsAre("domain.verified", "domain.at_risk"));
}

TEST_F(OutlookTest, AWarningIsToldWhenItComesAndGoesWithItsCause) {
  publish_partner("v=spf1 ip4:198.51.100.1 -all");
  verify();
  EXPECT_THAT(warned(), IsEmpty());
  publish_partner("v=spf1 ip4:198.51.100.1 a:gone.partner.test mx:gone.partner.test -all");
  verify();
  verify();
  EXPECT_THAT(warned(), ElementsAre("voids_near_limit"));
  EXPECT_THAT(event_types(), ElementsAre("domain.verified", "domain.changed", "domain.warning"));
  dns_.silent = true;
  verify();
  EXPECT_THAT(warned(), ElementsAre("voids_near_limit")) << "nothing is known, nothing changes";
  dns_.silent = false;
  publish_partner("v=spf1 ip4:198.51.100.1 -all");
  verify();
  EXPECT_THAT(warned(), IsEmpty());
  EXPECT_THAT(event_types(),
              ElementsAre("domain.verified", "domain.changed", "domain.warning", "domain.changed"));
}

TEST_F(OutlookTest, EvidenceHasTheWholePolicyAndReplaysToTheSameVerdict) {
  publish_partner("v=spf1 ip4:198.51.100.1 -all");
  const Checked checked = verify();
  const auto json = store_->evidence_json("4321", checked.domain.evidence_id).value().value();
  const registry::Evidence evidence = registry::parse_evidence(json).value();
  EXPECT_NE(evidence.facts.find({partner_, dns::RecordType::txt}), nullptr);
  const auto again = registry::judge(evidence);
  ASSERT_TRUE(std::holds_alternative<registry::Judgement>(again));
  const registry::Assessment& assessment = std::get<registry::Judgement>(again).assessment;
  EXPECT_EQ(assessment.checks, checked.evidence.assessment.checks);
  EXPECT_EQ(assessment.reason, checked.evidence.assessment.reason);
}

TEST_F(OutlookTest, EvidenceThatCannotBeReadIsNothingToCompareWith) {
  publish_partner("v=spf1 ip4:198.51.100.1 -all");
  verify();
  registry::SendingDomain damaged = row();
  damaged.evidence_id = "damaged";
  ASSERT_TRUE(store_->update_domain(row(), damaged, "{}", cause_).has_value());
  publish_partner("v=spf1 ip4:198.51.100.2 -all");
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::verified);
  EXPECT_FALSE(checked.drift.any());
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
  const registry::Evidence evidence = gather(provider_, row(), kToken, dead, "e1", now_,
                                             {.timeout = std::chrono::milliseconds(700)});
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
