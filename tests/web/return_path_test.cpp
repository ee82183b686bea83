// Domains that send with a return path, over the API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_world.h"

namespace mandate::web {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kDomains = "/v1/accounts/one/domains";
constexpr const char* kDomain = "/v1/accounts/one/domains/customer.example";
const std::string kBounceSpf =
    "bounce.customer.example. 300 IN TXT \"v=spf1 include:0123456789abcdef.mailer.provider.example "
    "-all\"\n";
/// Names the account, which nothing at the return path does.
const std::string kNamed =
    "_mandate.customer.example. 300 IN TXT \"mandate-account=0123456789abcdef\"\n";
const std::string kBounceMx = "bounce.customer.example. 300 IN MX 10 bounces.provider.example.\n";

class ReturnPaths : public ::testing::Test {
 protected:
  void publish(const std::string& zone) { world_.dns.publish(std::string(kProviderZone) + zone); }
  Response patch(const std::string& body) { return world_.call("PATCH", kDomain, body); }

  static std::vector<boost::json::object> records_of(const Response& response) {
    std::vector<boost::json::object> out;
    const auto object = object_of(response);
    const auto* records = object.if_contains("records");
    if (records == nullptr) return out;
    for (const auto& record : records->as_array()) out.push_back(record.as_object());
    return out;
  }

  ApiWorld world_;
};

TEST_F(ReturnPaths, SayTheRecordsToPublish) {
  const Response added =
      world_.post(kDomains, R"({"domain":"customer.example","mode":"return_path"})");
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(field(object_of(added), "mode"), "return_path");
  EXPECT_EQ(field(object_of(added), "return_path"), "bounce.customer.example");
  const auto records = records_of(added);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(field(records[0], "purpose"), "ownership");
  EXPECT_EQ(field(records[0], "fqdn"), "_mandate.customer.example");
  EXPECT_EQ(field(records[0], "value"), "mandate-account=0123456789abcdef");
  EXPECT_EQ(field(records[0], "required"), "true");
  for (const auto& record : records) EXPECT_EQ(field(record, "choice"), "return_path");
  EXPECT_EQ(field(records[1], "purpose"), "spf");
  EXPECT_EQ(field(records[1], "type"), "TXT");
  EXPECT_EQ(field(records[1], "host"), "bounce");
  EXPECT_EQ(field(records[1], "fqdn"), "bounce.customer.example");
  EXPECT_EQ(field(records[1], "value"),
            "v=spf1 include:0123456789abcdef.mailer.provider.example -all");
  EXPECT_EQ(field(records[1], "action"), "add");
  EXPECT_EQ(field(records[1], "proven"), "true");
  EXPECT_EQ(field(records[2], "purpose"), "bounces");
  EXPECT_EQ(field(records[2], "type"), "MX");
  EXPECT_EQ(field(records[2], "host"), "bounce");
  EXPECT_EQ(field(records[2], "fqdn"), "bounce.customer.example");
  EXPECT_EQ(field(records[2], "value"), "10 bounces.provider.example");
  EXPECT_EQ(field(records[2], "action"), "add");
  EXPECT_EQ(field(records[2], "proven"), "true");
  EXPECT_EQ(field(records[2], "status"), "missing");
  EXPECT_EQ(field(records[2], "required"), "true");
  EXPECT_EQ(field(records[2], "observed"), "[]");
  EXPECT_EQ(world_.get(kDomain).body, added.body);
}

TEST_F(ReturnPaths, OfferOneAliasWhereTheProviderAnswersForBoth) {
  publish("*.mailer.provider.example. MX 10 bounces.provider.example.\n");
  const auto records =
      records_of(world_.post(kDomains, R"({"domain":"customer.example","mode":"return_path"})"));
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(field(records[3], "purpose"), "spf_and_bounces");
  EXPECT_EQ(field(records[3], "type"), "CNAME");
  EXPECT_EQ(field(records[3], "value"), "0123456789abcdef.mailer.provider.example");
  EXPECT_EQ(field(records[3], "required"), "false");
}

TEST_F(ReturnPaths, ShowWhatIsPublished) {
  world_.add_domain("one", "customer.example", registry::Status::pending,
                    "bounce.customer.example");
  publish(kBounceSpf + kBounceMx + kNamed);
  for (const auto& record : records_of(world_.get(kDomain))) {
    EXPECT_EQ(field(record, "action"), "nothing_to_do");
    EXPECT_EQ(field(record, "status"), "published");
  }
  world_.dns.set(PublishedZones::State::down);
  const auto records = records_of(world_.get(kDomain));
  ASSERT_EQ(records.size(), 3U);
  for (const auto& record : records) EXPECT_EQ(field(record, "status"), "unknown");
  EXPECT_EQ(field(records[1], "action"), "cannot");
  EXPECT_EQ(field(records[2], "action"), "cannot");
}

TEST_F(ReturnPaths, KeepTheSharedIncludeOfAnAccountThatATxtNames) {
  world_.add_domain("one", "customer.example", registry::Status::pending,
                    "bounce.customer.example");
  const std::string shared =
      "bounce.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n";
  const auto proposed = [&](const std::string& zone) {
    publish(shared + kBounceMx + kNamed + zone);
    const auto records = records_of(world_.get(kDomain));
    return records.size() == 3 ? field(records[1], "value") : "";
  };
  const std::string own = "include:0123456789abcdef.mailer.provider.example -all";
  EXPECT_EQ(proposed(""), "v=spf1 " + own);
  EXPECT_EQ(proposed("_mandate.customer.example. TXT \"mandate-account=0123456789abcdeg\"\n"),
            "v=spf1 include:mailer.provider.example " + own);
}

TEST_F(ReturnPaths, NeedNoTxtWhereTheDomainsOwnRecordNamesTheAccount) {
  world_.add_domain("one", "customer.example", registry::Status::pending,
                    "bounce.customer.example");
  publish(std::string(kCustomerRecord) + kBounceSpf + kBounceMx);
  const auto by_include = records_of(world_.get(kDomain));
  ASSERT_EQ(by_include.size(), 3U);
  EXPECT_EQ(field(by_include[0], "purpose"), "ownership");
  EXPECT_EQ(field(by_include[0], "required"), "false");
  EXPECT_THAT(field(by_include[0], "notes"), HasSubstr("only before that include is taken out"));
  publish(std::string(kCustomerRecord) + kBounceSpf + kBounceMx + kNamed);
  const auto by_both = records_of(world_.get(kDomain));
  EXPECT_EQ(field(by_both.at(0), "required"), "true");
  EXPECT_EQ(field(by_both.at(0), "status"), "published");
}

TEST_F(ReturnPaths, SayWhatStrictAlignmentComesTo) {
  world_.add_domain("one", "customer.example", registry::Status::pending,
                    "bounce.customer.example");
  publish("_dmarc.customer.example. TXT \"v=DMARC1; p=reject; aspf=s\"\n");
  EXPECT_THAT(field(records_of(world_.get(kDomain)).at(1), "notes"), HasSubstr("aspf=s"));
  publish("_dmarc.customer.example. TXT \"v=DMARC1; p=reject\"\n");
  EXPECT_EQ(field(records_of(world_.get(kDomain)).at(1), "notes"), "[]");
}

TEST_F(ReturnPaths, ProposeNothingWithoutABounceHost) {
  world_.add_domain("one", "customer.example", registry::Status::pending,
                    "bounce.customer.example");
  world_.provider.bounce_host.reset();
  const auto records = records_of(world_.get(kDomain));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(field(records[1], "action"), "cannot");
  EXPECT_EQ(field(records[1], "value"), "");
}

TEST_F(ReturnPaths, AreRefusedWithThePointerOfWhatIsWrong) {
  const struct {
    const char* fields;
    std::vector<std::string> errors;
  } rows[] = {
      {R"("mode":"return-path")", {"/mode mode_unknown"}},
      {R"("mode":"")", {"/mode mode_unknown"}},
      {R"("mode":1)", {"/mode wrong_type"}},
      {R"("return_path":"bounce")", {"/return_path mode_missing"}},
      {R"("mode":"apex_include","return_path":"bounce")", {"/return_path mode_missing"}},
      {R"("mode":"return_path","return_path":"")", {"/return_path domain_empty"}},
      {R"("mode":"return_path","return_path":"customer.example")",
       {"/return_path return_path_not_below"}},
      {R"("mode":"return_path","return_path":"bounce.other.example")",
       {"/return_path return_path_not_below"}},
      {R"("mode":"return_path","return_path":"a@customer.example")",
       {"/return_path domain_is_mailbox"}},
  };
  for (const auto& row : rows) {
    const Response refused =
        world_.post(kDomains, std::string(R"({"domain":"customer.example",)") + row.fields + "}");
    EXPECT_EQ(refused.status, 422) << row.fields;
    EXPECT_EQ(errors_of(refused), row.errors) << row.fields;
  }
  EXPECT_THAT(listed(world_.get(kDomains), "domain"), IsEmpty());
  world_.provider.bounce_host.reset();
  EXPECT_THAT(
      errors_of(world_.post(kDomains, R"({"domain":"customer.example","mode":"return_path"})")),
      ElementsAre("/mode mode_unavailable"));
}

TEST_F(ReturnPaths, TakeANewSenderOfTheSameModeOrOfNone) {
  const std::string domain = R"({"domain":"customer.example","mode":"return_path")";
  EXPECT_EQ(world_.post(kDomains, domain + "}").status, 201);
  EXPECT_EQ(world_.post(kDomains, R"({"sender":"a@customer.example"})").status, 200);
  EXPECT_EQ(world_.post(kDomains, domain + R"(,"sender":"b@customer.example"})").status, 200);
  for (const char* other : {R"({"sender":"c@customer.example","mode":"apex_include"})",
                            R"({"sender":"c@customer.example","mode":"return_path",)"
                            R"("return_path":"b2"})"}) {
    const Response refused = world_.post(kDomains, other);
    EXPECT_EQ(refused.status, 409) << other;
    EXPECT_EQ(code_of(refused), "domain_exists");
    EXPECT_THAT(field(object_of(refused), "detail"), HasSubstr("PATCH"));
  }
}

TEST_F(ReturnPaths, AreVerifiedAndSentFrom) {
  publish(kBounceSpf + kBounceMx + kNamed);
  world_.post(kDomains, R"({"sender":"news@customer.example","mode":"return_path"})");
  const auto check = object_of(world_.post(std::string(kDomain) + "/verify"));
  EXPECT_EQ(field(check, "status"), "verified") << field(check, "reason");
  EXPECT_EQ(field(check.at("checks").as_array().at(0).as_object(), "mail_from"),
            "bounces+00000000000000000000000000@bounce.customer.example");
}

TEST_F(ReturnPaths, ReplaceTheModeThatIsProvenOnlyOnceTheyAre) {
  world_.add_domain("one", "customer.example", registry::Status::verified);
  publish(std::string(kCustomerRecord));
  const Response refused = patch(R"({"mode":"return_path"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "mode_not_proven");
  EXPECT_EQ(field(object_of(refused), "reason_code"), "no_record");
  EXPECT_EQ(records_of(refused).size(), 3U);
  const auto kept = object_of(world_.get(kDomain));
  EXPECT_EQ(field(kept, "mode"), "apex_include");
  EXPECT_EQ(field(kept, "may_send"), "true");

  publish(std::string(kCustomerRecord) + kBounceSpf + kBounceMx);
  const auto changed = object_of(patch(R"({"mode":"return_path","return_path":"bounce"})"));
  EXPECT_EQ(field(changed, "mode"), "return_path");
  EXPECT_EQ(field(changed, "may_send"), "true");
  const auto back = object_of(patch(R"({"mode":"apex_include"})"));
  EXPECT_EQ(field(back, "mode"), "apex_include");
  EXPECT_EQ(field(back, "return_path"), "null");
  EXPECT_EQ(field(back, "may_send"), "true");
}

TEST_F(ReturnPaths, ReplaceAtOnceAModeThatIsNotProven) {
  world_.add_domain("one", "customer.example", registry::Status::pending);
  const auto changed = object_of(patch(R"({"mode":"return_path","return_path":"b2"})"));
  EXPECT_EQ(field(changed, "return_path"), "b2.customer.example");
  EXPECT_EQ(field(changed, "status"), "pending");
}

TEST_F(ReturnPaths, AreChangedOnlyByAWholeRequest) {
  world_.add_domain("one", "customer.example", registry::Status::verified);
  const struct {
    const char* body;
    std::vector<std::string> errors;
  } rows[] = {
      {"{}", {"/mode missing"}},
      {R"({"return_path":"bounce"})", {"/mode missing"}},
      {R"({"mode":"none"})", {"/mode mode_unknown"}},
      {R"({"mode":"return_path","status":"verified"})", {"/status unknown_field"}},
      {R"({"mode":"return_path","return_path":"x.example"})",
       {"/return_path return_path_not_below"}},
  };
  for (const auto& row : rows) {
    const Response refused = patch(row.body);
    EXPECT_EQ(refused.status, 422) << row.body;
    EXPECT_EQ(errors_of(refused), row.errors) << row.body;
  }
  EXPECT_EQ(
      world_.call("PATCH", "/v1/accounts/one/domains/none.example", R"({"mode":"apex_include"})")
          .status,
      404);
  EXPECT_THAT(listed(world_.get(kDomains), "mode"), Contains("apex_include"));
}

}  // namespace
}  // namespace mandate::web
