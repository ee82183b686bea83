// What holds of the provider's records, whatever the pool is.
#include <gtest/gtest.h>

#include <random>

#include "advice/character_strings.h"
#include "advice/networks.h"
#include "advice/pool_fit.h"
#include "advice/provider_zone.h"
#include "mandate/dns/message.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using Purpose = ProviderRecord::Purpose;

class RandomPool {
 public:
  explicit RandomPool(std::uint32_t seed) : random_(seed) {}

  std::vector<dns::Prefix> next() {
    const std::size_t most = below(4) == 0 ? 200 : 40;
    const std::uint32_t spread = 1U << (4 + below(20));  // near to each other, or far
    std::vector<dns::Prefix> out;
    for (std::size_t count = 1 + below(static_cast<std::uint32_t>(most)); count > 0; --count) {
      out.push_back(below(4) == 0 ? v6(spread) : v4(spread));
    }
    return out;
  }

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }

 private:
  dns::Prefix v4(std::uint32_t spread) {
    dns::Prefix out;
    out.assign_v4(0xc0000200 + below(spread), 20 + static_cast<int>(below(13)));
    return out;
  }
  dns::Prefix v6(std::uint32_t spread) {
    dns::IpAddress::Bytes octets{0x20, 0x01, 0x0d, 0xb8};
    const std::uint32_t number = below(spread);
    for (std::size_t i = 0; i < 4; ++i) {
      octets[4 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
      if (below(2) == 0) octets[12 + i] = static_cast<std::uint8_t>(random_());
    }
    return {dns::IpAddress::v6(octets), 32 + static_cast<int>(below(97))};
  }

  std::mt19937 random_;
};

/// The records as a DNS, the wildcard asked by a name that it makes.
ZoneAnswers published(const ProviderZone& zone) {
  ZoneAnswers dns("");
  for (const ProviderRecord& record : zone.records) dns.publish(record.name.text(), record.value);
  dns.publish("shared.test", "v=spf1 include:p.test -all");
  dns.publish("own.test", "v=spf1 include:token.p.test -all");
  return dns;
}

/// Whether the networks hold every address of a range, by going through it from one to the next.
bool holds(const std::vector<dns::Prefix>& networks, const dns::AddressRange& range) {
  std::optional<dns::IpAddress> at = range.first;
  while (at && *at <= range.last) {
    const dns::Prefix* widest = nullptr;
    for (const dns::Prefix& network : networks) {
      if (!network.contains(*at)) continue;
      if (widest == nullptr || network.length() < widest->length()) widest = &network;
    }
    if (widest == nullptr) return false;
    at = widest->last().next();
  }
  return true;
}

void expect_exactly_the_pool(ZoneAnswers& dns, const char* customer,
                             const std::vector<dns::Prefix>& pool, int lookups) {
  const Policy policy =
      dns.settle([&](const dns::Facts& facts) { return policy_of(name(customer), facts); });
  EXPECT_EQ(policy.cost.lookups, lookups);
  for (const spf::PolicyMap::Piece& piece : policy.map.cover(pool)) {
    EXPECT_EQ(piece.outcome->result, spf::Result::pass) << piece.range.first.text();
  }
  for (const spf::PolicyMap::Piece& piece : policy.map.pieces()) {
    ASSERT_FALSE(piece.outcome->dynamic);
    if (piece.outcome->result != spf::Result::pass) continue;
    EXPECT_TRUE(holds(pool, piece.range)) << piece.range.first.text();
  }
}

/// Of an answer as it goes over the wire, but for the owner, which is a pointer there.
std::size_t octets_on_the_wire(const dns::Name& asked, const std::string& record) {
  dns::Message answer;
  answer.is_response = true;
  answer.questions = {{asked, dns::RecordType::txt}};
  const auto data = dns::parse_record_data(
      dns::RecordType::txt, dns::text(dns::RecordData(dns::TxtData{character_strings(record)})));
  answer.answers = {{asked, dns::RecordType::txt, 3600, data.value()}};
  return dns::encode(answer).size() - (asked.wire().size() + 1) + 2;
}

void expect_answers_fit(const ProviderZone& zone, std::size_t most_octets) {
  for (const ProviderRecord& record : zone.records) {
    const bool any = record.purpose == Purpose::accounts;
    const dns::Name asked = any ? name(std::string(63, 't') + ".p.test") : record.name;
    EXPECT_EQ(record.answer_octets, octets_on_the_wire(asked, record.value));
    EXPECT_LE(record.answer_octets, most_octets);
  }
}

/// No fewer names have that many octets for terms in all, however these are put into them.
int fewest_names(const std::vector<dns::Prefix>& pool) {
  // Of `_1.p.test`: an answer, its header, question and record, two character-strings, and what is
  // no term of it; the wildcard's question is longer, and each name is included.
  constexpr std::size_t kRoom = kPlainAnswer - 12 - (10 + 5) - 12 - 2 - 6 - 5;
  constexpr std::size_t kLonger = (64 + 7) - 10;
  constexpr std::size_t kInclude = std::string_view(" include:_1.p.test").size();
  std::size_t octets = kLonger;
  for (const dns::Prefix& network : pool) octets += 1 + network_term(network).size();
  std::size_t names = 1;
  while (octets + (names - 1) * kInclude > names * kRoom) ++names;
  return static_cast<int>(names);
}

TEST(ProviderZoneProperty, ItsRecordsLetExactlyThePoolPassWithinLimits) {
  RandomPool random(7208);
  int splits = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::vector<dns::Prefix> pool = random.next();
    SCOPED_TRACE(i);
    const std::size_t most = random.below(3) == 0 ? kEdnsAnswer : kPlainAnswer;
    const auto zone = provider_zone({name("p.test"), pool, {}}, most);
    ASSERT_TRUE(zone) << zone.error();
    expect_answers_fit(*zone, zone->most_octets);
    ZoneAnswers dns = published(*zone);
    expect_exactly_the_pool(dns, "shared.test", pool, zone->lookups);
    expect_exactly_the_pool(dns, "own.test", pool, zone->lookups);
    if (HasFailure()) return;
    if (zone->most_octets != kPlainAnswer || zone->lookups == 1) continue;
    ++splits;
    EXPECT_EQ(zone->lookups, fewest_names(zone->pool));
  }
  EXPECT_GT(splits, 100);
}

TEST(ProviderZoneProperty, ThePoolFitsWhatIsPublishedUnlessANetworkIsMissingOrTooMany) {
  RandomPool random(10);
  for (int i = 0; i < 300; ++i) {
    std::vector<dns::Prefix> pool = random.next();
    const dns::Prefix other = prefix("203.0.113.0/24");
    const auto zone = provider_zone({name("p.test"), pool, {}});
    ASSERT_TRUE(zone);
    ZoneAnswers dns = published(*zone);
    const auto fit = [&](const std::vector<dns::Prefix>& wanted) {
      return dns.settle(
          [&](const dns::Facts& facts) { return pool_fit(name("shared.test"), wanted, facts); });
    };
    EXPECT_TRUE(fit(pool).exact());
    pool.push_back(other);
    const PoolFit missing = fit(pool);
    ASSERT_EQ(missing.missing.size(), 1U);
    EXPECT_EQ(missing.missing.front().ranges,
              (std::vector{dns::AddressRange{other.network(), other.last()}}));
    EXPECT_TRUE(missing.surplus.empty());
    const PoolFit surplus = fit({other});
    EXPECT_EQ(surplus.missing.size(), 1U);
    ASSERT_FALSE(surplus.surplus.empty());
    for (const StandingOf& part : surplus.surplus) {
      for (const dns::AddressRange& range : part.ranges) EXPECT_TRUE(holds(pool, range));
    }
  }
}

}  // namespace
}  // namespace mandate::advice
