// The provider's records: which names have which.
#include "advice/provider_zone.h"

#include <gmock/gmock.h>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using Purpose = ProviderRecord::Purpose;
using ::testing::HasSubstr;

ProviderNames provider(const std::vector<std::string>& pool,
                       const std::vector<const char*>& helo = {}) {
  ProviderNames out{name("p.test"), {}, {}};
  for (const std::string& network : pool) out.pool.push_back(prefix(network));
  for (const char* host : helo) out.helo_names.push_back(name(host));
  return out;
}

/// Networks none of which makes one with another.
std::vector<std::string> apart(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    out.push_back("198." + std::to_string(18 + i / 128) + "." + std::to_string(i % 128 * 2) +
                  ".128/25");
  }
  return out;
}

std::vector<std::string> lines(const ProviderZone& zone) {
  std::vector<std::string> out;
  for (const ProviderRecord& record : zone.records) {
    out.push_back(std::string(text(record.purpose)) + " " + record.name.text() + " " +
                  record.value);
  }
  return out;
}

TEST(ProviderZone, ASmallPoolNeedsNoFurtherName) {
  const struct {
    std::vector<std::string> pool;
    std::string record;
  } rows[] = {
      {{"192.0.2.0/28"}, "v=spf1 ip4:192.0.2.0/28 -all"},
      {{"192.0.2.7"}, "v=spf1 ip4:192.0.2.7 -all"},
      {{"2001:db8::/64", "192.0.2.8/29", "192.0.2.0/29"},
       "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/64 -all"},
      {{"::ffff:192.0.2.0/124"}, "v=spf1 ip4:192.0.2.0/28 -all"},
  };
  for (const auto& row : rows) {
    const auto zone = provider_zone(provider(row.pool));
    ASSERT_TRUE(zone) << zone.error();
    EXPECT_EQ(zone->lookups, 1);
    EXPECT_EQ(lines(*zone),
              (std::vector{"include p.test " + row.record, "accounts *.p.test " + row.record}));
  }
}

TEST(ProviderZone, AHeloNameHasTheSamePolicyUnlessItIsTheIncludeName) {
  const auto zone = provider_zone(provider({"192.0.2.7"}, {"out.p.test", "p.test", "out.p.test"}));
  ASSERT_TRUE(zone);
  ASSERT_EQ(zone->records.size(), 3U);
  EXPECT_EQ(lines(*zone).back(), "helo out.p.test v=spf1 include:p.test -all");
}

TEST(ProviderZone, ALargePoolIsSplitOverNumberedNamesThatComeFirst) {
  const auto zone = provider_zone(provider(apart(60)));
  ASSERT_TRUE(zone) << zone.error();
  EXPECT_EQ(zone->lookups, 3);
  EXPECT_EQ(zone->most_octets, kPlainAnswer);
  ASSERT_EQ(zone->records.size(), 4U);
  const Purpose purposes[] = {Purpose::part, Purpose::part, Purpose::include, Purpose::accounts};
  const char* const names[] = {"_1.p.test", "_2.p.test", "p.test", "*.p.test"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(zone->records[i].purpose, purposes[i]);
    EXPECT_EQ(zone->records[i].name.text(), names[i]);
  }
  EXPECT_THAT(zone->records[2].value, HasSubstr(" include:_1.p.test include:_2.p.test -all"));
  EXPECT_EQ(zone->records[3].value, zone->records[2].value);
}

TEST(ProviderZone, LongerAnswersNeedFewerNames) {
  const struct {
    int networks;
    std::size_t most_octets;
    int lookups;
    std::size_t used;
  } rows[] =
      {
          {15, kPlainAnswer, 1, kPlainAnswer},
          {50, kEdnsAnswer, 1, kEdnsAnswer},
          {50, 900, 2, 900},
          {170, kPlainAnswer, 9, kPlainAnswer},
          {240, kPlainAnswer, 5, kEdnsAnswer},  // more than ten names at 512 octets
      };
  for (const auto& row : rows) {
    const auto zone = provider_zone(provider(apart(row.networks)), row.most_octets);
    ASSERT_TRUE(zone) << zone.error();
    EXPECT_EQ(zone->lookups, row.lookups) << row.networks;
    EXPECT_EQ(zone->most_octets, row.used) << row.networks;
  }
}

TEST(ProviderZone, SaysWhatCannotBePublished) {
  const std::string label(63, 'a');
  const auto named = [&](const std::string& include) {
    ProviderNames out = provider({"192.0.2.1"});
    out.include_name = name(include);
    return out;
  };
  const std::pair<ProviderNames, const char*> rows[] = {
      {provider(apart(700)), "needs more than 10 names"},
      {provider({"192.0.2.1", "::/64"}), "The pool has ::/64, which holds ::ffff:0:0/96"},
      {named("a\\032b.test"), "cannot be written in an SPF record"},
      {named(label + "." + label + "." + label + "." + std::string(61, 'b')), "is too long"},
  };
  for (const auto& [names, says] : rows) {
    const auto zone = provider_zone(names);
    ASSERT_FALSE(zone) << says;
    EXPECT_THAT(zone.error(), HasSubstr(says));
  }
}

}  // namespace
}  // namespace mandate::advice
