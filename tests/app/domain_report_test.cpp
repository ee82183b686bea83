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

TEST(DomainReport, SaysUntilWhenTheResolverMayHaveWhatStoodThereBefore) {
  const std::string told = "Until 2027-01-15T09:00:00Z the resolver may still";
  const std::string line = "  visible by 2027-01-15T09:00:00Z\n";
  const struct {
    const char* visible_by;
    const char* checked_at;
    const char* action;
    bool has_line;
    bool tells;
  } rows[] = {
      {R"("2027-01-15T09:00:00Z")", "2027-01-15T08:59:59Z", "change", true, true},
      {R"("2027-01-15T09:00:00Z")", "2027-01-15T08:59:59Z", "nothing_to_do", true, false},
      {R"("2027-01-15T09:00:00Z")", "2027-01-15T09:00:00Z", "change", true, false},
      {"null", "2027-01-15T08:59:59Z", "change", false, false},
  };
  for (const auto& row : rows) {
    const std::string domain =
        std::string(R"({"domain":"customer.example","status":"verified","may_send":true,)") +
        R"("visible_by":)" + row.visible_by + R"(,"records":[{"required":true,"checked_at":")" +
        row.checked_at + R"(","action":")" + row.action + R"("}]})";
    const std::string text = domain_text(boost::json::parse(domain).as_object(), kPlain);
    EXPECT_EQ(text.contains(line), row.has_line) << text;
    EXPECT_EQ(text.contains(told), row.tells) << text;
  }
}

}  // namespace
}  // namespace mandate::app
