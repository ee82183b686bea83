// Networks as few as can be, and as terms.
#include "advice/networks.h"

#include <gtest/gtest.h>

#include "mandate/spf/record.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

std::vector<std::string> aggregated_texts(const std::vector<const char*>& networks) {
  std::vector<dns::Prefix> in;
  for (const char* network : networks) in.push_back(prefix(network));
  std::vector<std::string> out;
  for (const dns::Prefix& network : aggregated(in)) out.push_back(network.text());
  return out;
}

TEST(Networks, AreAsFewAsHoldTheSameClients) {
  const struct {
    std::vector<const char*> networks;
    std::vector<std::string> few;
  } rows[] = {
      {{}, {}},
      {{"192.0.2.0/28"}, {"192.0.2.0/28"}},
      {{"192.0.2.8/29", "192.0.2.0/29"}, {"192.0.2.0/28"}},  // two halves
      {{"192.0.2.0/28", "192.0.2.16/28"}, {"192.0.2.0/27"}},
      {{"192.0.2.16/28", "192.0.2.32/28"}, {"192.0.2.16/28", "192.0.2.32/28"}},  // of no one
      {{"192.0.2.0/28", "192.0.2.3", "192.0.2.0/30"}, {"192.0.2.0/28"}},         // within another
      {{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.0"}, {"192.0.2.0/30"}},
      {{"255.255.255.255", "255.255.255.254", "::"}, {"255.255.255.254/31", "::/128"}},
      {{"2001:db8:1::/48", "192.0.2.0/24", "2001:db8::/48"}, {"192.0.2.0/24", "2001:db8::/47"}},
      {{"::ffff:192.0.2.0/120", "192.0.3.0/24"}, {"192.0.2.0/23"}},  // mapped: IPv4 clients
      {{"0.0.0.0/1", "128.0.0.0/1"}, {"0.0.0.0/0"}},
  };
  for (const auto& row : rows) EXPECT_EQ(aggregated_texts(row.networks), row.few);
}

TEST(Networks, AreTermsThatAreReadAsThem) {
  const std::pair<const char*, const char*> rows[] = {{"192.0.2.0/28", "ip4:192.0.2.0/28"},
                                                      {"192.0.2.1", "ip4:192.0.2.1"},
                                                      {"2001:db8::/64", "ip6:2001:db8::/64"},
                                                      {"2001:db8::25", "ip6:2001:db8::25"}};
  for (const auto& [network, term] : rows) {
    EXPECT_EQ(network_term(prefix(network)), term);
    EXPECT_TRUE(spf::parse_record(std::string("v=spf1 ") + term)) << term;
  }
}

TEST(Networks, MixFamiliesWhenTheyHoldTheMappedOnes) {
  const std::pair<const char*, bool> rows[] = {{"::/64", true},          {"::/1", true},
                                               {"::fffe:0:0/95", true},  {"::ffff:0:0/96", false},
                                               {"::ffff:0:0/97", false}, {"2001:db8::/32", false},
                                               {"192.0.2.0/24", false},  {"0.0.0.0/1", false}};
  for (const auto& [network, mixes] : rows) EXPECT_EQ(mixes_families(prefix(network)), mixes);
}

}  // namespace
}  // namespace mandate::advice
