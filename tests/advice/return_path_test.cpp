#include "advice/return_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The provider's records; the account's own include name is abc.p.test.
const std::string kProvider = R"($TTL 300
p.test.   TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
*.p.test. TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
d.test.   A 198.51.100.1
d.test.   MX 10 mail.d.test.
d.test.   TXT "v=spf1 mx -all"
mail.d.test. A 198.51.100.2
other.test. TXT "v=spf1 -all"
)";
const std::string kWildcardMx = "*.p.test. MX 10 in.p.test.\n";
const std::string kOwn = "v=spf1 include:abc.p.test -all";

ReturnPathRequest request() {
  return {.return_path = name("bounce.d.test"),
          .include_name = name("abc.p.test"),
          .pool = {prefix("192.0.2.0/28"), prefix("2001:db8:25::/64")},
          .shared_name = name("p.test"),
          .bounce_host = name("in.p.test")};
}

ReturnPathPlan plan_in(ZoneAnswers& dns) {
  return dns.settle([](const dns::Facts& facts) { return return_path_plan(request(), facts); });
}

ReturnPathPlan plan_with(const std::string& zone) {
  ZoneAnswers dns(kProvider + zone);
  return plan_in(dns);
}

struct Row {
  std::string why;
  std::string zone;
  std::string spf;  // the verdict, and the value
  std::string spf_value;
  std::string bounces;
  std::string bounces_value;
  bool alias = false;
};

TEST(ReturnPathPlan, TheTableOfCases) {
  const std::string mx = "10 in.p.test";
  const Row rows[] = {
      {"nothing there", "", "add", kOwn, "add", mx},
      {"nothing there, and the provider answers for both", kWildcardMx, "add", kOwn, "add", mx,
       true},
      {"both there", "bounce.d.test. TXT \"" + kOwn + "\"\nbounce.d.test. MX 5 in.p.test.\n",
       "nothing_to_do", kOwn, "nothing_to_do", "5 in.p.test"},
      {"the TXT alone", kWildcardMx + "bounce.d.test. TXT \"" + kOwn + "\"\n", "nothing_to_do",
       kOwn, "add", mx},
      {"the MX alone", "bounce.d.test. MX 10 in.p.test.\n", "add", kOwn, "nothing_to_do", mx},
      {"the alias of the account's own name", kWildcardMx + "bounce.d.test. CNAME abc.p.test.\n",
       "nothing_to_do", "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all", "nothing_to_do", mx},
      {"that alias, but no MX of the provider's", "bounce.d.test. CNAME abc.p.test.\n",
       "nothing_to_do", "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all", "cannot", ""},
      {"an alias of another's name", "bounce.d.test. CNAME other.test.\n", "cannot", "", "cannot",
       ""},
      {"an alias of another account's name", kWildcardMx + "bounce.d.test. CNAME xyz.p.test.\n",
       "cannot", "", "nothing_to_do", mx},
      {"mail of the customer's own", "bounce.d.test. MX 10 mail.d.test.\n", "add", kOwn, "cannot",
       ""},
      {"a null MX, which takes no mail", "bounce.d.test. MX 0 .\n", "add", kOwn, "change", mx},
      {"a policy of the customer's own", "bounce.d.test. TXT \"v=spf1 ip4:198.51.100.9 ~all\"\n",
       "change", "v=spf1 ip4:198.51.100.9 include:abc.p.test ~all", "add", mx},
      {"the shared include makes way", "bounce.d.test. TXT \"v=spf1 include:p.test -all\"\n",
       "change", kOwn, "add", mx},
      {"a text that is no policy", kWildcardMx + "bounce.d.test. TXT \"verify=1\"\n", "add", kOwn,
       "add", mx},
      {"only addresses", "bounce.d.test. A 198.51.100.3\n", "add", kOwn, "add", mx},
      {"a wildcard with mail and policy",
       "*.d.test. MX 10 mail.d.test.\n*.d.test. TXT \"v=spf1 mx -all\"\n", "add", kOwn, "add", mx},
      {"a wildcard with mail", kWildcardMx + "*.d.test. MX 10 mail.d.test.\n", "add", kOwn, "add",
       mx, true},
      {"a wildcard alias", kWildcardMx + "*.d.test. CNAME other.test.\n", "add", kOwn, "add", mx,
       true},
      {"a wildcard that is all of it",
       "*.d.test. MX 10 in.p.test.\n*.d.test. TXT \"" + kOwn + "\"\n", "nothing_to_do", kOwn,
       "nothing_to_do", mx},
      {"a wildcard that is half of it", "*.d.test. TXT \"" + kOwn + "\"\n", "add", kOwn, "add", mx},
      {"own mail beside a wildcard",
       "*.d.test. MX 10 in.p.test.\nbounce.d.test. MX 10 mail.d.test.\n", "add", kOwn, "cannot",
       ""},
  };
  for (const Row& row : rows) {
    const ReturnPathPlan found = plan_with(row.zone);
    EXPECT_EQ(text(found.spf.verdict), row.spf) << row.why;
    EXPECT_EQ(found.spf.value, row.spf_value) << row.why;
    EXPECT_EQ(text(found.bounces.verdict), row.bounces) << row.why;
    EXPECT_EQ(found.bounces.value, row.bounces_value) << row.why;
    EXPECT_EQ(found.alias.has_value(), row.alias) << row.why;
    EXPECT_EQ(found.alias.value_or(name("abc.p.test")), name("abc.p.test")) << row.why;
    const bool is_edit = row.spf == "add" || row.spf == "change";
    EXPECT_EQ(found.spf.proven(), is_edit) << row.why;
  }
}

TEST(ReturnPathPlan, SaysWhatStandsInTheWay) {
  const struct {
    std::string zone;
    std::string spf;
    std::string bounces;
  } rows[] = {
      {"bounce.d.test. CNAME other.test.\n", "is an alias (CNAME) of other.test",
       "choose another name"},
      {"bounce.d.test. CNAME abc.p.test.\n",
       "bounce.d.test is an alias (CNAME) of abc.p.test, whose record this is.",
       "the MX record `10 in.p.test` is the provider's to publish there, as `mandate provider "
       "zone` "
       "has it, and nothing is to be changed at bounce.d.test"},
      {kWildcardMx + "bounce.d.test. CNAME abc.p.test.\n",
       "bounce.d.test is an alias (CNAME) of abc.p.test, whose record this is.",
       "bounce.d.test is an alias (CNAME) of abc.p.test, whose record this is."},
      {"bounce.d.test. MX 10 mail.d.test.\n", "", "takes mail already"},
      {"*.d.test. TXT \"v=spf1 mx -all\"\n", "comes from the wildcard *.d.test", ""},
  };
  for (const auto& row : rows) {
    const ReturnPathPlan found = plan_with(row.zone);
    if (!row.spf.empty()) {
      EXPECT_THAT(found.spf.notes, Contains(HasSubstr(row.spf))) << row.zone;
    }
    EXPECT_THAT(found.spf.notes, ::testing::Not(Contains(HasSubstr("itself")))) << row.zone;
    if (row.bounces.empty()) {
      EXPECT_THAT(found.bounces.notes, IsEmpty()) << row.zone;
    } else {
      EXPECT_THAT(found.bounces.notes, ElementsAre(HasSubstr(row.bounces))) << row.zone;
    }
  }
}

TEST(ReturnPathPlan, ShowsTheMailThatIsThere) {
  const ReturnPathPlan found =
      plan_with("bounce.d.test. MX 10 mail.d.test.\nbounce.d.test. MX 20 b\\010ad.test.\n");
  EXPECT_THAT(found.bounces.observed, ElementsAre("10 mail.d.test", HasSubstr("\\")));
}

TEST(ReturnPathPlan, ADnsThatIsAwayIsNoEmptyName) {
  ZoneAnswers no_mx(kProvider);
  no_mx.fail({name("bounce.d.test"), dns::RecordType::mx});
  const ReturnPathPlan half = plan_in(no_mx);
  EXPECT_EQ(text(half.bounces.verdict), "cannot");
  EXPECT_TRUE(half.bounces_unanswered);
  EXPECT_FALSE(half.alias);
  ZoneAnswers no_txt(kProvider + kWildcardMx);
  no_txt.fail({name("bounce.d.test"), dns::RecordType::txt});
  const ReturnPathPlan other = plan_in(no_txt);
  EXPECT_EQ(text(other.spf.verdict), "cannot");
  EXPECT_TRUE(other.spf.unanswered);
  EXPECT_FALSE(other.alias);
}

}  // namespace
}  // namespace mandate::advice
