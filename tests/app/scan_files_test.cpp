// What a scan writes and keeps: JSON, CSV, counts, and the state that it resumes from.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <random>

#include "app/commands/csv_line.h"
#include "app/commands/scan_state.h"
#include "app/commands/scan_summary.h"
#include "app/json_writer.h"
#include "program.h"

namespace mandate::app {
namespace {

/// Now and then behind plain text that is longer than what is staged.
std::string random_octets(std::mt19937& random) {
  static constexpr std::string_view special = "\"\\/\b\f\n\r\t\x7f\xc3\xa4\x80";
  std::string out(random() % 4 == 0 ? random() % 2'000 : random() % 40, 'x');
  for (auto count = random() % 20; count > 0; --count) {
    out += random() % 3 == 0 ? special[random() % special.size()] : static_cast<char>(random());
  }
  return out;
}

TEST(JsonWriter, WritesTheVeryOctetsOfBoostJson) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_octets(random);
    const auto number = static_cast<std::int32_t>(random());
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.string("text", text);
    json.key("list");
    json.begin_array();
    json.number(number);
    json.null();
    json.begin_object();
    json.end_object();
    json.string(text);
    json.end_array();
    json.boolean("last", number % 2 == 0);
    json.end_object();
    const boost::json::object twin{
        {"text", json_text(text)},
        {"list", {number, nullptr, boost::json::object(), json_text(text)}},
        {"last", number % 2 == 0}};
    ASSERT_EQ(out, boost::json::serialize(twin));
  }
}

TEST(CsvLine, QuotesWhatNeedsItAndShowsNoControlCharacter) {
  std::string out;
  CsvLine(out)
      .number(7)
      .text("plain")
      .text("a,b")
      .text("say \"no\"")
      .text("")
      .text("\x1b[0m\\\n")
      .sentence("\"\\x1b\" is none\t")
      .end();
  EXPECT_EQ(out,
            "7,plain,\"a,b\",\"say \"\"no\"\"\",,\\x1b[0m\\\\\\x0a,"
            "\"\"\"\\x1b\"\" is none\\x09\"\n");
}

TEST(FrequentNames, CountsExactlyWhileThereIsRoom) {
  FrequentNames names(3);
  for (const char* name : {"b", "a", "b", "c", "a", "b"}) names.add(name);
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;
  EXPECT_EQ(names.top(2), (Counts{{"b", 3}, {"a", 2}}));
}

TEST(FrequentNames, MissesNoNameThatIsFrequentAndIsWrongByTheStatedPartAtMost) {
  FrequentNames names(100);
  constexpr std::uint64_t hot = 3'000;
  constexpr std::uint64_t total = 30'000;
  for (std::uint64_t i = 0; i < total; ++i) {
    names.add(i % 10 == 0 ? "hot.example" : "d" + std::to_string(i) + ".example");
  }
  const auto top = names.top(1);
  ASSERT_FALSE(top.empty());
  EXPECT_EQ(top.front().first, "hot.example");
  EXPECT_LE(top.front().second, hot);
  EXPECT_GE(top.front().second + total / 100, hot);
}

TEST(ScanState, IsReadAsItWasSaved) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "state";
  EXPECT_EQ(load_state(path).value(), std::nullopt);
  const ScanState states[] = {
      {.scan = "check \"a\\b\".txt", .lines = 12'345},
      {.scan = "lint", .lines = 1, .ahead = {3, 7}, .output = OutputPlace{1, 2, UINT64_MAX}}};
  for (const ScanState& state : states) {
    ASSERT_TRUE(save_state(path, state));
    EXPECT_EQ(load_state(path).value(), state);
  }
}

TEST(ScanState, WhatIsNoStateIsRefusedWithItsName) {
  const testing::TemporaryFolder folder;
  for (const char* text : {"", "{}", "[]", "{\"version\":2}", "no JSON",
                           R"({"version":1,"scan":"check","lines":-1,"ahead":[],"output":null})",
                           R"({"version":1,"scan":7,"lines":1,"ahead":[],"output":null})",
                           R"({"version":1,"scan":"check","lines":1,"ahead":["x"],"output":null})",
                           R"({"version":1,"scan":"check","lines":1,"ahead":[]})"}) {
    const std::string path = folder.write("state", text);
    const auto state = load_state(path);
    ASSERT_FALSE(state) << text;
    EXPECT_EQ(state.error().exit_code, 65);
    EXPECT_NE(state.error().message.find(path), std::string::npos);
  }
  EXPECT_EQ(save_state(folder / "none/state", {}).error().exit_code, 74);
}

}  // namespace
}  // namespace mandate::app
