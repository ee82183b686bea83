#include "mail/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faulty_store.h"
#include "mail/message.h"
#include "registry/transition.h"
#include "smtp_sink.h"
#include "store/sqlite_store.h"

namespace mandate::mail {
namespace {

using namespace std::chrono_literals;
using Kind = HandOver::Kind;
using registry::MessageState;
using registry::OutgoingMessage;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::sys_seconds kStartTime =
    std::chrono::sys_days{std::chrono::year{2024} / 5 / 17} + 12h;
const registry::Cause kCause{.actor = "person:test", .at = kStartTime};

// A relay that answers as it is told and says when it was asked.
class FakeRelay final : public Relay {
 public:
  struct Asked {
    std::string from;
    std::string to;
    std::string content;
  };

  HandOver hand_over(const std::string& from, const std::string& to,
                     const std::string& content) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back({from, to, content});
    changed_.notify_all();
    return answer_;
  }

  void answer(Kind kind, int code, std::string reply) {
    const std::lock_guard lock(mutex_);
    answer_ = {.kind = kind, .code = code, .reply = std::move(reply)};
  }
  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  bool wait_until_asked(std::size_t times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return asked_.size() >= times; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  HandOver answer_{.kind = Kind::accepted, .code = 250, .reply = "taken"};
  std::vector<Asked> asked_;
};

// An account with a verified domain, a clock that stands still unless it is moved.
class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::open_sqlite(":memory:");
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store_ = std::make_unique<test::FaultyStore>(std::move(*opened));
    registry::Account account{.id = "4321", .name = {}, .created_at = now()};
    ASSERT_TRUE(store_->add_account(account, kCause).has_value());
    account.id = "other";
    ASSERT_TRUE(store_->add_account(account, kCause).has_value());
    ASSERT_TRUE(store_->add_domain(listed(), kCause).has_value());
    outbox_ = make_outbox(relay_);
  }

  std::unique_ptr<Outbox> make_outbox(Relay& relay) {
    return std::make_unique<Outbox>(
        *store_, relay, [this] { return now(); }, 24h * 5,
        [this](const std::string& fault) { report(fault); });
  }

  static registry::SendingDomain listed() {
    registry::SendingDomain domain;
    domain.account_id = "4321";
    domain.domain = dns::Name::parse("customer.example").value();
    domain.status = registry::Status::verified;
    domain.created_at = domain.status_since = kStartTime;
    domain.last_checked_at = domain.last_attempt_at = domain.last_verified_at = kStartTime;
    return domain;
  }

  void add(const std::string& id, const std::function<void(OutgoingMessage&)>& change = {}) {
    OutgoingMessage message;
    message.id = id;
    message.account_id = "4321";
    message.from = "news@customer.example";
    message.to = "reader@receiver.example";
    message.subject = "hello";
    message.message_id = "<" + id + "@mailer.provider.example>";
    message.content = "Message-ID: " + message.message_id + "\r\n\r\nHello.\r\n";
    message.created_at = message.next_attempt_at = now();
    if (change) change(message);
    const auto added = store_->add_message(message);
    ASSERT_TRUE(added.has_value()) << added.error().message;
  }

  OutgoingMessage stored(const std::string& id, const std::string& account = "4321") {
    auto message = store_->message(account, id);
    EXPECT_TRUE(message.has_value() && message->has_value()) << id;
    return message.value().value_or(OutgoingMessage{});
  }

  std::chrono::sys_seconds now() const { return kStartTime + std::chrono::seconds{passed_.load()}; }
  void pass(std::chrono::seconds time) { passed_ += time.count(); }

  void report(const std::string& fault) {
    const std::lock_guard lock(reports_mutex_);
    reports_.push_back(fault);
    reported_.notify_all();
  }
  std::vector<std::string> reports() {
    const std::lock_guard lock(reports_mutex_);
    return reports_;
  }
  bool wait_until_reported(std::size_t times) {
    std::unique_lock lock(reports_mutex_);
    return reported_.wait_for(lock, 30s, [&] { return reports_.size() >= times; });
  }

  std::atomic<std::int64_t> passed_{0};
  std::mutex reports_mutex_;
  std::condition_variable reported_;
  std::vector<std::string> reports_;
  FakeRelay relay_;
  std::unique_ptr<test::FaultyStore> store_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxTest, DeliversWhatIsDue) {
  add("m1");
  add("m2", [&](OutgoingMessage& m) { m.next_attempt_at += 1s; });
  EXPECT_EQ(outbox_->run_once(), 1);
  const auto asked = relay_.asked();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].from, "news@customer.example");
  EXPECT_EQ(asked[0].to, "reader@receiver.example");
  EXPECT_EQ(asked[0].content, "Message-ID: <m1@mailer.provider.example>\r\n\r\nHello.\r\n");
  const auto message = stored("m1");
  EXPECT_EQ(message.state, MessageState::delivered);
  EXPECT_EQ(message.attempts, 1);
  EXPECT_EQ(message.ended_at, now());
  EXPECT_EQ(message.last_code, 250);
  EXPECT_EQ(message.last_reply, "taken");
  EXPECT_EQ(stored("m2").state, MessageState::queued);
  EXPECT_EQ(outbox_->run_once(), 0);
}

TEST_F(OutboxTest, RetriesADeferredMessageWhenItsTimeHasCome) {
  add("m1");
  relay_.answer(Kind::deferred, 451, "later");
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::queued);
  EXPECT_EQ(stored("m1").next_attempt_at, now() + 30s);
  EXPECT_EQ(stored("m1").last_reply, "later");
  pass(29s);
  EXPECT_EQ(outbox_->run_once(), 0);
  pass(1s);
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").attempts, 2);
  EXPECT_EQ(stored("m1").next_attempt_at, now() + 60s);
  pass(60s);
  relay_.answer(Kind::accepted, 250, "taken");
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
  EXPECT_EQ(stored("m1").attempts, 3);
  // The same octets each time, so the same Message-ID.
  for (const auto& asked : relay_.asked()) EXPECT_EQ(asked.content, relay_.asked()[0].content);
}

TEST_F(OutboxTest, ExpiresWhatTheRelayNeverTakes) {
  add("m1");
  relay_.answer(Kind::deferred, 0, "nobody listens");
  int rounds = 0;
  while (stored("m1").state == MessageState::queued && rounds < 1000) {
    pass(std::max(0s, std::chrono::seconds{stored("m1").next_attempt_at - now()}));
    EXPECT_EQ(outbox_->run_once(), 1);
    ++rounds;
  }
  const auto message = stored("m1");
  EXPECT_EQ(message.state, MessageState::expired);
  EXPECT_GT(*message.ended_at - message.created_at, 24h * 5);
  EXPECT_LE(*message.ended_at - message.created_at, 24h * 5 + 1h);
  EXPECT_EQ(message.last_reply, "nobody listens");
  pass(24h);
  EXPECT_EQ(outbox_->run_once(), 0);
}

TEST_F(OutboxTest, BouncesWhatTheRelayRefuses) {
  add("m1");
  relay_.answer(Kind::refused, 550, "no such user");
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::bounced);
  EXPECT_EQ(stored("m1").last_code, 550);
  pass(24h);
  EXPECT_EQ(outbox_->run_once(), 0);
}

TEST_F(OutboxTest, HoldsAMessageWhoseDomainWasSuspendedWhileItWaited) {
  add("m1");
  relay_.answer(Kind::deferred, 451, "later");
  EXPECT_EQ(outbox_->run_once(), 1);
  auto suspended = listed();
  suspended.status = registry::Status::suspended;
  suspended.reason_code = "include_missing";
  ASSERT_TRUE(store_->update_domain(listed(), suspended, {}, kCause).has_value());
  pass(30s);
  EXPECT_EQ(outbox_->run_once(), 0);
  const auto message = stored("m1");
  EXPECT_EQ(message.state, MessageState::held);
  EXPECT_EQ(message.attempts, 1);
  EXPECT_EQ(message.ended_at, now());
  EXPECT_THAT(message.last_reply, HasSubstr("domain_suspended"));
  EXPECT_EQ(relay_.asked().size(), 1U);
}

TEST_F(OutboxTest, AHeldMessageSaysThatItIsFinalAndStaysSoWhenTheDomainMaySendAgain) {
  auto suspended = listed();
  suspended.status = registry::Status::suspended;
  const auto lost = store_->update_domain(listed(), suspended, {}, kCause);
  ASSERT_TRUE(lost.has_value());
  add("m1");
  EXPECT_EQ(outbox_->run_once(), 0);
  auto recovered = *lost;
  recovered.status = registry::Status::verified;
  ASSERT_TRUE(store_->update_domain(*lost, recovered, {}, kCause).has_value());
  pass(24h);
  EXPECT_EQ(outbox_->run_once(), 0);
  const auto message = stored("m1");
  EXPECT_EQ(message.state, MessageState::held);
  EXPECT_THAT(message.last_reply,
              EndsWith(" This message stays held for good: send it again once the domain may "
                       "send."));
  EXPECT_THAT(relay_.asked(), IsEmpty());
}

TEST_F(OutboxTest, HoldsWhatTheGateDoesNotAllow) {
  add("gone", [](OutgoingMessage& m) { m.from = "news@unlisted.example"; });
  add("parent", [](OutgoingMessage& m) { m.from = "news@sub.customer.example"; });
  add("nonsense", [](OutgoingMessage& m) { m.from = "a@b.example, c@customer.example"; });
  add("stranger", [](OutgoingMessage& m) { m.account_id = "other"; });
  EXPECT_EQ(outbox_->run_once(), 0);
  EXPECT_THAT(relay_.asked(), IsEmpty());
  EXPECT_THAT(stored("gone").last_reply, HasSubstr("domain_not_listed"));
  EXPECT_THAT(stored("parent").last_reply, HasSubstr("domain_not_listed"));
  EXPECT_THAT(stored("nonsense").last_reply, HasSubstr("address_several"));
  EXPECT_THAT(stored("stranger", "other").last_reply, HasSubstr("domain_not_listed"));
  for (const char* id : {"gone", "parent", "nonsense"}) {
    EXPECT_EQ(stored(id).state, MessageState::held) << id;
  }
}

TEST_F(OutboxTest, TheEnvelopeIsOfTheModeThatHoldsWhenTheMessageLeaves) {
  add("m1");
  relay_.answer(Kind::deferred, 451, "later");
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").mail_from, "news@customer.example");
  auto changed = listed();
  changed.mode = registry::Mode::return_path;
  changed.return_path = dns::Name::parse("bounce.customer.example").value();
  ASSERT_TRUE(store_->update_domain(listed(), changed, {}, kCause).has_value());
  pass(30s);
  relay_.answer(Kind::accepted, 250, "taken");
  EXPECT_EQ(outbox_->run_once(), 1);
  ASSERT_EQ(relay_.asked().size(), 2U);
  EXPECT_EQ(relay_.asked()[0].from, "news@customer.example");
  EXPECT_EQ(relay_.asked()[1].from, "bounces+m1@bounce.customer.example");
  EXPECT_EQ(relay_.asked()[1].content, relay_.asked()[0].content);
  EXPECT_EQ(stored("m1").mail_from, "bounces+m1@bounce.customer.example");
  EXPECT_EQ(stored("m1").from, "news@customer.example");
}

TEST_F(OutboxTest, OneFailingMessageDoesNotKeepOthers) {
  for (const char* id : {"m1", "m2", "m3"}) add(id);
  relay_.answer(Kind::deferred, 451, "later");
  EXPECT_EQ(outbox_->run_once(), 3);
  EXPECT_EQ(outbox_->run_once(), 0);
}

TEST_F(OutboxTest, DiedHolderGivesItsMessageBackWhenTheLeaseEnds) {
  add("m1");
  ASSERT_EQ(store_->lease_due_messages(now(), now() + 10min, 1).value().size(), 1U);
  EXPECT_EQ(outbox_->run_once(), 0);
  pass(10min);
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
}

TEST_F(OutboxTest, AnOutcomeThatCannotBeRecordedIsNotHandedOverAgain) {
  add("m1");
  add("m2", [&](OutgoingMessage& m) { m.next_attempt_at += 1s; });
  pass(1s);
  store_->fail_next(test::FaultyStore::Call::update_message, 2);
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(outbox_->run_once(), 0);  // nothing else before the outcome is durable
  EXPECT_EQ(reports().size(), 2U);
  EXPECT_EQ(outbox_->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
  EXPECT_EQ(stored("m2").state, MessageState::delivered);
  EXPECT_EQ(relay_.asked().size(), 2U);
}

TEST_F(OutboxTest, AGateThatCannotBeAskedKeepsTheMessage) {
  add("m1");
  store_->fail_next(test::FaultyStore::Call::domain, 1);
  EXPECT_EQ(outbox_->run_once(), 0);
  EXPECT_EQ(stored("m1").state, MessageState::queued);
  EXPECT_EQ(outbox_->run_once(), 1);  // at once, without waiting for the lease
  EXPECT_EQ(relay_.asked().size(), 1U);
}

TEST_F(OutboxTest, ALeaseThatRanOutIsTakenAnew) {
  add("m1");
  store_->fail_next(test::FaultyStore::Call::domain, 1);
  EXPECT_EQ(outbox_->run_once(), 0);
  pass(11min);
  // Another process took it, and has it until later.
  ASSERT_EQ(store_->lease_due_messages(now(), now() + 10min, 1).value().size(), 1U);
  EXPECT_EQ(outbox_->run_once(), 0);
  EXPECT_THAT(relay_.asked(), IsEmpty());
}

TEST_F(OutboxTest, WorkerWakesForNewWork) {
  outbox_->start();
  outbox_->start();  // does nothing
  ASSERT_TRUE(store_->wait_until_looked(1));
  add("m1");
  outbox_->wake();
  ASSERT_TRUE(relay_.wait_until_asked(1));
  ASSERT_TRUE(store_->wait_until_looked(2));
  add("m2");
  outbox_->wake();
  ASSERT_TRUE(relay_.wait_until_asked(2));
  outbox_->stop();
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
  EXPECT_EQ(stored("m2").state, MessageState::delivered);
}

TEST_F(OutboxTest, WorkerFindsWhatWaitedBeforeItsStart) {
  add("m1");
  outbox_->start();
  ASSERT_TRUE(relay_.wait_until_asked(1));
  outbox_->stop();
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
}

TEST_F(OutboxTest, WorkerReportsAFailingStoreAndGoesOnWhenWoken) {
  store_->fail_next(test::FaultyStore::Call::lease_due_messages, 1);
  add("m1");
  outbox_->start();
  ASSERT_TRUE(wait_until_reported(1));
  EXPECT_THAT(reports()[0], HasSubstr("the store is away"));
  outbox_->wake();
  ASSERT_TRUE(relay_.wait_until_asked(1));
  outbox_->stop();
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
}

TEST_F(OutboxTest, StopRecordsTheLastOutcomeAndDoesNotWait) {
  add("m1");
  store_->fail_next(test::FaultyStore::Call::update_message, 1);
  outbox_->start();
  ASSERT_TRUE(wait_until_reported(1));
  const auto begin = std::chrono::steady_clock::now();
  outbox_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);  // less than the wait after a fault
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
  outbox_->stop();  // does nothing
}

TEST_F(OutboxTest, CanBeStartedAgain) {
  outbox_->start();
  outbox_->stop();
  add("m1");
  outbox_->start();
  ASSERT_TRUE(relay_.wait_until_asked(1));
  outbox_->stop();
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
}

TEST_F(OutboxTest, HandsComposedMessagesToARealServer) {
  const Draft draft{.from = "news@customer.example",
                    .from_name = "J\u00FCrgen",
                    .to = "reader@receiver.example",
                    .subject = "hello",
                    .text = ".\nHello\n.\n",
                    .html = {}};
  const std::string content = compose(draft, "<m1@mailer.provider.example>", now());
  add("m1", [&](OutgoingMessage& m) { m.content = content; });
  RelayOptions options;
  options.helo = "out.mailer.provider.example";
  {
    const test::SmtpSink busy({{"RCPT", test::say("450 4.2.1 greylisted")}});
    options.url = busy.url();
    const auto relay = make_smtp_relay(options);
    EXPECT_EQ(make_outbox(*relay)->run_once(), 1);
    EXPECT_EQ(stored("m1").last_code, 450);
  }
  pass(30s);
  const test::SmtpSink sink;
  options.url = sink.url();
  const auto relay = make_smtp_relay(options);
  EXPECT_EQ(make_outbox(*relay)->run_once(), 1);
  EXPECT_EQ(stored("m1").state, MessageState::delivered);
  EXPECT_EQ(stored("m1").attempts, 2);
  EXPECT_THAT(sink.only_session().contents, ElementsAre(content));
}

}  // namespace
}  // namespace mandate::mail
