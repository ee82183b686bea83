// Durations, endpoints, spelling: values that people write.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "app/duration.h"
#include "app/endpoint.h"
#include "app/spelling.h"

namespace mandate::app {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsAWholeNumberAndAUnit) {
  const std::pair<const char*, std::int64_t> table[] = {
      {"0s", 0},           {"250ms", 250},      {"20s", 20'000}, {"5m", 300'000},
      {"24h", 86'400'000}, {"5d", 432'000'000}, {"007s", 7000},  {"3650d", 315'360'000'000}};
  for (const auto& [text, expected] : table) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error();
    EXPECT_EQ(parsed->count(), expected) << text;
  }
}

TEST(Duration, RefusesAnythingElseAndSaysWhy) {
  const std::pair<const char*, const char*> table[] = {
      {"", "is not a duration"},
      {"s", "is not a duration"},
      {"-5s", "is not a duration"},
      {"-0s", "is not a duration"},
      {"+5s", "is not a duration"},
      {" 5s", "is not a duration"},
      {"20", "does not end in a unit"},
      {"20 s", "does not end in a unit"},
      {"1.5h", "does not end in a unit"},
      {"20S", "does not end in a unit"},
      {"5w", "does not end in a unit"},
      {"5s ", "does not end in a unit"},
      {"3651d", "is longer than 3650d"},
      {"9223372036854775807d", "is longer than 3650d"},
      {"99999999999999999999s", "is longer than 3650d"},
      {"1\x1b[2Js", "\"1\\x1b[2Js\" does not end in a unit"}};
  for (const auto& [text, expected] : table) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().find(expected), std::string::npos) << parsed.error();
  }
}

TEST(Duration, ComesBackFromItsText) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5000; ++i) {
    const milliseconds duration{static_cast<std::int64_t>(random() % 315'360'000'000U)};
    EXPECT_EQ(parse_duration(duration_text(duration)), duration) << duration_text(duration);
  }
  EXPECT_EQ(duration_text(std::chrono::hours{24}), "1d");
  EXPECT_EQ(duration_text(milliseconds{90'000}), "90s");
  EXPECT_EQ(duration_text(milliseconds{0}), "0s");
}

TEST(Endpoint, IsAnAddressAndAPort) {
  for (const char* same :
       {"127.0.0.1:8025", "0.0.0.0:0", "192.0.2.1:65535", "[::1]:8025", "[2001:db8::25]:443"}) {
    const auto parsed = parse_endpoint(same);
    ASSERT_TRUE(parsed) << parsed.error();
    EXPECT_EQ(text(*parsed), same);
  }
}

TEST(Endpoint, RefusesNamesMissingPortsAndStrayBrackets) {
  const std::pair<const char*, const char*> table[] = {
      {"", "has no port"},
      {"127.0.0.1", "has no port"},
      {"localhost:8025", "does not begin with an IP address"},
      {":8025", "does not begin with an IP address"},
      {"[]:1", "does not begin with an IP address"},
      {"[::1:8025", "does not begin with an IP address"},
      {"127.0.0.1:", "does not end in a port"},
      {"127.0.0.1:65536", "does not end in a port"},
      {"127.0.0.1:-1", "does not end in a port"},
      {"127.0.0.1:80x", "does not end in a port"},
      {"127.0.0.1: 80", "does not end in a port"},
      {"::1:8025", "has an IPv6 address without brackets"},
      {"[127.0.0.1]:80", "has brackets round an IPv4 address"}};
  for (const auto& [given, expected] : table) {
    const auto parsed = parse_endpoint(given);
    ASSERT_FALSE(parsed) << given;
    EXPECT_NE(parsed.error().find(expected), std::string::npos) << parsed.error();
  }
}

TEST(Nearest, IsTheLikeliestWordOrNone) {
  constexpr std::array<std::string_view, 4> words = {"include_name", "pool", "helo_names", "url"};
  EXPECT_EQ(nearest("include_nmae", words), "include_name");  // swapped
  EXPECT_EQ(nearest("include-name", words), "include_name");  // replaced
  EXPECT_EQ(nearest("INCLUDE_NAME", words), "include_name");  // case
  EXPECT_EQ(nearest("helo_name", words), "helo_names");       // left out
  EXPECT_EQ(nearest("pools", words), "pool");                 // put in
  EXPECT_EQ(nearest("urn", words), "url");
  EXPECT_EQ(nearest("listen", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), words), std::nullopt);
}

}  // namespace
}  // namespace mandate::app
