// A domain that sends with a return path, under verification, and how it comes to do so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "probe_world.h"

namespace mandate::verification {
namespace {

const registry::Envelope kReturnPath{registry::Mode::return_path,
                                     dns::Name::parse("bounce.customer.test").value()};
const std::string kBounceSpf =
    "bounce.customer.test TXT \"v=spf1 include:0123456789abcdef.mailer.test -all\"\n";
const std::string kBounceMx = "bounce.customer.test MX 10 in.test\n";

class ReturnPathTest : public ProbeTest {
 protected:
  Checked change() {
    auto changed = probe_.change_mode("4321", name_, kReturnPath, "key:k1");
    EXPECT_TRUE(changed.has_value()) << changed.error().message;
    EXPECT_EQ(row(), changed->domain);
    return *changed;
  }
};

TEST_F(ReturnPathTest, AModeThatIsNotProvenLeavesTheOneThatIs) {
  dns_.publish(kGood);
  const registry::SendingDomain good = verify().domain;
  EXPECT_EQ(change().evidence.assessment.reason_code, "no_record");
  EXPECT_EQ(row(), good);
  dns_.publish(kGood, kBounceSpf);
  EXPECT_EQ(change().evidence.assessment.reason_code, "bounces_lost");
  EXPECT_EQ(row(), good);
  dns_.silent = true;
  EXPECT_EQ(change().evidence.assessment.reason_code, "dns_unavailable");
  EXPECT_EQ(row(), good);
  dns_.silent = false;
  dns_.publish(kGood, kBounceSpf + kBounceMx);
  const Checked changed = change();
  EXPECT_EQ(registry::envelope_of(row()), kReturnPath);
  EXPECT_EQ(row().status, Status::verified);
  EXPECT_EQ(row().evidence_id, changed.evidence.id);
}

TEST_F(ReturnPathTest, ADomainThatMayNotSendChangesItsModeAtOnce) {
  dns_.publish("v=spf1 mx -all");
  verify();
  EXPECT_EQ(registry::envelope_of(change().domain), kReturnPath);
  EXPECT_EQ(row().status, Status::pending);
  EXPECT_EQ(row().reason_code, "no_record");
  dns_.publish("v=spf1 mx -all", kBounceSpf + kBounceMx + kNamed);
  EXPECT_EQ(verify().domain.status, Status::verified);
  EXPECT_EQ(row().ownership, registry::Ownership::token);
}

TEST_F(ReturnPathTest, TheAccountsIncludeAtTheReturnPathDoesNotProveWhoseTheDomainIs) {
  dns_.publish("v=spf1 mx -all", kBounceSpf + kBounceMx);
  const Checked changed = change();
  EXPECT_EQ(changed.domain.status, Status::pending);
  EXPECT_EQ(changed.domain.reason_code, "ownership_missing");
  EXPECT_THAT(changed.domain.reason, testing::HasSubstr("_mandate.customer.test"));
  dns_.publish(kGood, kBounceSpf + kBounceMx);
  EXPECT_EQ(verify().domain.status, Status::verified);
  EXPECT_EQ(row().ownership, registry::Ownership::own_include);
}

TEST_F(ReturnPathTest, BouncesThatAreLostPutTheDomainAtRisk) {
  dns_.publish("", kBounceSpf + kBounceMx + kNamed);
  EXPECT_EQ(change().domain.status, Status::verified);
  dns_.publish("", kBounceSpf + kNamed);
  const Checked lost = verify();
  EXPECT_EQ(lost.domain.status, Status::at_risk);
  EXPECT_EQ(lost.domain.reason_code, "bounces_lost");
  EXPECT_TRUE(lost.domain.may_send(now_));
}

TEST_F(ReturnPathTest, ThatComesMeanwhileIsNotProvenByOlderEvidence) {
  dns_.publish(kGood);
  dns_.meanwhile = [this] { replace(registry::with_envelope(row(), kReturnPath)); };
  const Checked checked = verify();
  EXPECT_EQ(checked.domain.status, Status::pending);
  EXPECT_EQ(checked.evidence.return_path, kReturnPath.return_path);
}

TEST_F(ReturnPathTest, ItsOwnPolicyIsTheOneThatIsHeldAgainstTheLast) {
  dns_.publish("v=spf1 mx -all", kBounceSpf + kBounceMx + kNamed);
  change();
  dns_.publish("v=spf1 a -all", kBounceSpf + kBounceMx + kNamed);
  EXPECT_FALSE(verify().drift.any()) << "the domain's record is not what receivers check";
  dns_.publish("v=spf1 a -all",
               "bounce.customer.test TXT \"v=spf1 include:0123456789abcdef.mailer.test "
               "ip4:203.0.113.0/24 -all\"\n" +
                   kBounceMx + kNamed);
  const Checked grown = verify();
  ASSERT_EQ(grown.drift.sentences.size(), 1U);
  EXPECT_THAT(grown.drift.sentences[0], testing::HasSubstr("bounce.customer.test"));
}

TEST_F(ReturnPathTest, StrictAlignmentIsWarnedOf) {
  const std::string zone = kBounceSpf + kBounceMx + kNamed;
  dns_.publish("", zone + "_dmarc.customer.test TXT \"v=DMARC1; p=reject; aspf=s\"\n");
  ASSERT_EQ(change().domain.warnings.size(), 1U);
  EXPECT_EQ(row().warnings[0].code, "spf_unaligned");
  EXPECT_THAT(row().warnings[0].message, testing::HasSubstr("aspf=s"));
  dns_.publish("", zone + "_dmarc.customer.test TXT \"v=DMARC1; p=reject\"\n");
  EXPECT_THAT(verify().domain.warnings, testing::IsEmpty());
}

}  // namespace
}  // namespace mandate::verification
