#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_world.h"

namespace mandate::web {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Accounts, AreAddedWithTheIdThatTheProviderChose) {
  ApiWorld world;
  const Response added = world.post("/v1/accounts", R"({"id":"4321","name":"Bücher"})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(header(added, "Location"), "/v1/accounts/4321");
  EXPECT_EQ(header(added, "Content-Type"), "application/json");
  EXPECT_EQ(added.body,
            R"({"object":"account","id":"4321","name":"Bücher","token":"0123456789abcde1",)"
            R"("include_name":"0123456789abcde1.mailer.provider.example",)"
            R"("created_at":"2026-11-23T00:00:00Z"})");
  EXPECT_EQ(world.get("/v1/accounts/4321").body, added.body);
}

TEST(Accounts, AreGivenAnIdWhenNoneIsChosen) {
  ApiWorld world;
  const auto added = object_of(world.post("/v1/accounts", "{}"));
  EXPECT_EQ(field(added, "id"), "00000001");
  EXPECT_EQ(field(added, "name"), "");
}

TEST(Accounts, AreRefusedWhenTheIdIsTaken) {
  ApiWorld world;
  const Response response = world.post("/v1/accounts", R"({"id":"one","name":"other"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(code_of(response), "account_exists");
  EXPECT_EQ(field(object_of(world.get("/v1/accounts/one")), "name"), "") << "nothing changed";
}

struct Refused {
  const char* body;
  std::vector<std::string> errors;
};

TEST(Accounts, AreRefusedWithThePointerOfWhatIsWrong) {
  ApiWorld world;
  for (const Refused& c : {
           Refused{R"({"id":""})", {"/id id_invalid"}},
           Refused{R"({"id":".."})", {"/id id_invalid"}},
           Refused{R"({"id":"a/b"})", {"/id id_invalid"}},
           Refused{R"({"id":"a b"})", {"/id id_invalid"}},
           Refused{R"({"id":"a\u0000"})", {"/id id_invalid"}},
           Refused{R"({"id":"ü"})", {"/id id_invalid"}},
           Refused{R"({"id":7})", {"/id wrong_type"}},
           Refused{R"({"name":"a\u000ab"})", {"/name name_invalid"}},
           Refused{R"({"id":"-","name":"\u0007"})", {"/id id_invalid", "/name name_invalid"}},
           Refused{R"({"ID":"a"})", {"/ID unknown_field"}},
       }) {
    const Response response = world.post("/v1/accounts", c.body);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(code_of(response), "validation_failed");
    EXPECT_EQ(errors_of(response), c.errors) << c.body;
  }
  EXPECT_THAT(listed(world.get("/v1/accounts"), "id"), ElementsAre("one", "two"));
}

TEST(Accounts, AreProblemsByRfc9457WhenRefused) {
  ApiWorld world;
  const Response response = world.get("/v1/accounts/none");
  EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
  const auto problem = object_of(response);
  EXPECT_EQ(field(problem, "type"), "urn:mandate:problem:not_found");
  EXPECT_EQ(field(problem, "title"), "Not found");
  EXPECT_EQ(field(problem, "status"), "404");
  EXPECT_EQ(field(problem, "code"), "not_found");
  EXPECT_NE(field(problem, "detail"), "");
}

TEST(Lists, GiveEveryObjectOnceWhateverThePageSize) {
  ApiWorld world;
  std::vector<std::string> expected = {"one", "two"};
  for (int i = 0; i < 7; ++i) {
    expected.push_back("A" + std::to_string(i));
    world.add_account(expected.back());
  }
  std::ranges::sort(expected);
  for (const int limit : {1, 2, 3, 8, 9, 10, 1000}) {
    std::vector<std::string> all;
    std::string after;
    for (bool has_more = true; has_more && all.size() < 20;) {
      const Response page = world.get("/v1/accounts?limit=" + std::to_string(limit) +
                                      (after.empty() ? "" : "&after=" + after));
      const auto ids = listed(page, "id");
      ASSERT_FALSE(ids.empty()) << "a page that is announced has something";
      ASSERT_LE(ids.size(), static_cast<std::size_t>(limit));
      all.insert(all.end(), ids.begin(), ids.end());
      after = ids.back();
      has_more = field(object_of(page), "has_more") == "true";
    }
    EXPECT_EQ(all, expected) << limit;
  }
}

TEST(Lists, AreEmptyBehindTheLastObject) {
  ApiWorld world;
  const Response page = world.get("/v1/accounts?after=zzz");
  EXPECT_EQ(page.body, R"({"object":"list","data":[],"has_more":false})");
}

TEST(Lists, HaveAHundredObjectsUnlessAskedOtherwise) {
  ApiWorld world;
  for (int i = 0; i < 99; ++i) world.add_account("x" + std::to_string(i));
  EXPECT_EQ(listed(world.get("/v1/accounts"), "id").size(), 100U);
  EXPECT_EQ(listed(world.get("/v1/accounts?limit=1000"), "id").size(), 101U);
}

TEST(Lists, RefuseALimitOutOfRange) {
  ApiWorld world;
  for (const char* limit :
       {"0", "1001", "-1", "", "1x", "%201", "+1", "1.0", "0x10", "99999999999999999999"}) {
    const Response response = world.get(std::string("/v1/accounts?limit=") + limit);
    EXPECT_EQ(response.status, 422) << limit;
    EXPECT_THAT(errors_of(response), ElementsAre("?limit out_of_range")) << limit;
  }
  const Response both = world.get("/v1/accounts?limit=0&after=" + std::string(256, 'a'));
  EXPECT_THAT(errors_of(both), ElementsAre("?limit out_of_range", "?after out_of_range"));
}

TEST(Lists, RefuseAsACursorWhatNoObjectCanHaveAsItsKey) {
  ApiWorld world;
  const std::string hostile[] = {"", "%27%20OR%201=1--", "%F4%8F%BF%BF", "a%20b",
                                 std::string(256, 'a')};
  const struct {
    std::string path;
    std::string wrong;
    std::string takes;
  } rows[] = {
      {"/v1/accounts", "-a", "`id` of the last account that was read, 1 to 64 of A-Z a-z 0-9 . _"},
      {"/v1/accounts/one/domains", "zz..bad", "`domain` of the last domain that was read, a name"},
      {"/v1/accounts/one/authorizations", "zz..bad", "`domain` of the last domain that was read"},
      {"/v1/accounts/one/messages", "zzz", "`id` of the last message that was read, digits and"}};
  for (const auto& row : rows) {
    const Response response = world.get(row.path + "?after=" + row.wrong);
    EXPECT_EQ(response.status, 422) << row.path;
    ASSERT_THAT(errors_of(response), ElementsAre("?after out_of_range")) << row.path;
    const auto problem = object_of(response);
    EXPECT_THAT(field(problem.at("errors").as_array().at(0).as_object(), "detail"),
                AllOf(HasSubstr("`" + row.wrong + "` is no cursor: "), HasSubstr(row.takes)));
    for (const std::string& after : hostile) {
      EXPECT_EQ(world.get(row.path + "?after=" + after).status, 422) << row.path << " " << after;
    }
  }
}

}  // namespace
}  // namespace mandate::web
