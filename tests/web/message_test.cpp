#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_world.h"

namespace mandate::web {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kMessages = "/v1/accounts/one/messages";

std::string message(const std::string& name = {}, const std::string& value = {}) {
  boost::json::object body{{"from", "news@customer.example"},
                           {"to", "reader@reader.example"},
                           {"subject", "Hello"},
                           {"text", "The text."}};
  if (!name.empty()) body[name] = value;
  return boost::json::serialize(body);
}

class Messages : public ::testing::Test {
 protected:
  Messages() { world_.add_domain("one", "customer.example", registry::Status::verified); }
  ApiWorld world_;
};

TEST_F(Messages, AreStoredBeforeTheyAreAcknowledged) {
  const Response accepted = world_.post(kMessages, message());
  EXPECT_EQ(accepted.status, 202) << accepted.body;
  const auto shown = object_of(accepted);
  const std::string id = field(shown, "id");
  EXPECT_EQ(header(accepted, "Location"), std::string(kMessages) + "/" + id);
  EXPECT_EQ(field(shown, "object"), "message");
  EXPECT_EQ(field(shown, "account"), "one");
  EXPECT_EQ(field(shown, "from"), "news@customer.example");
  EXPECT_EQ(field(shown, "mail_from"), "news@customer.example");
  EXPECT_EQ(field(shown, "to"), "reader@reader.example");
  EXPECT_EQ(field(shown, "subject"), "Hello");
  EXPECT_EQ(field(shown, "message_id"), "<" + id + "@customer.example>");
  EXPECT_EQ(field(shown, "state"), "queued");
  EXPECT_EQ(field(shown, "attempts"), "0");
  EXPECT_EQ(field(shown, "next_attempt_at"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(field(shown, "ended_at"), "null");
  EXPECT_EQ(field(shown, "last_code"), "null");
  EXPECT_EQ(field(shown, "last_reply"), "");
  const auto stored = world_.store.message("one", id);
  ASSERT_TRUE(stored && *stored);
  EXPECT_THAT((*stored)->content, HasSubstr("From: news@customer.example\r\n"));
  EXPECT_THAT((*stored)->content, HasSubstr("Message-ID: <" + id + "@customer.example>"));
  EXPECT_EQ(world_.get(std::string(kMessages) + "/" + id).body, accepted.body);
}

TEST_F(Messages, ReachTheRelayUnderTheNameThatTheGateSaw) {
  const Response accepted = world_.post(kMessages, message("from", "News@Customer.EXAMPLE"));
  const std::string id = field(object_of(accepted), "id");
  EXPECT_EQ(world_.outbox->run_once(), 1);
  ASSERT_EQ(world_.relay.mails.size(), 1U);
  EXPECT_EQ(world_.relay.mails[0].from, "News@customer.example");
  EXPECT_EQ(world_.relay.mails[0].to, "reader@reader.example");
  EXPECT_THAT(world_.relay.mails[0].content, HasSubstr("From: News@customer.example\r\n"));
  const auto delivered = object_of(world_.get(std::string(kMessages) + "/" + id));
  EXPECT_EQ(field(delivered, "state"), "delivered");
  EXPECT_EQ(field(delivered, "attempts"), "1");
  EXPECT_EQ(field(delivered, "next_attempt_at"), "null");
  EXPECT_EQ(field(delivered, "ended_at"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(field(delivered, "last_code"), "250");
}

TEST_F(Messages, OfAReturnPathBearTheirIdInTheEnvelope) {
  world_.add_domain("one", "other.example", registry::Status::verified, "bounce.other.example");
  const Response accepted = world_.post(kMessages, message("from", "news@other.example"));
  const std::string id = field(object_of(accepted), "id");
  const std::string mail_from = "bounces+" + id + "@bounce.other.example";
  EXPECT_EQ(field(object_of(accepted), "mail_from"), mail_from);
  EXPECT_EQ(world_.outbox->run_once(), 1);
  ASSERT_EQ(world_.relay.mails.size(), 1U);
  EXPECT_EQ(world_.relay.mails[0].from, mail_from);
  EXPECT_THAT(world_.relay.mails[0].content, HasSubstr("From: news@other.example\r\n"));
}

TEST_F(Messages, WakeTheOutboxThatSleeps) {
  world_.outbox->start();
  // Once it has found nothing due, it sleeps for longer than this test waits.
  ASSERT_EQ(world_.store.asked_for_due.get_future().wait_for(std::chrono::seconds{20}),
            std::future_status::ready);
  EXPECT_EQ(world_.post(kMessages, message()).status, 202);
  EXPECT_EQ(world_.relay.first_mail().wait_for(std::chrono::seconds{20}),
            std::future_status::ready);
  world_.outbox->stop();
  EXPECT_EQ(world_.relay.mails.size(), 1U);
}

TEST_F(Messages, AreRefusedByTheGateWithItsReasonAndNotStored) {
  using registry::Status;
  for (const auto& [status, code] : {std::pair{Status::pending, "domain_pending"},
                                     {Status::suspended, "domain_suspended"},
                                     {Status::failed, "domain_failed"},
                                     {Status::disabled, "domain_disabled"}}) {
    ApiWorld world;
    world.add_domain("one", "customer.example", status);
    const Response refused = world.post(kMessages, message());
    EXPECT_EQ(refused.status, 403) << code;
    EXPECT_EQ(code_of(refused), code);
    EXPECT_EQ(field(object_of(refused), "type"), std::string("urn:mandate:problem:") + code);
    EXPECT_THAT(field(object_of(refused), "detail"), HasSubstr("customer.example"));
    EXPECT_EQ(world.messages_of("one"), 0U);
    EXPECT_EQ(world.outbox->run_once(), 0);
  }
}

TEST_F(Messages, AreRefusedUnderEveryNameButTheListedOne) {
  world_.add_domain("two", "other.example", registry::Status::verified);
  for (const char* from :
       {"a@unlisted.example", "a@evilcustomer.example", "a@sub.customer.example", "a@example.com",
        "a@customer.example.evil.com", "a@other.example", "a@provider.example"}) {
    const Response refused = world_.post(kMessages, message("from", from));
    EXPECT_EQ(refused.status, 403) << from;
    EXPECT_EQ(code_of(refused), "domain_not_listed") << from;
  }
  EXPECT_EQ(world_.messages_of("one"), 0U);
}

TEST_F(Messages, AreRefusedOnceTheGraceIsOver) {
  world_.add_domain("one", "risky.example", registry::Status::at_risk);
  EXPECT_EQ(world_.post(kMessages, message("from", "a@risky.example")).status, 202);
  world_.now += std::chrono::hours{2};
  const Response refused = world_.post(kMessages, message("from", "a@risky.example"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "grace_expired");
}

struct Refused {
  const char* field;
  std::string value;
};

TEST_F(Messages, AreRefusedWhenAHeaderFieldWouldCarryMoreThanItsText) {
  for (const Refused& c : std::vector<Refused>{
           {"subject", "Hello\r\nBcc: victim@reader.example"},
           {"subject", "Hello\nBcc: victim@reader.example"},
           {"subject", "Hello\rBcc: victim@reader.example"},
           {"subject", "Hello\r\n\r\nanother body"},
           {"subject", std::string("Hello\0there", 11)},
           {"subject", "Hello\x7f"},
           {"from_name", "News\r\nReply-To: evil@forger.example"},
           {"from_name", std::string("N\0", 2)},
           {"from", "news@customer.example\r\nBcc: victim@reader.example"},
           {"from", "news@customer.example\n"},
           {"from", "News <news@customer.example>"},
           {"from", "news@customer.example, other@customer.example"},
           {"from", "news@customer.example@forger.example"},
           {"from", "\"a b\"@customer.example"},
           {"from", "<news@customer.example>"},
           {"from", std::string("news@customer.example\0.forger.example", 37)},
           {"from", ""},
           {"to", "reader@reader.example\r\nCc: victim@reader.example"},
           {"to", "a@reader.example,b@reader.example"},
           {"to", "a@reader.example> RCPT TO:<b@reader.example"},
           {"to", "nobody"},
           {"to", ""},
       }) {
    const Response refused = world_.post(kMessages, message(c.field, c.value));
    EXPECT_EQ(refused.status, 422) << c.field << ": " << c.value;
    EXPECT_EQ(code_of(refused), "validation_failed");
    const auto errors = errors_of(refused);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], StartsWith("/" + std::string(c.field) + " "));
  }
  EXPECT_EQ(world_.messages_of("one"), 0U);
}

TEST_F(Messages, AreRefusedWithThePointerOfWhatIsMissingOrWrong) {
  struct Case {
    const char* body;
    std::vector<std::string> errors;
  };
  for (const Case& c : {
           Case{"{}", {"/from missing", "/to missing", "/subject missing"}},
           Case{R"({"from":1,"to":[],"subject":{}})",
                {"/from wrong_type", "/to wrong_type", "/subject wrong_type"}},
           Case{R"({"from":"a@b.example","to":"a@b.example","subject":"","text":"t","bcc":"x"})",
                {"/bcc unknown_field"}},
           Case{R"({"from":"a@b.example","to":"a@b.example","subject":"s","html":null})",
                {"/html wrong_type"}},
       }) {
    const Response refused = world_.post(kMessages, c.body);
    EXPECT_EQ(refused.status, 422) << c.body;
    EXPECT_EQ(errors_of(refused), c.errors) << c.body;
  }
}

TEST_F(Messages, NeedABody) {
  const Response refused = world_.post(
      kMessages, R"({"from":"a@customer.example","to":"b@reader.example","subject":"s"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(errors_of(refused).size(), 1U);
}

TEST_F(Messages, AreListedInTheOrderOfTheirIdsWithoutTheirContent) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(field(object_of(world_.post(kMessages, message())), "id"));
  }
  const Response page = world_.get(std::string(kMessages) + "?limit=3");
  EXPECT_THAT(listed(page, "id"), ElementsAre(ids[0], ids[1], ids[2]));
  EXPECT_EQ(field(object_of(page), "has_more"), "true");
  EXPECT_THAT(page.body, Not(HasSubstr("The text.")));
  const Response rest = world_.get(std::string(kMessages) + "?limit=3&after=" + ids[2]);
  EXPECT_THAT(listed(rest, "id"), ElementsAre(ids[3], ids[4]));
  EXPECT_EQ(field(object_of(rest), "has_more"), "false");
  EXPECT_THAT(listed(world_.get("/v1/accounts/two/messages"), "id"), IsEmpty());
  EXPECT_EQ(world_.get("/v1/accounts/two/messages/" + ids[0]).status, 404);
}

TEST_F(Messages, ThatAreNotStoredAreNotAcknowledged) {
  world_.store.fails = true;
  EXPECT_EQ(world_.post(kMessages, message()).status, 503);
  world_.store.fails = false;
  EXPECT_EQ(world_.messages_of("one"), 0U);
}

// The article's story, as the API tells it.
TEST(Story, AnAccountSendsAsItsCustomersDomainWhileItIsProven) {
  ApiWorld world;
  const std::string own = ApiWorld::one_key();
  const std::string domain = "/v1/accounts/one/domains/customer.example";
  const auto call = [&](const std::string& method, const std::string& target,
                        const std::string& body = {}) {
    return world.call(method, target, body, own);
  };
  EXPECT_EQ(call("POST", "/v1/accounts/one/domains", R"({"domain":"customer.example"})").status,
            201);
  EXPECT_EQ(code_of(call("POST", kMessages, message())), "domain_pending");

  const auto unproven = object_of(call("POST", domain + "/verify"));
  EXPECT_EQ(field(unproven, "status"), "pending");
  EXPECT_EQ(field(unproven, "finding"), "not_proven");
  EXPECT_EQ(field(unproven, "reason_code"), "no_record");
  EXPECT_EQ(code_of(call("POST", kMessages, message())), "domain_pending");
  EXPECT_EQ(world.messages_of("one"), 0U);

  world.dns.publish(std::string(kProviderZone) + std::string(kCustomerRecord));
  EXPECT_EQ(code_of(call("POST", kMessages, message())), "domain_pending")
      << "published is not verified";
  const auto proven = object_of(call("POST", domain + "/verify"));
  EXPECT_EQ(field(proven, "status"), "verified");
  EXPECT_EQ(field(proven, "may_send"), "true");
  EXPECT_THAT(listed(call("GET", "/v1/accounts/one/authorizations"), "domain"),
              ElementsAre("customer.example"));

  EXPECT_EQ(call("POST", kMessages, message()).status, 202);
  EXPECT_EQ(world.outbox->run_once(), 1);
  EXPECT_EQ(world.relay.mails.size(), 1U);

  world.dns.publish(std::string(kProviderZone) + "customer.example. 300 IN TXT \"v=spf1 -all\"\n");
  const auto refused = object_of(call("POST", domain + "/verify"));
  EXPECT_EQ(field(refused, "finding"), "refused");
  EXPECT_EQ(field(refused, "may_send"), "false");
  EXPECT_THAT(listed(call("GET", "/v1/accounts/one/authorizations"), "domain"), IsEmpty());
  EXPECT_EQ(code_of(call("POST", kMessages, message())), "domain_suspended");
  EXPECT_EQ(world.messages_of("one"), 1U);
}

}  // namespace
}  // namespace mandate::web
