#include "registry/gate.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "registry/claim.h"

namespace mandate::registry {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

constexpr sys_seconds kNow{1'800'000'000s};

SendingDomain listed(Status status, std::string_view domain = "customer.example") {
  SendingDomain out;
  out.account_id = "4321";
  out.domain = dns::Name::parse(domain).value();
  out.status = status;
  return out;
}

Mailbox from(std::string_view address) {
  return parse_mailbox(address).value();
}

TEST(Gate, AllowsTheAccountItsVerifiedDomain) {
  const auto decision =
      decide("4321", from("Anyone@Customer.EXAMPLE"), listed(Status::verified), kNow);
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.code, "allowed");
  EXPECT_EQ(decision.message, "");
}

struct Row {
  Status status;
  std::string code;
};

TEST(Gate, RefusesEveryOtherStatusWithItsOwnCodeAndAMend) {
  for (const Row& row : std::vector<Row>{{Status::pending, "domain_pending"},
                                         {Status::at_risk, "grace_expired"},
                                         {Status::suspended, "domain_suspended"},
                                         {Status::failed, "domain_failed"},
                                         {Status::disabled, "domain_disabled"}}) {
    auto domain = listed(row.status);
    domain.grace_expires_at = kNow;
    const auto decision = decide("4321", from("news@customer.example"), domain, kNow);
    EXPECT_FALSE(decision.allowed) << row.code;
    EXPECT_EQ(decision.code, row.code);
    EXPECT_NE(decision.message.find("customer.example"), std::string::npos) << decision.message;
    EXPECT_NE(decision.message.find("verify it"), std::string::npos) << decision.message;
  }
}

TEST(Gate, AllowsAtRiskWithinTheGraceOnly) {
  auto domain = listed(Status::at_risk);
  domain.grace_expires_at = kNow + 1s;
  EXPECT_TRUE(decide("4321", from("news@customer.example"), domain, kNow).allowed);
  EXPECT_FALSE(decide("4321", from("news@customer.example"), domain, kNow + 1s).allowed);
}

TEST(Gate, TellsTheReasonOfTheLastCheck) {
  auto domain = listed(Status::suspended);
  domain.reason = "The record lacks the include.";
  EXPECT_TRUE(decide("4321", from("news@customer.example"), domain, kNow)
                  .message.ends_with("The record lacks the include."));
}

TEST(Gate, OfWhatIsLostOnlyTheReasonSaysTheCause) {
  const std::string reason =
      "The provider's mail passes, but nothing names this account: publish a TXT record that does.";
  const std::pair<Status, std::string> table[] = {
      {Status::at_risk,
       "The domain customer.example lost its proof and its grace time is over: mend what its DNS "
       "says, then verify it. "},
      {Status::suspended,
       "The domain customer.example is suspended, since its DNS no longer proves that this account "
       "may send as it: mend that, then verify it. "}};
  for (const auto& [status, sentence] : table) {
    auto domain = listed(status);
    domain.grace_expires_at = kNow;
    domain.reason_code = "ownership_missing";
    domain.reason = reason;
    EXPECT_EQ(decide("4321", from("news@customer.example"), domain, kNow).message,
              sentence + reason);
  }
}

/// What a check makes of a row that its DNS proves, while another account sends as the domain.
SendingDomain claimed(SendingDomain row) {
  SendingDomain proven = row;
  proven.status = Status::verified;
  proven.ownership = Ownership::own_include;
  SendingDomain holder = listed(Status::verified);
  holder.account_id = "other";
  return after_claim(row, proven, {{holder}}, kNow, 24h);
}

TEST(Gate, TellsOfAClaimUntilWhenItWaitsAndAsksForNoRecord) {
  for (const auto& [status, code] : {std::pair{Status::pending, "domain_pending"},
                                     {Status::at_risk, "grace_expired"},
                                     {Status::suspended, "domain_suspended"},
                                     {Status::failed, "domain_failed"}}) {
    const auto decision =
        decide("4321", from("news@customer.example"), claimed(listed(status)), kNow);
    EXPECT_FALSE(decision.allowed);
    EXPECT_EQ(decision.code, code);
    EXPECT_EQ(decision.message,
              "The DNS of customer.example names this account, and another account sends as it "
              "already. It was told; this one may send from 2027-01-16T08:00:00Z on, or once the "
              "other one may not, if the DNS says the same then. Leave the records of "
              "customer.example as they are; to be quicker, take what names the other account out "
              "of them, if that one is not to send as it.");
  }
  SendingDomain disabled = claimed(listed(Status::pending));
  disabled.status = Status::disabled;
  EXPECT_EQ(decide("4321", from("news@customer.example"), disabled, kNow).message,
            "The domain customer.example is switched off: enable it, then verify it.");
}

TEST(Gate, AnotherAccountsDomainIsAsNone) {
  for (const std::string_view account : {"", "1234", "432", "43210", "4321 "}) {
    const auto decision =
        decide(account, from("news@customer.example"), listed(Status::verified), kNow);
    EXPECT_FALSE(decision.allowed) << account;
    EXPECT_EQ(decision.code, "domain_not_listed");
  }
}

TEST(Gate, NamesAreComparedWhole) {
  for (const std::string_view address : {"news@evilcustomer.example", "news@sub.customer.example",
                                         "news@customer.example.evil.example",
                                         "news@ustomer.example", "news@xn--cstomer-m2a.example"}) {
    const auto decision = decide("4321", from(address), listed(Status::verified), kNow);
    EXPECT_FALSE(decision.allowed) << address;
    EXPECT_EQ(decision.code, "domain_not_listed") << address;
  }
  EXPECT_FALSE(decide("4321", from("news@customer.example"),
                      listed(Status::verified, "sub.customer.example"), kNow)
                   .allowed);
}

TEST(Gate, NothingListedIsRefused) {
  const auto decision = decide("4321", from("news@customer.example"), std::nullopt, kNow);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.code, "domain_not_listed");
}

TEST(Gate, AStatusThatIsNotKnownIsRefused) {
  const auto damaged = listed(static_cast<Status>(77));
  EXPECT_FALSE(decide("4321", from("news@customer.example"), damaged, kNow).allowed);
}

TEST(Gate, AHostileAccountIdIsShownEscaped) {
  const auto decision = decide("43\r\n21", from("news@customer.example"), std::nullopt, kNow);
  EXPECT_EQ(decision.message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace mandate::registry
