#include "web/json_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"

namespace mandate::web {
namespace {

using ::testing::ElementsAre;

Request request_with(std::string body, const std::string& type = "application/json") {
  Request request;
  request.method = "POST";
  request.headers["content-type"] = type;
  request.body = std::move(body);
  return request;
}

std::string nested(std::size_t levels) {  // the object at the top is one of them
  return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
}

struct Refused {
  const char* rule;
  std::string body;
  int status;
  const char* code;
};

class HostileJson : public ::testing::TestWithParam<Refused> {};

TEST_P(HostileJson, IsRefused) {
  const auto body = JsonBody::read(request_with(GetParam().body));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().status, GetParam().status);
  EXPECT_EQ(code_of(body.error()), GetParam().code);
  EXPECT_LT(body.error().body.size(), 20000U) << "the answer does not grow with the attack";
}

std::string many_fields(int count) {
  std::string body = "{";
  for (int i = 0; i < count; ++i) body += "\"f" + std::to_string(i) + "\":\"\",";
  body.back() = '}';
  return body;
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, HostileJson,
    ::testing::Values(Refused{"Empty", "", 400, "malformed_json"},
                      Refused{"WhiteSpace", " \n\t ", 400, "malformed_json"},
                      Refused{"CutOff", R"({"a":"b")", 400, "malformed_json"},
                      Refused{"CutOffInAString", R"({"a":"b)", 400, "malformed_json"},
                      Refused{"Trailing", R"({"a":"b"} x)", 400, "malformed_json"},
                      Refused{"TwoObjects", R"({}{})", 400, "malformed_json"},
                      Refused{"TrailingComma", R"({"a":"b",})", 400, "malformed_json"},
                      Refused{"Comment", R"({"a":"b"/* c */})", 400, "malformed_json"},
                      Refused{"SingleQuotes", R"({'a':'b'})", 400, "malformed_json"},
                      Refused{"NotANumber", R"({"a":NaN})", 400, "malformed_json"},
                      Refused{"Array", R"(["a"])", 400, "malformed_json"},
                      Refused{"String", R"("a")", 400, "malformed_json"},
                      Refused{"Null", "null", 400, "malformed_json"},
                      Refused{"ArrayOfObjects", R"([{"a":"b"}])", 400, "malformed_json"},
                      Refused{"ByteOrderMark", "\xEF\xBB\xBF{}", 400, "malformed_json"},
                      Refused{"RawNul", std::string("{\"a\":\"\0\"}", 9), 400, "malformed_json"},
                      Refused{"RawNulBehind", std::string("{}\0", 3), 400, "malformed_json"},
                      Refused{"RawNewline", "{\"a\":\"b\nc\"}", 400, "malformed_json"},
                      Refused{"LatinOctet", "{\"a\":\"\xFC\"}", 400, "malformed_json"},
                      Refused{"LatinOctetInAName", "{\"\xFC\":\"a\"}", 400, "malformed_json"},
                      Refused{"OverlongUtf8", "{\"a\":\"\xC0\xAF\"}", 400, "malformed_json"},
                      Refused{"SurrogateInUtf8", "{\"a\":\"\xED\xA0\x80\"}", 400, "malformed_json"},
                      Refused{"LoneSurrogate", R"({"a":"\ud800"})", 400, "malformed_json"},
                      Refused{"BadEscape", R"({"a":"\x41"})", 400, "malformed_json"},
                      Refused{"OneLevelTooDeep", nested(kDepthLimit + 1), 400, "malformed_json"},
                      Refused{"AMillionLevels", std::string(1000000, '['), 400, "malformed_json"},
                      Refused{"AMillionObjects",
                              [] {
                                std::string body;
                                for (int i = 0; i < 100000; ++i) body += R"({"a":)";
                                return body;
                              }(),
                              400, "malformed_json"},
                      Refused{"OneOctetTooLarge", "{" + std::string(kBodyLimit - 1, ' ') + "}", 413,
                              "body_too_large"},
                      Refused{"Twice", R"({"a":"1","a":"2"})", 422, "validation_failed"},
                      Refused{"TwiceInDisguise", R"({"a":"1","\u0061":"2"})", 422,
                              "validation_failed"},
                      Refused{"TwiceOfAnyType", R"({"a":[],"a":"2"})", 422, "validation_failed"},
                      Refused{"ManyFields", many_fields(300000), 422, "validation_failed"}),
    [](const auto& tested) { return tested.param.rule; });

TEST(JsonBody, NamesAFieldThatComesTwiceOnce) {
  const auto body = JsonBody::read(request_with(R"({"a":"1","b":"","a":"2","a":"3"})"));
  ASSERT_FALSE(body);
  EXPECT_THAT(errors_of(body.error()), ElementsAre("/a duplicate_field"));
}

TEST(JsonBody, TakesWhatIsAtItsLimits) {
  EXPECT_TRUE(JsonBody::read(request_with(nested(kDepthLimit))));
  EXPECT_TRUE(JsonBody::read(request_with("{" + std::string(kBodyLimit - 2, ' ') + "}")));
}

TEST(JsonBody, GivesStringsWithTheirEscapesResolved) {
  auto body = JsonBody::read(request_with(
      " {\"a\":\"\\u00fc\\n\\\"\\\\\\/\\ud83d\\ude00\", \"\\u0062\": \"b\\u0000c\"} "));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text("a"), "\xC3\xBC\n\"\\/\xF0\x9F\x98\x80");
  EXPECT_EQ(body->text("b"), std::string("b\0c", 3));
  EXPECT_EQ(body->text("c"), std::nullopt);
  EXPECT_FALSE(body->refusal());
}

TEST(JsonBody, GivesLongStringsWhole) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += i % 7 == 0 ? "\\n" : "ab";
  auto body = JsonBody::read(request_with(R"({"a":")" + text + R"("})"));
  ASSERT_TRUE(body);
  std::string expected;
  for (int i = 0; i < 100000; ++i) expected += i % 7 == 0 ? "\n" : "ab";
  EXPECT_EQ(body->text("a"), expected);
}

TEST(JsonBody, NamesEveryFieldAtFault) {
  auto body = JsonBody::read(request_with(
      R"({"a":1,"b":null,"c":{"c":"x"},"d":[],"e":true,"f":"ok","g/h~i":"x","j":1.5})"));
  ASSERT_TRUE(body);
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) (void)body->text(name);
  (void)body->required("k");
  const auto refusal = body->refusal();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 422);
  EXPECT_THAT(errors_of(*refusal), ElementsAre("/a wrong_type", "/b wrong_type", "/c wrong_type",
                                               "/d wrong_type", "/e wrong_type", "/k missing",
                                               "/g~1h~0i unknown_field", "/j unknown_field"));
}

TEST(JsonBody, CutsTheNamesOfUnknownFieldsInTheirPointers) {
  auto body = JsonBody::read(request_with("{\"" + std::string(100000, 'x') + "\":1}"));
  ASSERT_TRUE(body);
  EXPECT_LT(body->refusal()->body.size(), 1000U);
}

TEST(JsonBody, NeedsToBeDeclaredAsJson) {
  for (const char* type : {"application/json", "Application/JSON",
                           "application/json; charset=utf-8", "application/json;charset=UTF-8",
                           " application/json ", "application/json; charset=\"utf-8\""}) {
    EXPECT_TRUE(JsonBody::read(request_with("{}", type))) << type;
  }
  for (const char* type :
       {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded", "json",
        "application/json; charset=latin1", "application/json, text/plain", "appli cation/json",
        "multipart/form-data; boundary=application/json"}) {
    const auto body = JsonBody::read(request_with("{}", type));
    ASSERT_FALSE(body) << type;
    EXPECT_EQ(body.error().status, 415) << type;
    EXPECT_EQ(code_of(body.error()), "media_type");
  }
  Request none = request_with("{}");
  none.headers.clear();
  EXPECT_EQ(JsonBody::read(none).error().status, 415);
}

TEST(JsonBody, MayBeLeftOutWhereNoFieldIsNeeded) {
  Request request;
  ASSERT_TRUE(JsonBody::read_optional(request));
  EXPECT_FALSE(JsonBody::read_optional(request)->refusal());
  EXPECT_TRUE(JsonBody::read_optional(request_with("{\"a\":\"\"}"))->refusal());
}

}  // namespace
}  // namespace mandate::web
