// How published policies stand to a sending pool.
#include "advice/pool_fit.h"

#include <gtest/gtest.h>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

const char* const zone = R"($ORIGIN test.
$TTL 300
exact        TXT "v=spf1 ip4:192.0.2.0/28 -all"
soft         TXT "v=spf1 include:exact.test ~all"
pieces       TXT "v=spf1 ip4:192.0.2.0/29 ip4:192.0.2.8/30 ip4:192.0.2.12/30"
narrow       TXT "v=spf1 ip4:192.0.2.0/29 ~all"
wide         TXT "v=spf1 ip4:192.0.2.0/27 -all"
other        TXT "v=spf1 ip4:192.0.2.8/29 ip4:198.51.100.0/24 -all"
everyone     TXT "v=spf1 +all"
dynamic      TXT "v=spf1 ip4:192.0.2.0/28 exists:%{i}.list.test -all"
two          TXT "v=spf1 ip4:192.0.2.0/28 -all"
two          TXT "v=spf1 -all"
away         TXT "v=spf1 include:silent.test -all"
)";

std::string ranges_text(const std::vector<StandingOf>& parts) {
  std::string out;
  for (const StandingOf& part : parts) {
    for (const dns::AddressRange& range : joined(part.ranges)) {
      out += (out.empty() ? "" : ", ") + range_text(range);
    }
  }
  return out;
}

TEST(PoolFit, SaysWhoIsMissingAndWhoPassesBeside) {
  const struct {
    const char* domain;
    const char* missing;
    const char* surplus;
    bool differs;
    bool unanswered;
  } rows[] = {
      {"exact.test", "", "", false, false},
      {"soft.test", "", "", false, false},    // another result than pass is all the same
      {"pieces.test", "", "", false, false},  // it does not matter how it is written
      {"narrow.test", "192.0.2.8/29", "", true, false},
      {"wide.test", "", "192.0.2.16/28", true, false},
      {"other.test", "192.0.2.0/29", "198.51.100.0/24", true, false},
      {"everyone.test", "", "0.0.0.0 to 192.0.1.255, 192.0.2.16 to 255.255.255.255, ::/0", true,
       false},
      {"dynamic.test", "", "", true, false},
      {"none.test", "192.0.2.0/28", "", true, false},
      {"two.test", "192.0.2.0/28", "", true, false},
      {"away.test", "", "", false, true},
  };
  const std::vector pool{prefix("192.0.2.0/29"), prefix("192.0.2.8/29")};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.domain);
    ZoneAnswers dns(zone);
    dns.fail({name("silent.test"), dns::RecordType::txt});
    const PoolFit fit = dns.settle(
        [&](const dns::Facts& facts) { return pool_fit(name(row.domain), pool, facts); });
    EXPECT_EQ(ranges_text(fit.missing), row.missing);
    EXPECT_EQ(ranges_text(fit.surplus), row.surplus);
    EXPECT_EQ(fit.differs(), row.differs);
    EXPECT_EQ(fit.unanswered(), row.unanswered);
    EXPECT_EQ(fit.exact(), !row.differs && !row.unanswered);
  }
}

}  // namespace
}  // namespace mandate::advice
