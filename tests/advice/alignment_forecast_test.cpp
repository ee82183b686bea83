#include "advice/alignment_forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::HasSubstr;

std::optional<std::string> forecast(const std::string& zone, std::string_view from,
                                    std::string_view return_path) {
  ZoneAnswers dns(zone);
  const DmarcDiscovery discovery =
      dns.settle([&](const dns::Facts& facts) { return discover_dmarc(name(from), facts); });
  return unaligned_return_path(discovery, name(return_path));
}

TEST(AlignmentForecast, OnlyStrictAlignmentLeavesAReturnPathOut) {
  const struct {
    std::string record;
    std::string said;  // empty: nothing
  } rows[] = {
      {"v=DMARC1; p=reject; aspf=s", "a receiver is asked to reject the mail (p=reject)."},
      {"v=DMARC1; p=quarantine; aspf=S", "treat the mail as suspicious (p=quarantine)."},
      {"v=DMARC1; p=none; aspf=s", "take no action (p=none)."},
      {"v=DMARC1; p=reject; aspf=s; pct=20", "Receivers that heed pct=20"},
      {"v=DMARC1; p=reject; aspf=r", ""},
      {"v=DMARC1; p=reject", ""},
      {"v=DMARC1; p=reject; aspf=x", ""},
      {"v=DMARC2; p=reject; aspf=s", ""},
      {"v=spf1 -all", ""},
  };
  for (const auto& row : rows) {
    const auto said = forecast("_dmarc.customer.example. TXT \"" + row.record + "\"\n",
                               "customer.example", "bounce.customer.example");
    EXPECT_EQ(said.has_value(), !row.said.empty()) << row.record;
    EXPECT_THAT(said.value_or(""), HasSubstr(row.said)) << row.record;
  }
}

TEST(AlignmentForecast, NamesTheRecordThatDecidesAndBothWaysOut) {
  const auto said =
      forecast("_dmarc.customer.example. TXT \"v=DMARC1; p=none; sp=reject; aspf=s\"\n",
               "news.customer.example", "bounce.news.customer.example");
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, HasSubstr("The DMARC record at _dmarc.customer.example asks for strict"));
  EXPECT_THAT(*said, HasSubstr("From at news.customer.example"));
  EXPECT_THAT(*said, HasSubstr("MAIL FROM at bounce.news.customer.example"));
  EXPECT_THAT(*said, HasSubstr("(sp=reject)"));
  EXPECT_THAT(*said, HasSubstr("apex_include"));
  EXPECT_THAT(*said, HasSubstr("`aspf=r`"));
}

TEST(AlignmentForecast, TheDomainItselfIsAlignedInEveryMode) {
  EXPECT_FALSE(forecast("_dmarc.customer.example. TXT \"v=DMARC1; p=reject; aspf=s\"\n",
                        "customer.example", "customer.example"));
}

}  // namespace
}  // namespace mandate::advice
