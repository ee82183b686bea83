// What the log tells, and what it never does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_world.h"
#include "web/call.h"

namespace mandate::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

boost::json::object last_line(const ApiWorld& world) {
  const auto lines = world.log_lines();
  return lines.empty() ? boost::json::object{} : boost::json::parse(lines.back()).as_object();
}

boost::json::object line_with(const ApiWorld& world, std::string_view message) {
  for (const std::string& line : world.log_lines()) {
    const auto object = boost::json::parse(line).as_object();
    if (field(object, "message") == message) return object;
  }
  ADD_FAILURE() << "no line says: " << message << "\n" << world.log.str();
  return {};
}

TEST(Log, HasOneLineARequest) {
  ApiWorld world;
  world.get("/v1/accounts/one/domains/customer.example");
  ASSERT_EQ(world.log_lines().size(), 1U);
  const auto line = last_line(world);
  EXPECT_EQ(field(line, "message"), "request");
  EXPECT_EQ(field(line, "method"), "GET");
  EXPECT_EQ(field(line, "route"), "/v1/accounts/{a}/domains/{d}");
  EXPECT_EQ(field(line, "status"), "404");
  EXPECT_EQ(field(line, "account"), "one");
  EXPECT_EQ(field(line, "key"), "key-provider");
  EXPECT_GE(line.at("us").as_int64(), 0);
}

TEST(Log, NamesTheAccountOfTheKeyWhenTheCallIsRefused) {
  ApiWorld world;
  world.call("GET", "/v1/accounts/one", "", ApiWorld::two_key());
  EXPECT_EQ(field(last_line(world), "account"), "two");
  EXPECT_EQ(field(last_line(world), "status"), "404");
  world.call("GET", "/v1/accounts/one", "", "");
  EXPECT_EQ(field(last_line(world), "account"), "(none)");
  EXPECT_EQ(field(last_line(world), "status"), "401");
}

TEST(Log, TellsEveryChange) {
  ApiWorld world;
  world.dns.publish(std::string(kProviderZone) +
                    "customer.example. 300 IN TXT \"v=spf1 "
                    "include:0123456789abcde1.mailer.provider.example -all\"\n");
  world.post("/v1/accounts", R"({"id":"three"})");
  world.post("/v1/accounts/three/domains", R"({"domain":"customer.example"})");
  world.post("/v1/accounts/three/domains", R"({"sender":"a@customer.example"})");
  world.post("/v1/accounts/three/domains/customer.example/verify");
  const char* message =
      R"({"from":"a@customer.example","to":"b@reader.example","subject":"s3cret","text":"h1dden"})";
  world.post("/v1/accounts/three/messages", message);
  world.post("/v1/accounts/three/domains/customer.example/disable");
  world.post("/v1/accounts/three/messages", message);
  world.post("/v1/accounts/three/domains/customer.example/enable");
  world.call("DELETE", "/v1/accounts/three/domains/customer.example");
  for (const char* change :
       {"account added", "domain added", "sender added", "domain checked", "message accepted",
        "domain disabled", "message refused", "domain enabled", "domain removed"}) {
    const auto line = line_with(world, change);
    EXPECT_EQ(field(line, "account"), "three") << change;
    EXPECT_EQ(field(line, "key"), "key-provider") << change;
  }
  EXPECT_EQ(field(line_with(world, "domain checked"), "finding"), "proven");
  EXPECT_EQ(field(line_with(world, "message refused"), "code"), "domain_disabled");
  EXPECT_THAT(world.log.str(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(world.log.str(), Not(HasSubstr("h1dden")));
}

TEST(Log, NeverHasAKey) {
  ApiWorld world;
  for (const std::string& key : {ApiWorld::provider_key(), ApiWorld::revoked_key(),
                                 ApiWorld::unknown_key(), std::string("mk_short")}) {
    world.call("GET", "/v1/accounts", "", key);
    EXPECT_THAT(world.log.str(), Not(HasSubstr(key)));
  }
}

TEST(Log, IsOneJsonObjectALineWhateverARequestHolds) {
  ApiWorld world;
  Request request;
  request.method = "GET\n{\"message\":\"forged\"}\xFF\x1b[2J" + std::string(100000, 'A');
  request.path = "/v1/accounts/\n\xFF\"}{";
  request.query["\n"] = "\n";
  request.headers["authorization"] = "Bearer " + ApiWorld::provider_key();
  world.api->handle(request);
  request.path = "/v1/accounts/%22%7D%7B";
  world.api->handle(request);
  request.method = "POST";
  request.path = "/v1/accounts";
  request.headers["content-type"] = "application/json";
  request.body = "{\"id\":\"\\n\\u001b\\\"}\"}";
  world.api->handle(request);
  const auto lines = world.log_lines();
  EXPECT_EQ(lines.size(), 3U);
  for (const std::string& line : lines) {
    EXPECT_EQ(field(boost::json::parse(line).as_object(), "message"), "request");
    EXPECT_LT(line.size(), 1000U);
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << line;
  }
}

TEST(Log, ShowsTextFromOutsideInPrintableAscii) {
  const std::string line =
      log_line("m\n", {{"a", "\xFF\n\x7F\xC3\xBC\\"}, {"b", std::string(100000, 'x')}});
  EXPECT_LT(line.size(), 1000U);
  const auto object = boost::json::parse(line).as_object();
  EXPECT_EQ(field(object, "message"), "m\\010");
  EXPECT_EQ(field(object, "a"), "\\255\\010\\127\\195\\188\\\\");
}

TEST(Log, TellsWhyACallFailedAndTheAnswerDoesNot) {
  ApiWorld world;
  world.add_domain("one", "customer.example", registry::Status::pending);
  world.dns.set(PublishedZones::State::throwing);
  const Response response = world.get("/v1/accounts/one/domains/customer.example");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(code_of(response), "internal_error");
  EXPECT_THAT(response.body, Not(HasSubstr("the lookup broke")));
  EXPECT_EQ(field(line_with(world, "a call failed"), "error"), "the lookup broke");
  EXPECT_EQ(field(last_line(world), "status"), "500") << "and the access line is there still";
}

}  // namespace
}  // namespace mandate::web
