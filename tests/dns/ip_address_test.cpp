#include "mandate/dns/ip_address.h"

#include <gtest/gtest.h>

#include <random>

namespace mandate::dns {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}
Prefix prefix(std::string_view text) {
  return Prefix::parse(text).value();
}

TEST(IpAddress, ReadsAndWritesItsText) {
  for (const std::string_view text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1",
                                      "2001:db8::1", "::ffff:192.0.2.1"}) {
    EXPECT_EQ(ip(text).text(), text);
  }
  EXPECT_EQ(ip("2001:DB8:0:0:0:0:0:1").text(), "2001:db8::1");
}

TEST(IpAddress, RefusesWhatIsNone) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4",
        "1.2.3.4/24", "fe80::1%eth0", "[::1]", ":::", "1::2::3", "12345::", "host", "0x7f000001"}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(IpAddress::parse("1.2.3.4\0"sv).has_value());
}

TEST(IpAddress, UnmapsOnlyMappedOnes) {  // RFC 4291 section 2.5.5.2
  EXPECT_EQ(ip("::ffff:192.0.2.1").unmapped(), ip("192.0.2.1"));
  EXPECT_EQ(ip("::192.0.2.1").unmapped(), ip("::192.0.2.1"));
  EXPECT_EQ(ip("192.0.2.1").unmapped(), ip("192.0.2.1"));
}

TEST(IpAddress, HasANextButAtTheEnd) {
  EXPECT_EQ(ip("192.0.2.255").next(), ip("192.0.3.0"));
  EXPECT_EQ(ip("2001:db8::ffff").next(), ip("2001:db8::1:0"));
  EXPECT_EQ(ip("255.255.255.255").next(), std::nullopt);
  EXPECT_EQ(ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").next(), std::nullopt);
}

TEST(IpAddress, HasAReverseName) {  // RFC 1035 section 3.5, RFC 3596 section 2.5
  EXPECT_EQ(ip("192.0.2.1").reverse_name(), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(ip("2001:db8::567:89ab").reverse_name(),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(Prefix, RefusesHostBitsAndOddLengths) {
  for (const std::string_view text :
       {"192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/024", "192.0.2.0/",
        "192.0.2.0/2 ", "2001:db8::1/32", "::/129", "", "/24", "192.0.2.0/4294967320"}) {
    EXPECT_FALSE(Prefix::parse(text).has_value()) << text;
  }
  EXPECT_EQ(prefix("192.0.2.7").text(), "192.0.2.7/32");
  EXPECT_EQ(prefix("0.0.0.0/0").last(), ip("255.255.255.255"));
  EXPECT_EQ(prefix("::/0").last().text(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(Prefix, ClearsHostBitsWhenMadeOfAnAddress) {
  EXPECT_EQ(Prefix(ip("38.102.153.129"), 27).text(), "38.102.153.128/27");
  EXPECT_EQ(Prefix(ip("192.0.2.1"), 99).text(), "192.0.2.1/32");
  EXPECT_EQ(Prefix(ip("192.0.2.1"), -1).text(), "0.0.0.0/0");
}

TEST(Prefix, ContainsExactlyFromItsNetworkToItsLast) {
  std::mt19937 random(4632);
  for (int round = 0; round < 20000; ++round) {
    IpAddress::Bytes octets{};
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
    const bool v4 = random() % 2 == 0;
    const IpAddress address =
        v4 ? IpAddress::v4({octets[0], octets[1], octets[2], octets[3]}) : IpAddress::v6(octets);
    const Prefix p(address, static_cast<int>(random() % (v4 ? 33 : 129)));
    ASSERT_TRUE(p.contains(address));
    ASSERT_TRUE(p.contains(p.network()));
    ASSERT_TRUE(p.contains(p.last()));
    ASSERT_LE(p.network(), address);
    ASSERT_LE(address, p.last());
    const auto behind = p.last().next();
    ASSERT_TRUE(!behind || !p.contains(*behind));
    ASSERT_FALSE(p.contains(v4 ? ip("::1") : ip("192.0.2.1")));
    ASSERT_EQ(Prefix::parse(p.text()), p);
  }
}

}  // namespace
}  // namespace mandate::dns
