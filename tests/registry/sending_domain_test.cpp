#include "registry/sending_domain.h"

#include <gtest/gtest.h>

#include "registry/outgoing_message.h"
#include "registry/transition.h"

namespace mandate::registry {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

constexpr sys_seconds kNow{1'800'000'000s};

TEST(Status, TextAndParsingAreInverse) {
  for (const std::string_view name :
       {"pending", "verified", "at_risk", "suspended", "failed", "disabled"}) {
    const auto status = parse_status(name);
    ASSERT_TRUE(status) << name;
    EXPECT_EQ(text(*status), name);
  }
  for (const std::string_view name : {"", "Verified", "verified ", "unknown"}) {
    EXPECT_FALSE(parse_status(name)) << name;
  }
}

TEST(MessageState, TextAndParsingAreInverse) {
  for (const std::string_view name : {"queued", "delivered", "bounced", "expired", "held"}) {
    const auto state = parse_message_state(name);
    ASSERT_TRUE(state) << name;
    EXPECT_EQ(text(*state), name);
  }
  for (const std::string_view name : {"", "QUEUED", "unknown"}) {
    EXPECT_FALSE(parse_message_state(name)) << name;
  }
}

TEST(FindingKind, TextAndParsingAreInverse) {
  for (const std::string_view name : {"proven", "not_proven", "refused", "unavailable"}) {
    const auto kind = parse_finding_kind(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_EQ(text(*kind), name);
  }
  EXPECT_FALSE(parse_finding_kind("unknown"));
}

TEST(MaySend, OnlyWhenVerifiedOrAtRiskWithinTheGrace) {
  SendingDomain domain;
  for (const Status status :
       {Status::pending, Status::suspended, Status::failed, Status::disabled}) {
    domain.status = status;
    domain.grace_expires_at = kNow + 1h;
    EXPECT_FALSE(domain.may_send(kNow)) << text(status);
  }
  domain.status = Status::verified;
  domain.grace_expires_at.reset();
  EXPECT_TRUE(domain.may_send(kNow));
  domain.status = Status::at_risk;
  EXPECT_FALSE(domain.may_send(kNow)) << "no grace is known";
  domain.grace_expires_at = kNow + 1s;
  EXPECT_TRUE(domain.may_send(kNow));
  EXPECT_FALSE(domain.may_send(kNow + 1s)) << "the end of the grace is not within it";
}

}  // namespace
}  // namespace mandate::registry
