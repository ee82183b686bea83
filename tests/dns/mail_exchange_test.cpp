#include "dns/mail_exchange.h"

#include <gtest/gtest.h>

#include <string>

#include "mandate/dns/zone_file.h"

namespace mandate::dns {
namespace {

Name name(std::string_view text) {
  return Name::parse(text).value();
}

Fact mx_of(const std::string& zone) {
  ZoneData zones;
  EXPECT_TRUE(zones.add_file(zone, "test.zone")) << zone;
  return zones.lookup({name("b.test"), RecordType::mx}, {});
}

TEST(MailExchange, IsTheOneOfTheLowestPreferenceAlone) {
  const struct {
    std::string zone;
    bool delivers;
    std::size_t exchanges;
  } rows[] = {
      {"b.test MX 10 in.test\n", true, 1},
      {"b.test MX 10 IN.Test.\n", true, 1},
      {"b.test MX 65535 in.test\n", true, 1},
      {"b.test MX 10 in.test\nb.test MX 20 backup.test\n", true, 1},
      {"b.test MX 10 backup.test\nb.test MX 5 in.test\n", true, 1},
      {"b.test MX 10 in.test\nb.test MX 10 other.test\n", false, 2},
      {"b.test MX 5 other.test\nb.test MX 10 in.test\n", false, 1},
      {"b.test MX 10 xin.test\n", false, 1},
      {"b.test MX 10 x.in.test\n", false, 1},
      {"b.test MX 0 .\n", false, 1},
      {"b.test CNAME o.test\no.test MX 10 in.test\n", true, 1},
      {"b.test A 192.0.2.1\n", false, 0},
      {"other.test MX 10 in.test\n", false, 0},
  };
  for (const auto& row : rows) {
    const Fact mx = mx_of(row.zone);
    EXPECT_EQ(delivers_to(mx, name("in.test")), row.delivers) << row.zone;
    EXPECT_EQ(first_exchanges(mx).size(), row.exchanges) << row.zone;
  }
}

}  // namespace
}  // namespace mandate::dns
