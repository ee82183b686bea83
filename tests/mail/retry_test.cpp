// When a message is tried again, and how it ends: the pure part of the outbox.

#include <gtest/gtest.h>

#include <chrono>

#include "mail/outbox.h"

namespace mandate::mail {
namespace {

using namespace std::chrono_literals;
using Kind = HandOver::Kind;
using registry::MessageState;
using registry::OutgoingMessage;

constexpr std::chrono::sys_seconds kStartTime =
    std::chrono::sys_days{std::chrono::year{2024} / 5 / 17} + 12h;

TEST(AfterHandOver, GivesTheEndThatTheRelayGave) {
  OutgoingMessage before;
  before.created_at = kStartTime;
  before.next_attempt_at = kStartTime;
  const struct {
    Kind kind;
    std::chrono::seconds age;
    MessageState state;
  } cases[]{
      {Kind::accepted, 0s, MessageState::delivered},
      {Kind::accepted, 9h, MessageState::delivered},
      {Kind::refused, 0s, MessageState::bounced},
      {Kind::deferred, 0s, MessageState::queued},
      {Kind::deferred, 1h, MessageState::queued},
      {Kind::deferred, 1h + 1s, MessageState::expired},
  };
  for (const auto& [kind, age, state] : cases) {
    const auto at = kStartTime + age;
    const auto after = after_hand_over(before, {kind, 299, "text"}, at, 1h);
    EXPECT_EQ(after.state, state);
    EXPECT_EQ(after.attempts, 1);
    EXPECT_EQ(after.last_code, 299);
    EXPECT_EQ(after.last_reply, "text");
    EXPECT_EQ(after.ended_at.has_value(), state != MessageState::queued);
    if (state == MessageState::queued) {
      EXPECT_EQ(after.next_attempt_at, at + 30s);
    }
  }
}

}  // namespace
}  // namespace mandate::mail
