#include "dns/zone_file.h"

#include <gtest/gtest.h>

#include <random>

namespace mandate::dns {
namespace {

Question question(std::string_view name, RecordType type) {
  return {Name::parse(name).value(), type};
}

ZoneData zone(std::string_view text) {
  ZoneData data;
  const auto added = data.add_file(text, "t.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  return data;
}

constexpr std::string_view kZone = R"($ORIGIN example.com.
$TTL 1h30m
@   IN SOA ns hostmaster ( 2026112301 ; serial
        1d 2h 4w
        300 )  ; minimum
    NS ns
ns  A 192.0.2.53
    IN 60 AAAA 2001:db8::53
www 30 IN CNAME web.hosting
web.hosting A 192.0.2.80
txt TXT "v=spf1 include:x;y" "z \"q\" \\ \065" unquoted
* TXT wild
a.b.c A 192.0.2.1
chain CNAME www
loop CNAME loop2
loop2 CNAME loop
absolute.test. A 192.0.2.9
nowhere CNAME gone.test.
)";

std::string joined(const Fact& fact) {
  return std::get<TxtData>(fact.records.at(0)).joined();
}

TEST(ZoneFile, UnderstandsTheMasterFileFormat) {  // RFC 1035 section 5.1
  const ZoneData data = zone(kZone);
  const Fact soa = data.lookup(question("example.com", RecordType::soa), {});
  EXPECT_EQ(std::get<SoaData>(soa.records.at(0)).refresh, 86400U);
  EXPECT_EQ(std::get<SoaData>(soa.records.at(0)).primary.text(), "ns.example.com");
  EXPECT_EQ(soa.ttl, 5400U);
  EXPECT_EQ(soa.source, "t.zone");
  EXPECT_EQ(data.lookup(question("ns.example.com", RecordType::aaaa), {}).ttl, 60U);
  EXPECT_EQ(joined(data.lookup(question("TXT.example.com", RecordType::txt), {})),
            "v=spf1 include:x;yz \"q\" \\ Aunquoted");
  EXPECT_EQ(data.lookup(question("absolute.test", RecordType::a), {}).records.size(), 1U);
}

struct Lookup {
  std::string_view name;
  RecordType type;
  Fact::Status status;
  std::uint32_t ttl;
};

class ZoneAnswer : public testing::TestWithParam<Lookup> {};

TEST_P(ZoneAnswer, IsWhatAnAuthoritativeServerGives) {
  const Lookup& l = GetParam();
  const Fact fact = zone(kZone).lookup(question(l.name, l.type), {});
  EXPECT_EQ(text(fact.status), text(l.status)) << l.name;
  EXPECT_EQ(fact.ttl, l.ttl) << l.name;
}

using enum Fact::Status;
INSTANTIATE_TEST_SUITE_P(
    Table, ZoneAnswer,
    testing::Values(Lookup{"www.example.com", RecordType::a, found, 30},
                    Lookup{"chain.example.com", RecordType::a, found, 30},
                    Lookup{"www.example.com", RecordType::mx, no_data, 30},
                    Lookup{"www.example.com", RecordType::cname, found, 30},
                    Lookup{"b.c.example.com", RecordType::a, no_data, 300},  // empty non-terminal
                    Lookup{"x.b.c.example.com", RecordType::txt, no_such_name, 300},
                    Lookup{"any.thing.example.com", RecordType::txt, found, 5400},  // RFC 4592
                    Lookup{"anything.example.com", RecordType::a, no_data, 300},
                    Lookup{"ns.example.com", RecordType::txt, no_data, 300},
                    Lookup{"loop.example.com", RecordType::a, failed, 0},
                    Lookup{"nowhere.example.com", RecordType::a, no_such_name, 0},
                    Lookup{"other.test", RecordType::a, no_such_name, 0}));

TEST(ZoneFile, WithoutOriginIsRelativeToTheRoot) {
  const ZoneData data = zone("example.com IN TXT \"v=spf1 -all\"\r\n");
  EXPECT_EQ(joined(data.lookup(question("example.com", RecordType::txt), {})), "v=spf1 -all");
}

TEST(ZoneFile, SplitsAnUnquotedRecordAtItsBlanks) {  // the field's unquoted-in-zone fault
  const ZoneData data = zone("example.com TXT v=spf1 include:x.test\n");
  EXPECT_EQ(joined(data.lookup(question("example.com", RecordType::txt), {})),
            "v=spf1include:x.test");
}

struct Fault {
  std::string text;
  std::size_t line;
  std::string_view says;
};

class ZoneFault : public testing::TestWithParam<Fault> {};

TEST_P(ZoneFault, IsNamedWithFileAndLineAndAddsNothing) {
  ZoneData data = zone("kept.test A 192.0.2.1\n");
  const auto added = data.add_file(GetParam().text, "bad.zone");
  ASSERT_FALSE(added.has_value());
  EXPECT_EQ(added.error().file, "bad.zone");
  EXPECT_EQ(added.error().line, GetParam().line);
  EXPECT_NE(added.error().message.find(GetParam().says), std::string::npos)
      << added.error().message;
  EXPECT_EQ(data.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ZoneFault,
    testing::Values(Fault{"a.test A 192.0.2.1\nb.test A 192.0.2\n", 2, "IPv4"},
                    Fault{"\n  TXT x\n", 2, "owner"}, Fault{"a.test\n", 1, "type"},
                    Fault{"a.test FOO x\n", 1, "FOO"}, Fault{"a.test CH TXT x\n", 1, "CH"},
                    Fault{"$INCLUDE other\n", 1, "$INCLUDE"}, Fault{"$FOO\n", 1, "$FOO"},
                    Fault{"$TTL x\n", 1, "time to live"}, Fault{"a..b A 192.0.2.1\n", 1, "a..b"},
                    Fault{"a.test TXT \"open\n", 2, "quote"},
                    Fault{"a.test TXT ( x\n", 2, "parenthesis"},
                    Fault{"a.test TXT x )\n", 1, "parenthesis"},
                    Fault{"a.test TXT \"" + std::string(256, 'x') + "\"\n", 1, "split"},
                    Fault{"a.test A 192.0.2.1\na.test CNAME b.test.\n", 2, "CNAME"},
                    Fault{"a.test CNAME b.test.\na.test CNAME c.test.\n", 2, "CNAME"},
                    Fault{"kept.test CNAME b.test.\n", 1, "CNAME"},
                    Fault{"a.test 99999999999 A 192.0.2.1\n", 1, "time to live"}));

TEST(Hostile, RandomTextIsReadOrRefused) {
  std::mt19937 random(5);
  const std::string_view pieces[] = {"a.test", " ",       "\n", "TXT", "\"",    "(",  ")",  ";",
                                     "\\",     "$TTL",    "@",  "*",   "IN",    "1h", "\0", "\xff",
                                     "A",      "1.2.3.4", "\t", "MX",  "CNAME", "."};
  for (int round = 0; round < 50000; ++round) {
    std::string text;
    for (auto n = random() % 30; n > 0; --n) text += pieces[random() % std::size(pieces)];
    ZoneData data;
    const auto added = data.add_file(text, "f");
    if (!added) {
      ASSERT_EQ(data.size(), 0U);
      ASSERT_GE(added.error().line, 1U);
    }
  }
}

}  // namespace
}  // namespace mandate::dns
