#include "web/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"

namespace mandate::web {
namespace {

using ::testing::ElementsAre;

TEST(Problem, IsJsonWhateverOctetsItsDetailHas) {
  const Response response = problem(403, "domain_pending", "a\xFF\n\"");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body, R"({"type":"urn:mandate:problem:domain_pending",)"
                           R"("title":"Domain pending","status":403,)"
                           R"("detail":"a\\255\\010\"","code":"domain_pending"})");
  EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
}

TEST(Problem, NamesFieldsByPointerAndParametersByName) {
  const Response response = validation_problem(
      {{.pointer = pointer_to("a/b~c"), .code = "missing", .detail = "d", .parameter = {}},
       {.pointer = {}, .code = "out_of_range", .detail = "d", .parameter = "limit"},
       {.pointer = {}, .code = "too_many_fields", .detail = "d", .parameter = {}}});
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(errors_of(response),
              ElementsAre("/a~1b~0c missing", "?limit out_of_range", " too_many_fields"));
}

TEST(Answers, AreNeverSniffedNorStored) {
  for (const Response& response : {problem(404, "not_found", ""), json_answer(204, nullptr),
                                   json_text_answer(200, "{}"), validation_problem({})}) {
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  }
}

TEST(Answers, WithoutABodyHaveNoType) {
  EXPECT_EQ(header(json_answer(204, nullptr), "Content-Type"), "(none)");
}

}  // namespace
}  // namespace mandate::web
