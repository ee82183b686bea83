#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_world.h"
#include "registry/evidence.h"
#include "web/publication.h"

namespace mandate::web {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kDomains = "/v1/accounts/one/domains";

boost::json::array records_of(const Response& response) {
  const auto domain = object_of(response);
  if (!domain.contains("records")) return {};
  return domain.at("records").as_array();
}

/// The one to publish.
boost::json::object record_of(const Response& response) {
  const auto records = records_of(response);
  return records.empty() ? boost::json::object() : records.at(0).as_object();
}

TEST(Domains, ArePendingWhenAddedAndSayWhatToPublish) {
  ApiWorld world;
  const Response added = world.post(kDomains, R"({"domain":" Customer.Example. "})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(header(added, "Location"), "/v1/accounts/one/domains/customer.example");
  const auto domain = object_of(added);
  EXPECT_EQ(field(domain, "object"), "domain");
  EXPECT_EQ(field(domain, "account"), "one");
  EXPECT_EQ(field(domain, "domain"), "customer.example");
  EXPECT_EQ(field(domain, "senders"), "[]");
  EXPECT_EQ(field(domain, "status"), "pending");
  EXPECT_EQ(field(domain, "may_send"), "false");
  EXPECT_EQ(field(domain, "created_at"), "2026-11-23T00:00:00Z");
  for (const char* name : {"last_checked_at", "last_attempt_at", "last_verified_at",
                           "grace_expires_at", "evidence_id"}) {
    EXPECT_EQ(field(domain, name), "null") << name;
  }
  const auto record = record_of(added);
  EXPECT_EQ(field(record, "purpose"), "spf");
  EXPECT_EQ(field(record, "type"), "TXT");
  EXPECT_EQ(field(record, "host"), "@");
  EXPECT_EQ(field(record, "fqdn"), "customer.example");
  EXPECT_THAT(field(record, "value"),
              HasSubstr("include:0123456789abcdef.mailer.provider.example"));
  EXPECT_EQ(field(record, "ttl"), "3600");
  EXPECT_EQ(field(record, "required"), "true");
  EXPECT_EQ(field(record, "action"), "add");
  EXPECT_EQ(field(record, "status"), "missing");
  EXPECT_EQ(field(record, "observed"), "[]");
  EXPECT_EQ(field(record, "checked_at"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(world.get("/v1/accounts/one/domains/CUSTOMER.example.").body, added.body);
}

TEST(Domains, ShowTheRecordAsTheDnsHasItNow) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  const auto show = [&] {
    return record_of(world.get("/v1/accounts/one/domains/customer.example"));
  };

  const std::string provider(kProviderZone);
  world.dns.publish(provider + "customer.example. 300 IN TXT \"v=spf1 mx ~all\"\n");
  EXPECT_EQ(field(show(), "action"), "change");
  EXPECT_EQ(field(show(), "proven"), "true");
  EXPECT_EQ(field(show(), "status"), "missing");
  EXPECT_EQ(field(show(), "value"),
            "v=spf1 mx include:0123456789abcdef.mailer.provider.example ~all");
  EXPECT_EQ(field(show(), "observed"), R"(["v=spf1 mx ~all"])");

  world.dns.publish(provider + std::string(kCustomerRecord));
  EXPECT_EQ(field(show(), "action"), "nothing_to_do");
  EXPECT_EQ(field(show(), "status"), "published");

  world.dns.set(PublishedZones::State::down);
  EXPECT_EQ(field(show(), "action"), "cannot");
  EXPECT_EQ(field(show(), "status"), "unknown");
}

/// Of each record what tells them apart.
std::vector<std::string> told(const boost::json::array& records) {
  std::vector<std::string> out;
  for (const boost::json::value& value : records) {
    const auto& record = value.as_object();
    out.push_back(field(record, "choice") + ' ' + field(record, "purpose") + ' ' +
                  field(record, "required") + ' ' + field(record, "status") + ' ' +
                  field(record, "host") + ' ' + field(record, "value"));
  }
  return out;
}

TEST(Domains, HaveAChoiceOfTheAccountsOwnIncludeAndOfATokenBesideTheSharedOne) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  const std::string provider(kProviderZone);
  const auto records = [&] {
    return told(records_of(world.get("/v1/accounts/one/domains/customer.example")));
  };
  world.dns.publish(provider + "customer.example. 300 IN TXT \"v=spf1 mx ~all\"\n");
  EXPECT_THAT(
      records(),
      ElementsAre("own_include spf true missing @ "
                  "v=spf1 mx include:0123456789abcdef.mailer.provider.example ~all",
                  "token spf false missing @ v=spf1 mx include:mailer.provider.example ~all",
                  "token ownership false missing _mandate mandate-account=0123456789abcdef"));

  world.dns.publish(provider +
                    "customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example ~all\"\n"
                    "_mandate.customer.example. IN TXT \"mandate-account=0123456789abcdeg\"\n"
                    "_mandate.customer.example. IN TXT \"Mandate-Account=0123456789ABCDEF\"\n");
  EXPECT_THAT(
      records(),
      ElementsAre("token spf true published @ v=spf1 include:mailer.provider.example ~all",
                  "token ownership true published _mandate mandate-account=0123456789abcdef"))
      << "the other way is nothing to do";
  world.dns.publish(provider +
                    "customer.example. 300 IN TXT \"v=spf1 "
                    "include:0123456789abcdef.mailer.provider.example ~all\"\n");
  EXPECT_THAT(records(),
              ElementsAre("own_include spf true published @ "
                          "v=spf1 include:0123456789abcdef.mailer.provider.example ~all"));
  world.dns.publish(provider +
                    "customer.example. 300 IN TXT \"v=spf1 mx ~all\"\n"
                    "_mandate.customer.example. IN TXT \"mandate-account=0123456789abcdef\"\n");
  EXPECT_THAT(
      records(),
      ElementsAre("token spf true missing @ v=spf1 mx include:mailer.provider.example ~all",
                  "token ownership true published _mandate mandate-account=0123456789abcdef",
                  "own_include spf false missing @ "
                  "v=spf1 mx include:0123456789abcdef.mailer.provider.example ~all"));
}

TEST(Domains, CountNoOtherAccountsIncludeAsTheirOwnProof) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  const std::string other =
      std::string(kProviderZone) +
      "customer.example. 300 IN TXT \"v=spf1 include:0123456789abcdeg.mailer.provider.example "
      "~all\"\n";
  const auto records = [&](const std::string& zone) {
    world.dns.publish(zone);
    return told(records_of(world.get("/v1/accounts/one/domains/customer.example")));
  };
  EXPECT_THAT(
      records(other),
      ElementsAre(
          "own_include spf true missing @ "
          "v=spf1 include:0123456789abcdeg.mailer.provider.example "
          "include:0123456789abcdef.mailer.provider.example ~all",
          "token spf false missing @ v=spf1 "
          "include:0123456789abcdeg.mailer.provider.example include:mailer.provider.example "
          "~all",
          "token ownership false missing _mandate mandate-account=0123456789abcdef"));
  EXPECT_THAT(
      records(other + "_mandate.customer.example. IN TXT \"mandate-account=0123456789abcdef\"\n"),
      ElementsAre("token spf true published @ "
                  "v=spf1 include:0123456789abcdeg.mailer.provider.example ~all",
                  "token ownership true published _mandate mandate-account=0123456789abcdef"))
      << "who is proven has nothing to do";
}

TEST(Domains, KeepTheSharedIncludeOfAnAccountThatATxtNames) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  world.dns.publish(std::string(kProviderZone) +
                    "customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example ~all\"\n"
                    "_mandate.customer.example. IN TXT \"mandate-account=0123456789abcdeg\"\n");
  EXPECT_THAT(
      told(records_of(world.get("/v1/accounts/one/domains/customer.example"))),
      ElementsAre("own_include spf true missing @ v=spf1 include:mailer.provider.example "
                  "include:0123456789abcdef.mailer.provider.example ~all",
                  "token spf false published @ v=spf1 include:mailer.provider.example ~all",
                  "token ownership false missing _mandate mandate-account=0123456789abcdef"));
}

TEST(Domains, BelowOneThatATxtNamesNeedNoneOfTheirOwnWhereTheProviderAllowsIt) {
  ApiWorld world;
  world.dns.publish(
      std::string(kProviderZone) +
      "news.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n"
      "_mandate.customer.example. IN TXT \"mandate-account=0123456789abcdef\"\n");
  const registry::AuthorizationRequest request{
      .provider = world.provider,
      .domain = dns::Name::parse("news.customer.example").value(),
      .senders = {},
      .token = std::string(kOneToken),
      .ownership = {.required = true, .subdomains = true},
      .now = world.now};
  EXPECT_THAT(
      told(records_to_publish(request, world.dns,
                              std::chrono::steady_clock::now() + std::chrono::seconds{10})),
      ElementsAre("token spf true published news v=spf1 include:mailer.provider.example -all",
                  "token ownership false missing _mandate.news mandate-account=0123456789abcdef"));
}

TEST(Domains, ShowOctetsOfTheDnsThatAreNotUtf8Escaped) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  world.dns.publish("customer.example. 300 IN TXT \"v=spf1 a\\255\\000\\010 -all\"\n");
  const Response response = world.get("/v1/accounts/one/domains/customer.example");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find('\xFF'), std::string::npos);
  EXPECT_THAT(field(record_of(response), "observed"), HasSubstr("255"));
}

TEST(Domains, NameTheHostFieldAsADnsHostsFormWantsIt) {
  ApiWorld world;
  for (const auto& [domain, host] : {std::pair{"customer.example", "@"},
                                     {"news.customer.example", "news"},
                                     {"a.b.customer.example", "a.b"},
                                     {"customer.co.uk", "@"},
                                     {"mail.customer.co.uk", "mail"}}) {
    const Response added = world.post(kDomains, std::string(R"({"domain":")") + domain + "\"}");
    EXPECT_EQ(added.status, 201) << domain;
    EXPECT_EQ(field(record_of(added), "host"), host) << domain;
  }
}

TEST(Domains, AreAddedByASenderOfTheirs) {
  ApiWorld world;
  const auto domain = object_of(world.post(kDomains, R"({"sender":"News@Customer.Example"})"));
  EXPECT_EQ(field(domain, "domain"), "customer.example");
  EXPECT_EQ(field(domain, "senders"), R"(["News@customer.example"])");
}

TEST(Domains, AreAddedByBothWhenTheyAgree) {
  ApiWorld world;
  const Response added =
      world.post(kDomains, R"({"domain":"bücher.example","sender":"a@xn--bcher-kva.example"})");
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(field(object_of(added), "domain"), "xn--bcher-kva.example");
  EXPECT_EQ(world.get("/v1/accounts/one/domains/b%C3%BCcher.example").status, 200);
}

TEST(Domains, TakeANewSenderWhenTheyAreThere) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::verified);
  const Response first = world.post(kDomains, R"({"sender":"a@customer.example"})");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(field(object_of(first), "senders"), R"(["a@customer.example"])");
  EXPECT_EQ(field(object_of(first), "status"), "verified");
  const Response second =
      world.post(kDomains, R"({"domain":"customer.example","sender":"b@customer.example"})");
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(field(object_of(second), "senders"), R"(["a@customer.example","b@customer.example"])");
}

TEST(Domains, AreDueAtOnceWhenTheyComeAreSwitchedOnOrGetASender) {
  ApiWorld world;
  const std::string domain = std::string(kDomains) + "/customer.example";
  const auto due = [&] { return field(object_of(world.get(domain)), "next_check_at"); };
  world.dns.publish(std::string(kProviderZone) + std::string(kCustomerRecord));
  world.post(kDomains, R"({"sender":"a@customer.example"})");
  EXPECT_EQ(due(), "2026-11-23T00:00:00Z");
  EXPECT_EQ(world.watch->run_due(10).value(), 1);
  EXPECT_EQ(field(object_of(world.get(domain)), "status"), "verified");
  EXPECT_EQ(due(), "2026-11-23T01:00:00Z") << "an hour after a change";
  world.now += std::chrono::minutes{1};
  world.post(kDomains, R"({"sender":"b@customer.example"})");
  EXPECT_EQ(due(), "2026-11-23T00:01:00Z");
  EXPECT_EQ(world.watch->run_due(10).value(), 1);
  world.post(domain + "/disable");
  EXPECT_EQ(due(), "null");
  world.post(kDomains, R"({"sender":"c@customer.example"})");
  EXPECT_EQ(due(), "null") << "it stays off";
  world.post(domain + "/enable");
  EXPECT_EQ(due(), "2026-11-23T00:01:00Z");
}

TEST(Domains, AreAConflictWhenThereIsNothingNew) {
  ApiWorld world;
  world.post(kDomains, R"({"sender":"a@customer.example"})");
  for (const char* body : {R"({"domain":"customer.example"})", R"({"sender":"a@customer.example"})",
                           R"({"sender":"a@CUSTOMER.example."})"}) {
    const Response again = world.post(kDomains, body);
    EXPECT_EQ(again.status, 409) << body;
    EXPECT_EQ(code_of(again), "domain_exists") << body;
  }
}

TEST(Domains, HaveAtMostAHundredSenders) {
  ApiWorld world;
  for (int i = 0; i < 100; ++i) {
    const Response added =
        world.post(kDomains, R"({"sender":"s)" + std::to_string(i) + R"(@customer.example"})");
    ASSERT_LT(added.status, 300) << added.body;
  }
  const Response over = world.post(kDomains, R"({"sender":"more@customer.example"})");
  EXPECT_EQ(over.status, 422);
  EXPECT_THAT(errors_of(over), ElementsAre("/sender too_many_senders"));
}

TEST(Domains, OfTwoAccountsAreTwo) {
  ApiWorld world;
  EXPECT_EQ(world.post(kDomains, R"({"domain":"customer.example"})").status, 201);
  EXPECT_EQ(world.post("/v1/accounts/two/domains", R"({"domain":"customer.example"})").status, 201);
  EXPECT_EQ(world.call("DELETE", "/v1/accounts/one/domains/customer.example").status, 204);
  EXPECT_EQ(world.get("/v1/accounts/two/domains/customer.example").status, 200);
}

struct Refused {
  const char* body;
  std::vector<std::string> errors;
};

TEST(Domains, AreRefusedWithThePointerOfWhatIsWrong) {
  ApiWorld world;
  for (const Refused& c : {
           Refused{"{}", {"/domain missing"}},
           Refused{R"({"domain":""})", {"/domain domain_empty"}},
           Refused{R"({"domain":"com"})", {"/domain domain_single_label"}},
           Refused{R"({"domain":"co.uk"})", {"/domain domain_is_public_suffix"}},
           Refused{R"({"domain":"192.0.2.1"})", {"/domain domain_is_address"}},
           Refused{R"({"domain":"https://customer.example/"})", {"/domain domain_is_url"}},
           Refused{R"({"domain":"a@customer.example"})", {"/domain domain_is_mailbox"}},
           Refused{R"({"domain":"a..example"})", {"/domain domain_invalid"}},
           Refused{R"({"domain":"a\u0000.example"})", {"/domain domain_invalid"}},
           Refused{R"({"domain":["customer.example"]})", {"/domain wrong_type"}},
           Refused{R"({"sender":"customer.example"})", {"/sender address_invalid"}},
           Refused{R"({"sender":"a@b.example,c@d.example"})", {"/sender address_several"}},
           Refused{R"({"sender":"a@co.uk"})", {"/sender domain_is_public_suffix"}},
           Refused{R"({"sender":""})", {"/sender address_empty"}},
           Refused{R"({"sender":null})", {"/sender wrong_type"}},
           Refused{R"({"domain":"a.example","sender":"x@b.example"})", {"/sender sender_mismatch"}},
           Refused{R"({"domain":"b.example","sender":"x@evil.b.example"})",
                   {"/sender sender_mismatch"}},
           Refused{R"({"domain":"com","sender":"x"})",
                   {"/domain domain_single_label", "/sender address_invalid"}},
           Refused{R"({"domain":"a.example","status":"verified"})", {"/status unknown_field"}},
       }) {
    const Response response = world.post(kDomains, c.body);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(errors_of(response), c.errors) << c.body;
  }
  EXPECT_THAT(listed(world.get(kDomains), "domain"), IsEmpty());
}

TEST(Domains, AreListedWithoutTheirRecords) {
  ApiWorld world;
  world.dns.set(PublishedZones::State::throwing);  // a list asks the DNS nothing
  for (const char* name : {"c.example", "a.example", "b.example"}) {
    world.add_domain("one", name, registry::Status::pending);
  }
  const Response page = world.get(std::string(kDomains) + "?limit=2");
  EXPECT_THAT(listed(page, "domain"), ElementsAre("a.example", "b.example"));
  EXPECT_THAT(listed(page, "records"), ElementsAre("(none)", "(none)"));
  EXPECT_EQ(field(object_of(page), "has_more"), "true");
  EXPECT_THAT(listed(world.get(std::string(kDomains) + "?after=b.example"), "domain"),
              ElementsAre("c.example"));
}

TEST(Domains, AreGoneWhenRemoved) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::verified);
  const Response removed = world.call("DELETE", "/v1/accounts/one/domains/customer.example");
  EXPECT_EQ(removed.status, 204);
  EXPECT_EQ(removed.body, "");
  EXPECT_EQ(world.get("/v1/accounts/one/domains/customer.example").status, 404);
  EXPECT_EQ(world.call("DELETE", "/v1/accounts/one/domains/customer.example").status, 404);
  EXPECT_EQ(world.post("/v1/accounts/one/domains/customer.example/verify").status, 404);
  EXPECT_EQ(world.post("/v1/accounts/one/domains/customer.example/disable").status, 404);
}

TEST(Domains, AreSwitchedOffAndBeginAsPendingWhenSwitchedOn) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::verified);
  const std::string path = "/v1/accounts/one/domains/customer.example";
  const auto disabled = object_of(world.post(path + "/disable"));
  EXPECT_EQ(field(disabled, "status"), "disabled");
  EXPECT_EQ(field(disabled, "may_send"), "false");
  EXPECT_EQ(field(object_of(world.post(path + "/disable", "{}")), "status"), "disabled");
  EXPECT_EQ(field(object_of(world.post(path + "/enable")), "status"), "pending");
}

TEST(Domains, AreChangedAgainWhenAnotherChangedThemMeanwhile) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::verified);
  world.store.conflicts = 3;
  EXPECT_EQ(world.post("/v1/accounts/one/domains/customer.example/disable").status, 200);
  world.store.conflicts = 1000;
  EXPECT_EQ(world.post("/v1/accounts/one/domains/customer.example/enable").status, 503);
}

TEST(Checks, TellWhatWasTriedAndKeepTheEvidence) {
  ApiWorld world;
  world.dns.publish(std::string(kProviderZone) + std::string(kCustomerRecord));
  world.post(kDomains, R"({"sender":"news@customer.example"})");
  const Response verified = world.post("/v1/accounts/one/domains/customer.example/verify");
  EXPECT_EQ(verified.status, 202);
  const auto check = object_of(verified);
  EXPECT_EQ(field(check, "object"), "check");
  EXPECT_EQ(field(check, "account"), "one");
  EXPECT_EQ(field(check, "domain"), "customer.example");
  EXPECT_EQ(field(check, "status"), "verified");
  EXPECT_EQ(field(check, "may_send"), "true");
  EXPECT_EQ(field(check, "finding"), "proven");
  EXPECT_EQ(field(check, "reason_code"), "");
  EXPECT_EQ(field(check, "checked_at"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(field(check, "exhaustive"), "true");
  EXPECT_EQ(field(check, "ttl"), "300");
  EXPECT_EQ(field(check, "ownership"), "own_include");
  EXPECT_EQ(field(check, "visible_by"), "null");
  EXPECT_EQ(field(check, "servers"), "[]") << "zone files have none";
  const auto& tried = check.at("checks").as_array();
  ASSERT_EQ(tried.size(), 2U) << "one address of each prefix of the pool";
  EXPECT_EQ(field(tried[0].as_object(), "ip"), "192.0.2.0");
  EXPECT_EQ(field(tried[0].as_object(), "mail_from"), "news@customer.example");
  EXPECT_EQ(field(tried[0].as_object(), "helo"), "out.mailer.provider.example");
  EXPECT_EQ(field(tried[0].as_object(), "result"), "pass");

  const std::string id = field(check, "evidence_id");
  const Response kept = world.get("/v1/accounts/one/evidence/" + id);
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(header(kept, "Content-Type"), "application/json");
  const auto evidence = registry::parse_evidence(kept.body);
  ASSERT_TRUE(evidence) << evidence.error();
  EXPECT_EQ(evidence->id, id);
  EXPECT_EQ(world.get("/v1/accounts/two/evidence/" + id).status, 404);
}

TEST(Checks, TellWhatChangedAndWhatIsComing) {
  ApiWorld world;
  const std::string path = "/v1/accounts/one/domains/customer.example";
  const auto publish = [&](const char* record) {
    world.dns.publish(std::string(kProviderZone) + "customer.example. 300 IN TXT \"" + record +
                      "\"\n");
    return object_of(world.post(path + "/verify"));
  };
  world.post(kDomains, R"({"domain":"customer.example"})");
  const auto first = publish("v=spf1 include:0123456789abcdef.mailer.provider.example -all");
  EXPECT_EQ(field(first, "changes"), "[]");
  EXPECT_EQ(field(first, "warnings"), "[]");
  const auto second = publish(
      "v=spf1 include:0123456789abcdef.mailer.provider.example a:gone.customer.example mx -all");
  EXPECT_THAT(field(second, "changes"),
              HasSubstr("customer.example now lists `a:gone.customer.example` and `mx` as well"));
  ASSERT_EQ(second.at("warnings").as_array().size(), 1U);
  EXPECT_EQ(field(second.at("warnings").as_array()[0].as_object(), "code"), "voids_near_limit");
  const auto domain = object_of(world.get(path));
  EXPECT_EQ(domain.at("changes"), second.at("changes"));
  EXPECT_EQ(domain.at("warnings"), second.at("warnings"));
  EXPECT_EQ(field(domain, "changed_at"), "2026-11-23T00:00:00Z");
  EXPECT_THAT(listed(world.get("/v1/events"), "type"),
              ElementsAre("domain.verified", "domain.changed", "domain.warning"));
  EXPECT_EQ(field(object_of(world.post(path + "/verify")), "changes"), "[]");
}

TEST(Checks, ThatCouldNotBeMadeChangeNoStatus) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::verified);
  world.dns.set(PublishedZones::State::down);
  const auto check = object_of(world.post("/v1/accounts/one/domains/customer.example/verify"));
  EXPECT_EQ(field(check, "finding"), "unavailable");
  EXPECT_EQ(field(check, "reason_code"), "dns_unavailable");
  EXPECT_EQ(field(check, "status"), "verified");
  EXPECT_EQ(field(check, "evidence_id"), "null");
}

TEST(Authorizations, AreTheDomainsThatMaySendNow) {
  ApiWorld world;
  using registry::Status;
  world.add_domain("one", "a.example", Status::pending);
  world.add_domain("one", "b.example", Status::verified);
  world.add_domain("one", "c.example", Status::suspended);
  world.add_domain("one", "d.example", Status::at_risk);
  world.add_domain("one", "e.example", Status::failed);
  world.add_domain("one", "f.example", Status::disabled);
  world.add_domain("one", "g.example", Status::verified);
  world.add_domain("two", "h.example", Status::verified);
  const char* path = "/v1/accounts/one/authorizations";
  EXPECT_THAT(listed(world.get(path), "domain"),
              ElementsAre("b.example", "d.example", "g.example"));
  EXPECT_THAT(listed(world.get(path), "status"), ElementsAre("verified", "at_risk", "verified"));
  EXPECT_THAT(listed(world.get(path), "since").at(0), "2026-11-23T00:00:00Z");
  const Response page = world.get(std::string(path) + "?limit=2");
  EXPECT_THAT(listed(page, "domain"), ElementsAre("b.example", "d.example"));
  EXPECT_EQ(field(object_of(page), "has_more"), "true");
  const Response rest = world.get(std::string(path) + "?limit=2&after=d.example");
  EXPECT_THAT(listed(rest, "domain"), ElementsAre("g.example"));
  EXPECT_EQ(field(object_of(rest), "has_more"), "false");
  world.now += std::chrono::hours{2};
  EXPECT_THAT(listed(world.get(path), "domain"), ElementsAre("b.example", "g.example"))
      << "the grace of d.example is over";
}

TEST(Authorizations, AreFoundBehindAnyNumberOfOthers) {
  ApiWorld world;
  for (int i = 0; i < 1001; ++i) {
    world.add_domain("one", "p" + std::to_string(i) + ".example", registry::Status::pending);
  }
  world.add_domain("one", "zz.example", registry::Status::verified);
  EXPECT_THAT(listed(world.get("/v1/accounts/one/authorizations"), "domain"),
              ElementsAre("zz.example"));
}

}  // namespace
}  // namespace mandate::web
