// The record of the article that this program makes whole, as printed and as meant.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "program.h"

namespace mandate::app::testing {
namespace {

const std::string meant =
    "v=spf1 ip4:38.74.192.64/27 ip4:38.122.106.8/30 ip4:38.102.153.129/27 ip4:38.122.152.32/29 "
    "ip4:159.63.54.50/30 ip4:64.215.193.192/27 include:spf.protection.outlook.com "
    "include:outlook.com a mx -all";

/// The zone round the record; `record` stands at seed.test.
std::string zone_with(const std::string& record) {
  return "$TTL 300\nseed.test. TXT \"" + record.substr(0, 150) + "\" \"" + record.substr(150) +
         "\"\n" + R"(
seed.test. A 192.0.2.80
seed.test. MX 10 mx1.seed.test.
seed.test. MX 20 mx2.seed.test.
mx1.seed.test. A 192.0.2.25
mx2.seed.test. A 192.0.2.26
spf.protection.outlook.com. TXT ( "v=spf1 ip4:40.92.0.0/15 ip4:40.107.0.0/16 ip4:52.100.0.0/15 "
  "ip4:52.102.0.0/16 ip4:52.103.0.0/17 ip4:104.47.0.0/17 ip6:2a01:111:f400::/48 "
  "ip6:2a01:111:f403::/49 ip6:2a01:111:f403:8000::/51 ip6:2a01:111:f403:c000::/51 "
  "ip6:2a01:111:f403:f000::/52 -all" )
outlook.com. TXT ( "v=spf1 include:spf-a.outlook.com include:spf-b.outlook.com "
  "ip4:157.55.9.128/25 include:spf.protection.outlook.com include:spf-a.hotmail.com "
  "include:_spf-ssg-b.microsoft.com include:_spf-ssg-c.microsoft.com ~all" )
spf-a.outlook.com. TXT ( "v=spf1 ip4:157.56.232.0/21 ip4:157.56.240.0/20 ip4:207.46.198.0/25 "
  "ip4:207.46.4.128/25 ip4:157.56.24.0/25 ip4:157.55.157.128/25 ip4:157.55.61.0/24 "
  "ip4:157.55.49.0/25 ip4:65.55.174.0/25 ip4:65.55.126.0/25 ip4:65.55.113.64/26 "
  "ip4:65.55.94.0/25 -all" )
spf-b.outlook.com. TXT ( "v=spf1 ip4:65.55.78.128/25 ip4:111.221.112.0/21 ip4:207.46.58.128/25 "
  "ip4:111.221.69.128/25 ip4:111.221.66.0/25 ip4:111.221.23.128/25 ip4:70.37.151.128/25 "
  "ip4:157.56.248.0/21 ip4:213.199.177.0/26 ip4:157.55.225.0/25 ip4:157.55.11.0/25 -all" )
spf-a.hotmail.com. TXT ( "v=spf1 ip4:157.55.0.192/26 ip4:157.55.1.128/26 ip4:157.55.2.0/25 "
  "ip4:65.54.190.0/24 ip4:65.54.51.64/26 ip4:65.54.61.64/26 ip4:65.55.111.0/24 "
  "ip4:65.55.116.0/25 ip4:65.55.34.0/24 ip4:65.55.90.0/24 ip4:65.54.241.0/24 "
  "ip4:207.46.117.0/24 ~all" )
_spf-ssg-b.microsoft.com. TXT ( "v=spf1 ip4:207.68.169.173/30 ip4:207.68.176.0/26 "
  "ip4:207.46.132.128/27 ip4:207.68.176.96/27 ip4:65.55.238.129/26 ip4:65.55.238.129/26 "
  "ip4:207.46.116.128/29 ip4:65.55.178.128/27 ip4:213.199.161.128/27 ip4:65.55.33.64/28 ~all" )
_spf-ssg-c.microsoft.com. TXT ( "v=spf1 ip4:65.54.121.120/29 ip4:65.55.81.48/28 "
  "ip4:65.55.234.192/26 ip4:207.46.200.0/27 ip4:65.55.52.224/27 ip4:94.245.112.10/31 "
  "ip4:94.245.112.0/27 ip4:111.221.26.0/27 ip4:207.46.50.192/26 ip4:207.46.50.224 ~all" )
)";
}

struct Answer {
  int exit_code = -1;
  boost::json::object object;
};

Answer check(const std::string& zone, const std::string& ip) {
  const Ended ended = run_program({"check", "--zone", zone, "--ip", ip, "--mail-from",
                                   "news@seed.test", "--helo", "out.seed.test", "--json"});
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(ended.out, error);
  EXPECT_TRUE(!error && value.is_object()) << ended.out << ended.err;
  return {ended.exit_code, value.is_object() ? value.get_object() : boost::json::object()};
}

TEST(ArticleExample, AsPrintedIsNoRecordAndTheNearMissIsNamed) {
  const TemporaryFolder folder;
  const std::string zone = folder.write("printed.zone", zone_with("1" + meant));
  const Answer answer = check(zone, "38.74.192.70");
  EXPECT_EQ(answer.exit_code, 6);
  EXPECT_EQ(answer.object.at("result"), "none");
  ASSERT_TRUE(answer.object.at("near_miss").is_object());
  EXPECT_EQ(answer.object.at("near_miss").at("id"), "version-prefix");
  EXPECT_EQ(answer.object.at("near_miss").at("fixed"), meant.c_str());
  const Ended told = run_program(
      {"check", "--zone", zone, "--ip", "38.74.192.70", "--mail-from", "news@seed.test"});
  EXPECT_TRUE(told.out.starts_with("none  MAIL FROM news@seed.test from 38.74.192.70\n"));
  EXPECT_NE(told.out.find("near miss    "), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("mended       " + meant + "\n"), std::string::npos) << told.out;
}

TEST(ArticleExample, AsMeantIsEvaluatedForAnAddressInEachOfItsTerms) {
  const struct {
    const char* ip;
    int exit_code;
    const char* through;  // the domains from the example's own record to the deciding one
    const char* term;
    int lookups;
  } table[] = {
      {"38.74.192.70", 0, "seed.test", "ip4:38.74.192.64/27", 0},
      {"38.122.106.11", 0, "seed.test", "ip4:38.122.106.8/30", 0},
      {"38.102.153.159", 0, "seed.test", "ip4:38.102.153.129/27", 0},  // host bits do not count
      {"38.122.152.33", 0, "seed.test", "ip4:38.122.152.32/29", 0},
      {"159.63.54.48", 0, "seed.test", "ip4:159.63.54.50/30", 0},
      {"64.215.193.223", 0, "seed.test", "ip4:64.215.193.192/27", 0},
      {"40.93.255.255", 0, "seed.test spf.protection.outlook.com", "ip4:40.92.0.0/15", 1},
      {"2a01:111:f400::25", 0, "seed.test spf.protection.outlook.com", "ip6:2a01:111:f400::/48", 1},
      {"157.55.9.130", 0, "seed.test outlook.com", "ip4:157.55.9.128/25", 4},
      {"65.55.52.230", 0, "seed.test outlook.com _spf-ssg-c.microsoft.com", "ip4:65.55.52.224/27",
       8},
      {"192.0.2.80", 0, "seed.test", "a", 9},
      {"192.0.2.25", 0, "seed.test", "mx", 10},
      {"192.0.2.26", 0, "seed.test", "mx", 10},
      {"38.74.192.96", 1, "seed.test", "-all", 10},  // the first address behind the first term
      {"203.0.113.99", 1, "seed.test", "-all", 10}};
  const TemporaryFolder folder;
  const std::string zone = folder.write("meant.zone", zone_with(meant));
  for (const auto& row : table) {
    const Answer answer = check(zone, row.ip);
    EXPECT_EQ(answer.exit_code, row.exit_code) << row.ip;
    EXPECT_EQ(answer.object.at("result"), row.exit_code == 0 ? "pass" : "fail") << row.ip;
    EXPECT_EQ(answer.object.at("lookups"), row.lookups) << row.ip;
    ASSERT_TRUE(answer.object.at("decided_by").is_object()) << row.ip;
    const boost::json::object& decided = answer.object.at("decided_by").as_object();
    std::string through;
    for (const boost::json::value& domain : decided.at("path").as_array()) {
      through += (through.empty() ? "" : " ") + std::string(domain.as_string());
    }
    EXPECT_EQ(through, row.through) << row.ip;
    EXPECT_EQ(decided.at("term"), row.term) << row.ip;
    EXPECT_TRUE(through.ends_with(decided.at("domain").as_string().c_str())) << row.ip;
  }
}

}  // namespace
}  // namespace mandate::app::testing
