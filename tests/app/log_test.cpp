#include "app/log.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

namespace mandate::app {
namespace {

/// What `write` puts on stderr.
std::string logged(LogLevel level, LogFormat format,
                   const std::function<void(spdlog::logger&)>& write) {
  ::testing::internal::CaptureStderr();
  write(*make_logger(level, format));
  return ::testing::internal::GetCapturedStderr();
}

/// The one JSON line that was written.
boost::json::object logged_object(const std::function<void(spdlog::logger&)>& write) {
  const std::string text = logged(LogLevel::debug, LogFormat::json, write);
  EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  EXPECT_TRUE(!error && value.is_object()) << text;
  return value.is_object() ? value.get_object() : boost::json::object();
}

TEST(JsonLog, HasTimeLevelMessageAndTheFieldsOfAnEvent) {
  const auto object = logged_object([](spdlog::logger& log) {
    log.warn(event("listening", {{"address", "http://127.0.0.1:8025"}}));
  });
  EXPECT_EQ(object.size(), 4U);
  EXPECT_EQ(object.at("level"), "warning");
  EXPECT_EQ(object.at("message"), "listening");
  EXPECT_EQ(object.at("address"), "http://127.0.0.1:8025");
  const boost::json::string& time = object.at("time").as_string();
  ASSERT_EQ(time.size(), 24U);  // 2026-11-23T12:00:00.000Z
  EXPECT_EQ(time[10], 'T');
  EXPECT_EQ(time[19], '.');
  EXPECT_EQ(time[23], 'Z');
}

TEST(JsonLog, StaysOneValidLineWhateverTheMessage) {
  const std::string messages[] = {
      "a\"b\\c\r\nd\x1b[2J", "\xff\xfe", "{\"message\": ", "{} and more", "[1]", "{\n"};
  for (const std::string& message : messages) {
    const auto object = logged_object([&](spdlog::logger& log) { log.info(message); });
    EXPECT_EQ(object.at("message").as_string(), message == "\xff\xfe" ? "\\xff\\xfe" : message);
    EXPECT_EQ(object.at("level"), "info");
  }
}

TEST(JsonLog, LetsNoFieldReplaceTimeOrLevel) {
  const auto object = logged_object(
      [](spdlog::logger& log) { log.error(event("x", {{"level", "debug"}, {"time", "never"}})); });
  EXPECT_EQ(object.at("level"), "error");
  EXPECT_NE(object.at("time"), "never");
}

TEST(TextLog, IsOnePrintableLine) {
  const std::string text = logged(LogLevel::info, LogFormat::text, [](spdlog::logger& log) {
    log.info(event("zones\nread", {{"error", "a\x1b\"b"}}));
  });
  EXPECT_TRUE(text.ends_with("Z info zones\\x0aread error=\"a\\u001b\\\"b\"\n")) << text;
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  const auto write = [](spdlog::logger& log) {
    log.debug("one");
    log.info("two");
    log.warn("three");
    log.error("four");
  };
  const std::string text = logged(LogLevel::warning, LogFormat::text, write);
  EXPECT_EQ(text.find("two"), std::string::npos);
  EXPECT_NE(text.find("three"), std::string::npos);
  EXPECT_NE(text.find("four"), std::string::npos);
  EXPECT_NE(logged(LogLevel::debug, LogFormat::text, write).find("debug one"), std::string::npos);
}

}  // namespace
}  // namespace mandate::app
