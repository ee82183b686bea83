#include "advice/zone_apex.h"

#include <gtest/gtest.h>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

TEST(ZoneApex, IsTheNearestNameWithAnSoa) {
  const char* const zone = R"($ORIGIN test.
$TTL 300
d          SOA ns.d hostmaster.d 1 3600 600 86400 300
www.d      A 192.0.2.1
cut.d      SOA ns.d hostmaster.d 1 3600 600 86400 300
a.b.cut.d  A 192.0.2.1
other      A 192.0.2.1
)";
  const struct {
    const char* domain;
    const char* apex;
    bool found;
    const char* host;
  } rows[] = {
      {"d.test", "d.test", true, "@"},
      {"www.d.test", "d.test", true, "www"},
      {"bounce.www.d.test", "d.test", true, "bounce.www"},
      {"a.b.cut.d.test", "cut.d.test", true, "a.b"},
      {"mail.other.test", "other.test", false, "mail"},
      {"test", "test", false, "@"},
  };
  for (const auto& row : rows) {
    ZoneAnswers dns(zone);
    const ZoneApex found =
        dns.settle([&](const dns::Facts& facts) { return zone_apex(name(row.domain), facts); });
    EXPECT_EQ(found.name.text(), row.apex) << row.domain;
    EXPECT_EQ(found.found, row.found) << row.domain;
    EXPECT_EQ(host_in_zone(name(row.domain), found.name), row.host) << row.domain;
  }
}

TEST(ZoneApex, IsAssumedWhereTheDnsCannotBeAsked) {
  ZoneAnswers dns("d.test. 300 IN A 192.0.2.1\n");
  for (const char* asked : {"sub.d.test", "d.test"}) {
    dns.fail({name(asked), dns::RecordType::soa});
  }
  const ZoneApex found =
      dns.settle([&](const dns::Facts& facts) { return zone_apex(name("sub.d.test"), facts); });
  EXPECT_EQ(found.name.text(), "d.test");
  EXPECT_FALSE(found.found);
}

}  // namespace
}  // namespace mandate::advice
