// What a person is told of a sending domain.
#include "app/commands/domain_report.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

namespace mandate::app {
namespace {

const Palette kPlain(false);

TEST(DomainReport, TellsToPublishTheTxtBesideThatOfAnotherAccount) {
  const struct {
    const char* purpose;
    const char* action;
    const char* observed;
    const char* heading;
  } rows[] = {
      {"ownership", "add", "[]", "Publish this record:\n"},
      {"ownership", "add", R"(["mandate-account=other"])",
       "Publish this record beside what is found there today, not in its place:\n"},
      {"ownership", "nothing_to_do", R"(["mandate-account=own"])",
       "The record is published; nothing is to be done:\n"},
      {"spf", "add", R"(["v=spf1 -all"])", "Publish this record:\n"},
  };
  for (const auto& row : rows) {
    const std::string record = std::string(R"([{"required":true,"purpose":")") + row.purpose +
                               R"(","action":")" + row.action + R"(","observed":)" + row.observed +
                               "}]";
    const std::string text = records_text(boost::json::parse(record).as_array(), kPlain);
    EXPECT_TRUE(text.starts_with(row.heading)) << text;
  }
}

}  // namespace
}  // namespace mandate::app
