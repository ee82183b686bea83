// /v1/events: what happened to domains, in one order, to those whom it concerns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api_world.h"

namespace mandate::web {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kDomain = "/v1/accounts/one/domains/customer.example";

class Events : public ::testing::Test {
 protected:
  void publish_for_customer(bool with_include) {
    world_.dns.publish(std::string(kProviderZone) +
                       (with_include ? std::string(kCustomerRecord)
                                     : "customer.example. 300 IN TXT \"v=spf1 mx ~all\"\n"));
  }
  void verify() { EXPECT_EQ(world_.post(std::string(kDomain) + "/verify").status, 202); }
  std::vector<std::string> types(const std::string& query = "") {
    return listed(world_.get("/v1/events" + query), "type");
  }

  ApiWorld world_;
};

TEST_F(Events, TellOfEachTransitionOnceAndOfNothingElse) {
  EXPECT_THAT(types(), IsEmpty());
  world_.post("/v1/accounts/one/domains", R"({"domain":"customer.example"})");
  publish_for_customer(false);
  verify();
  EXPECT_THAT(types(), IsEmpty()) << "pending, as it was";
  publish_for_customer(true);
  verify();
  verify();
  EXPECT_THAT(types(), ElementsAre("domain.verified"));
  publish_for_customer(false);
  verify();
  world_.dns.set(PublishedZones::State::down);
  verify();
  world_.dns.set(PublishedZones::State::up);
  verify();
  world_.now += std::chrono::hours{25};
  verify();
  publish_for_customer(true);
  verify();
  world_.post(std::string(kDomain) + "/disable");
  world_.post(std::string(kDomain) + "/disable");
  verify();
  world_.post(std::string(kDomain) + "/enable");
  EXPECT_THAT(types(), ElementsAre("domain.verified", "domain.at_risk", "domain.suspended",
                                   "domain.recovered", "domain.disabled", "domain.enabled"));
}

TEST_F(Events, SayTheDomainAsItBecameAndWhatItWas) {
  world_.add_domain("one", "customer.example", registry::Status::verified);
  publish_for_customer(false);
  world_.now += std::chrono::hours{1};
  verify();
  const auto list = object_of(world_.get("/v1/events"));
  ASSERT_EQ(list.at("data").as_array().size(), 1U);
  const auto event = list.at("data").as_array()[0].as_object();
  EXPECT_EQ(field(event, "object"), "event");
  EXPECT_EQ(field(event, "type"), "domain.at_risk");
  EXPECT_EQ(field(event, "timestamp"), "2026-11-23T01:00:00Z");
  auto domain = object_of(world_.get(kDomain));
  domain.erase("records");
  EXPECT_EQ(event.at("data").as_object(), domain);
  const auto previous = event.at("previous_attributes").as_object();
  EXPECT_EQ(field(previous, "status"), "verified");
  EXPECT_EQ(field(previous, "grace_expires_at"), "null");
  EXPECT_FALSE(previous.contains("domain"));
  EXPECT_FALSE(previous.contains("may_send")) << "at_risk may send yet";
}

TEST_F(Events, AreAnAccountsOwnAndAllOfThemTheProviders) {
  for (const char* account : {"one", "two", "one"}) {
    const std::string name = "d" + std::to_string(world_.ids++) + ".example";
    world_.add_domain(account, name, registry::Status::verified);
    world_.post("/v1/accounts/" + std::string(account) + "/domains/" + name + "/disable");
  }
  const auto domains = [&](const std::string& key) {
    std::vector<std::string> accounts;
    const Response response = world_.call("GET", "/v1/events", "", key);
    const auto list = object_of(response);
    for (const auto& event : list.at("data").as_array()) {
      accounts.push_back(field(event.at("data").as_object(), "account"));
    }
    return accounts;
  };
  EXPECT_THAT(domains(ApiWorld::one_key()), ElementsAre("one", "one"));
  EXPECT_THAT(domains(ApiWorld::two_key()), ElementsAre("two"));
  EXPECT_THAT(domains(ApiWorld::provider_key()), ElementsAre("one", "two", "one"));
}

TEST_F(Events, OfTheBreakerAreTheProvidersAlone) {
  ASSERT_TRUE(world_.store.trip_breaker("canary", "It is silent.", world_.cause()));
  ASSERT_TRUE(world_.store.end_hold(registry::HoldEnd::cleared, world_.cause()));
  EXPECT_THAT(types(), ElementsAre("breaker.tripped", "breaker.cleared"));
  const auto list = object_of(world_.get("/v1/events"));
  const auto tripped = list.at("data").as_array().at(0).as_object();
  EXPECT_EQ(field(tripped.at("data").as_object(), "state"), "holding");
  EXPECT_EQ(field(tripped.at("data").as_object(), "reason"), "It is silent.");
  EXPECT_EQ(field(tripped.at("previous_attributes").as_object(), "state"), "closed");
  for (const std::string& key : {ApiWorld::one_key(), ApiWorld::two_key()}) {
    EXPECT_THAT(listed(world_.call("GET", "/v1/events", "", key), "type"), IsEmpty());
  }
}

TEST_F(Events, ArePagedByTheIdOfTheLastOneSeen) {
  world_.add_domain("one", "customer.example", registry::Status::verified);
  for (int i = 0; i < 3; ++i) {
    world_.post(std::string(kDomain) + "/disable");
    world_.post(std::string(kDomain) + "/enable");
  }
  std::vector<std::string> seen;
  for (std::string after;;) {
    const Response response = world_.get("/v1/events?limit=4" + after);
    for (const auto& id : listed(response, "id")) seen.push_back(id);
    if (field(object_of(response), "has_more") == "false") break;
    ASSERT_LT(seen.size(), 100U);
    after = "&after=" + seen.back();
  }
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 6U);
  EXPECT_THAT(types("?after=" + seen.back()), IsEmpty());
  EXPECT_THAT(types("?after=0&limit=1"), ElementsAre("domain.disabled"));
}

TEST_F(Events, RefuseAnArgumentThatIsNoneSayingWhatItTakes) {
  const std::string cursor =
      " is no cursor: `after` takes the `id` of the last event that was read, a whole number such "
      "as 42, and the list goes on behind it; leave it out to begin with the first event.";
  const std::string limit =
      " is no number of objects: `limit` takes a whole number from 1 to 1000; leave it out for "
      "100.";
  const struct {
    const char* argument;
    const char* at;
    std::string says;
  } rows[] = {{"after=", "?after", "``" + cursor},
              {"after=abc", "?after", "`abc`" + cursor},
              {"after=-1", "?after", "`-1`" + cursor},
              {"after=1.5", "?after", "`1.5`" + cursor},
              {"after=9223372036854775808", "?after", "`9223372036854775808`" + cursor},
              {"after=%201", "?after", "` 1`" + cursor},
              {"after=1x", "?after", "`1x`" + cursor},
              {"after=0x1", "?after", "`0x1`" + cursor},
              {"after=%C3%BC%22", "?after", "`\\195\\188\"`" + cursor},
              {"limit=0", "?limit", "`0`" + limit},
              {"limit=1001", "?limit", "`1001`" + limit},
              {"limit=abc", "?limit", "`abc`" + limit},
              {"limit=", "?limit", "``" + limit},
              {"limit=-1&after=5", "?limit", "`-1`" + limit}};
  for (const auto& row : rows) {
    const Response response = world_.get(std::string("/v1/events?") + row.argument);
    EXPECT_EQ(response.status, 422) << row.argument;
    ASSERT_THAT(errors_of(response), ElementsAre(std::string(row.at) + " out_of_range"));
    const auto problem = object_of(response);
    EXPECT_EQ(field(problem.at("errors").as_array().at(0).as_object(), "detail"), row.says);
  }
}

TEST_F(Events, NoneIsLostOrDoubledForAReaderWhileOthersWrite) {
  constexpr int kWriters = 3;
  constexpr int kEach = 200;
  std::atomic<int> writing = kWriters;
  std::atomic<int> failures = 0;
  std::vector<std::jthread> writers;
  writers.reserve(kWriters);
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      registry::SendingDomain row;
      row.account_id = "one";
      row.domain = dns::Name::parse("d" + std::to_string(writer) + ".example").value();
      if (!world_.store.add_domain(row, world_.cause())) ++failures;
      for (int i = 0; i < kEach; ++i) {
        registry::SendingDomain after = row;
        after.status = i % 2 == 0 ? registry::Status::disabled : registry::Status::pending;
        if (!world_.store.update_domain(row, after, {}, world_.cause())) ++failures;
        row = after;
      }
      --writing;
    });
  }
  std::vector<std::int64_t> seen;
  for (bool done = false; !done;) {
    const bool is_last = writing == 0;
    const std::string after = seen.empty() ? "" : "&after=" + std::to_string(seen.back());
    const Response response = world_.get("/v1/events?limit=7" + after);
    const auto ids = listed(response, "id");
    for (const std::string& id : ids) seen.push_back(std::stoll(id));
    done = response.status != 200 || (is_last && ids.empty());
  }
  writers.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kWriters * kEach));
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

TEST_F(Events, AndTheLogNameTheKeyOfTheCaller) {
  world_.post("/v1/accounts", R"({"id":"three"})");
  world_.call("POST", "/v1/accounts/one/domains", R"({"domain":"customer.example"})",
              ApiWorld::one_key());
  world_.call("POST", "/v1/accounts/one/domains", R"({"sender":"a@customer.example"})",
              ApiWorld::one_key());
  publish_for_customer(true);
  verify();
  world_.call("DELETE", kDomain, "", ApiWorld::one_key());
  std::vector<std::string> log;
  const auto entries = world_.store.audit_entries({}, {.after = 0, .limit = 100});
  ASSERT_TRUE(entries);
  for (const auto& entry : *entries) {
    if (entry.actor != world_.cause().actor) log.push_back(entry.actor + " " + entry.action);
  }
  EXPECT_THAT(log, ElementsAre("key:key-provider account.added", "key:key-one domain.added",
                               "key:key-one domain.sender_added",
                               "key:key-provider domain.verified", "key:key-one domain.removed"));
}

}  // namespace
}  // namespace mandate::web
