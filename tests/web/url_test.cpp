#include "web/url.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace mandate::web {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Path, IsCutAtSlashesBeforeItIsDecoded) {
  EXPECT_THAT(path_segments("/v1/a%20b").value(), ElementsAre("v1", "a b"));
  EXPECT_THAT(path_segments("/").value(), ElementsAre(""));
  EXPECT_THAT(path_segments("/v1/").value(), ElementsAre("v1", ""));
  EXPECT_THAT(path_segments("//v1").value(), ElementsAre("", "v1"));
  EXPECT_THAT(path_segments("/b%C3%BCcher.example").value(), ElementsAre("b\xC3\xBC"
                                                                         "cher.example"));
  EXPECT_THAT(path_segments("/a+b").value(), ElementsAre("a+b"));
  EXPECT_THAT(path_segments("/%2E%2E/x").value(), ElementsAre("..", "x"));
  EXPECT_THAT(path_segments("/%2541").value(), ElementsAre("%41")) << "decoded once, not twice";
}

TEST(Path, IsRefusedWhenTwoReadersCouldSeeTwoPathsInIt) {
  for (const std::string_view path :
       {"",       "v1",     "*",          "/%",    "/%4",     "/%4g",       "/%g4",
        "/%-1",   "/% 1",   "/%+1",       "/%00",  "/a%00b",  "/%0d%0a",    "/%7f",
        "/a%2Fb", "/a%2fb", "/%ff",       "/%C3",  "/%C0%AF", "/%ED%A0%80", "/a b",
        "/a\\b",  "/a#b",   "/b\xC3\xBC", "/a\tb", "/<a>",    "/a|b"}) {
    const auto segments = path_segments(path);
    ASSERT_FALSE(segments) << path;
    EXPECT_THAT(segments.error(), HasSubstr("ath")) << path;
  }
}

TEST(Query, IsReadAsFormFields) {
  EXPECT_THAT(parse_query("").value(), ElementsAre());
  EXPECT_THAT(parse_query("limit=5&after=a%2Eb").value(),
              ElementsAre(Pair("after", "a.b"), Pair("limit", "5")));
  EXPECT_THAT(parse_query("a=b+c%2Bd").value(), ElementsAre(Pair("a", "b c+d")));
  EXPECT_THAT(parse_query("a&b=&c==").value(),
              ElementsAre(Pair("a", ""), Pair("b", ""), Pair("c", "=")));
  EXPECT_THAT(parse_query("&a=1&&").value(), ElementsAre(Pair("a", "1")));
}

TEST(Query, IsRefusedWhenMalformedOrAmbiguous) {
  for (const std::string_view query :
       {"a=%", "a=%zz", "%=1", "a=%00", "a=%0A", "a=%ff", "limit=1&limit=2", "a&%61", "a=\x01"}) {
    EXPECT_FALSE(parse_query(query)) << query;
  }
}

TEST(PercentDecoding, IsTheInverseOfEncodingForEveryOctet) {
  std::mt19937 random(20261123);
  std::uniform_int_distribution<int> octet(0, 255);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::string encoded;
    for (int i = 0; i < round % 40; ++i) {
      const int value = octet(random);
      text += static_cast<char>(value);
      encoded += round % 2 == 0 ? fmt::format("%{:02X}", value) : fmt::format("%{:02x}", value);
    }
    EXPECT_EQ(percent_decode(encoded), text);
  }
}

}  // namespace
}  // namespace mandate::web
