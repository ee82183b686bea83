// Every endpoint, called with every kind of key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "api_world.h"

namespace mandate::web {
namespace {

enum class Reach {
  account,   ///< what the path names, to its owner and the provider
  provider,  ///< to the provider alone
  own,       ///< to everyone what is theirs
};

struct Endpoint {
  const char* name;
  const char* method;
  const char* target;
  const char* body;
  int status;  ///< with the right key
  Reach reach = Reach::account;
};

void PrintTo(const Endpoint& endpoint, std::ostream* out) {
  *out << endpoint.name;
}

constexpr Endpoint kEndpoints[] = {
    {"AddAccount", "POST", "/v1/accounts", R"({"id":"three"})", 201, Reach::provider},
    {"ListAccounts", "GET", "/v1/accounts?limit=2", "", 200, Reach::provider},
    {"ShowAccount", "GET", "/v1/accounts/one", "", 200},
    {"AddDomain", "POST", "/v1/accounts/one/domains", R"({"domain":"new.example"})", 201},
    {"ListDomains", "GET", "/v1/accounts/one/domains", "", 200},
    {"ShowDomain", "GET", "/v1/accounts/one/domains/customer.example", "", 200},
    {"ChangeDomainMode", "PATCH", "/v1/accounts/one/domains/customer.example",
     R"({"mode":"apex_include"})", 200},
    {"RemoveDomain", "DELETE", "/v1/accounts/one/domains/customer.example", "", 204},
    {"VerifyDomain", "POST", "/v1/accounts/one/domains/customer.example/verify", "", 202},
    {"DisableDomain", "POST", "/v1/accounts/one/domains/customer.example/disable", "", 200},
    {"EnableDomain", "POST", "/v1/accounts/one/domains/customer.example/enable", "", 200},
    {"ShowEvidence", "GET", "/v1/accounts/one/evidence/EVIDENCE", "", 200},
    {"ListAuthorizations", "GET", "/v1/accounts/one/authorizations", "", 200},
    {"SendMessage", "POST", "/v1/accounts/one/messages",
     R"({"from":"a@customer.example","to":"b@reader.example","subject":"s","text":"t"})", 202},
    {"ListMessages", "GET", "/v1/accounts/one/messages", "", 200},
    {"ShowMessage", "GET", "/v1/accounts/one/messages/MESSAGE", "", 200},
    {"ListEvents", "GET", "/v1/events", "", 200, Reach::own},
    {"ShowMetrics", "GET", "/metrics", "", 200, Reach::provider},
};

std::vector<Endpoint> account_endpoints() {
  std::vector<Endpoint> endpoints;
  for (const Endpoint& endpoint : kEndpoints) {
    if (endpoint.reach == Reach::account) endpoints.push_back(endpoint);
  }
  return endpoints;
}

class Access : public ::testing::TestWithParam<Endpoint> {
 protected:
  Access() {
    world_.dns.publish(std::string(kProviderZone) + std::string(kCustomerRecord));
    world_.post("/v1/accounts/one/domains", R"({"domain":"customer.example"})");
    evidence_ = field(object_of(world_.post("/v1/accounts/one/domains/customer.example/verify")),
                      "evidence_id");
    message_ = field(
        object_of(world_.post(
            "/v1/accounts/one/messages",
            R"({"from":"a@customer.example","to":"b@reader.example","subject":"s","text":"t"})")),
        "id");
  }

  Response call(const std::string& key) {
    std::string target = GetParam().target;
    for (const auto& [word, id] : {std::pair{"EVIDENCE", evidence_}, {"MESSAGE", message_}}) {
      if (const auto at = target.find(word); at != std::string::npos) {
        target.replace(at, std::string_view(word).size(), id);
      }
    }
    return world_.call(GetParam().method, target, GetParam().body, key);
  }

  // A call that is refused leaves everything as it was.
  std::string state() {
    std::string all;
    for (const char* target :
         {"/v1/accounts", "/v1/accounts/one/domains", "/v1/accounts/one/messages",
          "/v1/accounts/one/authorizations", "/v1/events"}) {
      all += world_.get(target).body;
    }
    return all;
  }

  ApiWorld world_;
  std::string evidence_;
  std::string message_;
};

TEST_P(Access, IsRefusedWithoutAKey) {
  const std::string before = state();
  const Response response = call("");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(code_of(response), "key_missing");
  EXPECT_EQ(header(response, "WWW-Authenticate"), "Bearer realm=\"mandate\"");
  EXPECT_EQ(state(), before);
}

TEST_P(Access, IsRefusedWithAKeyThatIsNotInForce) {
  const std::string before = state();
  for (const std::string& key : {ApiWorld::unknown_key(), ApiWorld::revoked_key(), std::string("x"),
                                 ApiWorld::provider_key() + "a"}) {
    const Response response = call(key);
    EXPECT_EQ(response.status, 401) << key;
    EXPECT_EQ(code_of(response), "key_invalid");
    EXPECT_EQ(header(response, "WWW-Authenticate"),
              "Bearer realm=\"mandate\", error=\"invalid_token\"");
  }
  EXPECT_EQ(state(), before);
}

TEST_P(Access, IsNothingToAnotherAccountsKey) {
  const std::string before = state();
  const Response response = call(ApiWorld::two_key());
  if (GetParam().reach == Reach::own) {
    EXPECT_EQ(response.body, R"({"object":"list","data":[],"has_more":false})");
  } else {
    const bool is_known = GetParam().reach == Reach::provider;
    EXPECT_EQ(response.status, is_known ? 403 : 404);
    EXPECT_EQ(code_of(response), is_known ? "key_not_allowed" : "not_found");
  }
  EXPECT_EQ(response.body.find("customer.example"), std::string::npos);
  EXPECT_EQ(state(), before);
}

TEST_P(Access, IsOpenToTheAccountsOwnKeyUnlessItIsTheProviders) {
  const Response response = call(ApiWorld::one_key());
  EXPECT_EQ(response.status, GetParam().reach == Reach::provider ? 403 : GetParam().status)
      << response.body;
}

TEST_P(Access, IsOpenToTheProvidersKey) {
  const Response response = call(ApiWorld::provider_key());
  EXPECT_EQ(response.status, GetParam().status) << response.body;
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
}

class AccountAccess : public Access {};

TEST_P(AccountAccess, IsAnsweredOneWayForAnAccountThatIsHiddenAndOneThatIsNot) {
  const Response hidden = call(ApiWorld::two_key());
  std::string target = GetParam().target;
  target.replace(target.find("/one"), 4, "/none");
  const Response absent =
      world_.call(GetParam().method, target, GetParam().body, ApiWorld::two_key());
  EXPECT_EQ(hidden.status, absent.status);
  EXPECT_EQ(hidden.body, absent.body);
  EXPECT_EQ(hidden.headers, absent.headers);
}

TEST_P(Access, RefusesAQueryParameterThatItDoesNotKnow) {
  std::string target = GetParam().target;
  target += target.find('?') == std::string::npos ? "?colour=red" : "&colour=red";
  const Response response = world_.call(GetParam().method, target, GetParam().body);
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(errors_of(response), ::testing::ElementsAre("?colour unknown_parameter"));
}

TEST_P(Access, RefusesAFieldThatItDoesNotKnow) {
  const Response response =
      world_.call(GetParam().method, GetParam().target, R"({"colour":"red"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(errors_of(response), ::testing::Contains("/colour unknown_field"));
}

TEST_P(Access, AnswersEveryStoreFailureWithRetryLater) {
  world_.store.fails = true;
  const Response response = call(ApiWorld::provider_key());
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(code_of(response), "store_unavailable");
  EXPECT_EQ(header(response, "Retry-After"), "5");
  EXPECT_EQ(response.body.find("/secret/path"), std::string::npos);
  EXPECT_NE(world_.log.str().find("/secret/path"), std::string::npos) << "the operator sees why";
}

TEST_P(Access, AnswersRetryLaterWhenKeysCannotBeLookedUp) {
  world_.store.keys_fail = true;
  EXPECT_EQ(call(ApiWorld::provider_key()).status, 503);
}

INSTANTIATE_TEST_SUITE_P(Endpoints, Access, ::testing::ValuesIn(kEndpoints),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(Endpoints, AccountAccess, ::testing::ValuesIn(account_endpoints()),
                         [](const auto& tested) { return tested.param.name; });

TEST(Authentication, ReadsTheHeaderAsRfc6750Has) {
  ApiWorld world;
  const std::string& key = ApiWorld::provider_key();
  const auto status_of = [&](const std::string& credentials) {
    Request request{
        .method = "GET", .path = "/v1/accounts", .query = {}, .headers = {}, .body = {}};
    request.headers["authorization"] = credentials;
    return world.api->handle(request).status;
  };
  EXPECT_EQ(status_of("Bearer " + key), 200);
  EXPECT_EQ(status_of("bearer " + key), 200);
  EXPECT_EQ(status_of("BEARER  " + key), 200);
  for (const std::string& bad :
       {std::string(), std::string("Bearer"), std::string("Bearer "), key, "Basic " + key,
        "Bearer" + key, "Bearer " + key + " ", "Bearer " + key + "," + key,
        "Bearer \"" + key + "\"", "Bearer " + key + std::string(1, '\0'),
        std::string("Bearer mk_%00"), "Bearer\t" + key, "Bearer " + std::string(100000, 'a')}) {
    EXPECT_EQ(status_of(bad), 401) << bad.substr(0, 80);
  }
}

TEST(Authentication, IsAskedForBeforeAnythingIsToldOfAPath) {
  ApiWorld world;
  for (const char* target :
       {"/", "/v1", "/v1/nothing", "/v1/accounts/", "/favicon.ico", "/../etc"}) {
    EXPECT_EQ(world.call("GET", target, "", "").status, 401) << target;
    EXPECT_EQ(world.get(target).status, 404) << target;
  }
  EXPECT_EQ(world.call("PUT", "/v1/accounts", "", "").status, 401);
}

TEST(Routing, NamesTheMethodsThatAPathTakes) {
  ApiWorld world;
  struct Case {
    const char* method;
    const char* target;
    const char* allow;
  };
  for (const Case& c :
       {Case{"PUT", "/v1/accounts", "POST, GET, HEAD"},
        Case{"DELETE", "/v1/accounts/one", "GET, HEAD"},
        Case{"POST", "/v1/accounts/one/domains/x.example", "GET, HEAD, PATCH, DELETE"},
        Case{"GET", "/v1/accounts/one/domains/x.example/verify", "POST"},
        Case{"get", "/v1/accounts", "POST, GET, HEAD"},
        Case{"OPTIONS", "/v1/accounts/one/messages", "POST, GET, HEAD"},
        Case{"POST", "/healthz", "GET, HEAD"}, Case{"", "/healthz", "GET, HEAD"}}) {
    const Response response = world.call(c.method, c.target);
    EXPECT_EQ(response.status, 405) << c.method << c.target;
    EXPECT_EQ(code_of(response), "method_not_allowed");
    EXPECT_EQ(header(response, "Allow"), c.allow) << c.method << c.target;
  }
}

TEST(Routing, RefusesMalformedPathsAndFindsNothingAtOddOnes) {
  ApiWorld world;
  for (const char* target : {"/v1/accounts/one%2Fdomains", "/v1/accounts/%", "/v1/accounts/%00",
                             "/v1/accounts/%0d%0aX: y", "/v1/accounts/%ff", "v1/accounts", "*"}) {
    const Response response = world.get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(code_of(response), "malformed_request") << target;
  }
  for (const char* target :
       {"/v1/accounts/one/", "/v1//accounts", "/V1/accounts", "/v1/accounts/.", "/v1/accounts/ONE",
        "/v1/accounts/one/domains/..", "/v1/accounts/one/domains/127.0.0.1", "/v1/accounts/%20one",
        "/v1/accounts/one/domains/com", "/v1/accounts/one/evidence/%27%20OR%201=1--",
        "/v1/accounts/one/messages/1%25", "/v1/accounts/one/domains/customer.example/verify/x"}) {
    EXPECT_EQ(world.get(target).status, 404) << target;
  }
}

TEST(Routing, TakesHeadForGet) {
  ApiWorld world;
  EXPECT_EQ(world.call("HEAD", "/v1/accounts").status, 200);
  EXPECT_EQ(world.call("HEAD", "/healthz", "", "").status, 200);
}

TEST(Health, NeedsNoKeyAndTellsOfTheStore) {
  ApiWorld world;
  const Response well = world.call("GET", "/healthz", "", "");
  EXPECT_EQ(well.status, 200);
  EXPECT_EQ(well.body, R"({"status":"ok","version":"7.8.9","store":"ok","breaker":"closed"})");
  ASSERT_TRUE(world.store.trip_breaker("canary", "Silent.", world.cause()));
  const Response holding = world.call("GET", "/healthz", "", "");
  EXPECT_EQ(holding.status, 200) << "nobody is to be kept from being served";
  EXPECT_EQ(holding.body,
            R"({"status":"degraded","version":"7.8.9","store":"ok","breaker":"holding"})");
  world.store.fails = true;
  const Response failing = world.call("GET", "/healthz", "", "");
  EXPECT_EQ(failing.status, 503);
  EXPECT_EQ(field(object_of(failing), "status"), "failing");
}

}  // namespace
}  // namespace mandate::web
