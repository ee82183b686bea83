#include "mandate/dns/zone_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "random_records.h"

namespace mandate::dns {
namespace {

using namespace std::string_view_literals;

Question question(std::string_view name, RecordType type) {
  return {Name::parse(name).value(), type};
}

ZoneData zone(std::string_view text) {
  ZoneData data;
  const auto added = data.add_file(text, "t.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  return data;
}

constexpr std::string_view kZone =
    R"($ORIGIN example.com.
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
moved 120 DNAME new.example.com.
new A 192.0.2.2
host.new A 192.0.2.3
host.moved A 192.0.2.4
)"
    R"(long DNAME )"
    "0123456789012345678901234567890123456789012345678901234567890."
    "0123456789012345678901234567890123456789012345678901234567890."
    "0123456789012345678901234567890123456789012345678901234567890.test.\n";

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
                    Lookup{"other.test", RecordType::a, no_such_name, 0},
                    // RFC 6672: names below a DNAME, the name itself, one that grows too long
                    Lookup{"host.moved.example.com", RecordType::a, found, 120},
                    Lookup{"host.moved.example.com", RecordType::cname, found, 120},
                    Lookup{"x.moved.example.com", RecordType::cname, found, 120},
                    Lookup{"x.moved.example.com", RecordType::a, no_such_name, 120},
                    Lookup{"moved.example.com", RecordType::a, no_data, 300},
                    Lookup{"moved.example.com", RecordType::dname, found, 120},
                    Lookup{"0123456789012345678901234567890123456789012345678901234567890."
                           "0123456789.long.example.com",
                           RecordType::a, failed, 0}));

TEST(ZoneFile, PutsTheTargetOfADnameInPlaceOfItsOwner) {  // RFC 6672 section 2.2
  const ZoneData data = zone(kZone);
  const Fact host = data.lookup(question("host.moved.example.com", RecordType::a), {});
  EXPECT_EQ(text(host.records.at(0)), "192.0.2.3");
  const Fact alias = data.lookup(question("a.b.moved.example.com", RecordType::cname), {});
  EXPECT_EQ(text(alias.records.at(0)), "a.b.new.example.com.");
}

TEST(ZoneFile, WithoutOriginIsRelativeToTheRoot) {
  const ZoneData data = zone("example.com IN TXT \"v=spf1 -all\"\r\n");
  EXPECT_EQ(joined(data.lookup(question("example.com", RecordType::txt), {})), "v=spf1 -all");
}

TEST(ZoneFile, SplitsAnUnquotedRecordAtItsBlanks) {  // the field's unquoted-in-zone fault
  const ZoneData data = zone("example.com TXT v=spf1 include:x.test\n");
  EXPECT_EQ(joined(data.lookup(question("example.com", RecordType::txt), {})),
            "v=spf1include:x.test");
}

TEST(ZoneFile, KeepsTheStringsOfARecordApart) {  // for the advice on how to write them
  const ZoneData data = zone("a.test TXT v=spf1 include:x.test \"one more\"\"two\"\n");
  const auto* records = data.find(question("a.test", RecordType::txt));
  ASSERT_NE(records, nullptr);
  EXPECT_EQ(std::get<TxtData>(records->at(0).data).strings,
            (std::vector<std::string>{"v=spf1", "include:x.test", "one more", "two"}));
}

TEST(ZoneFile, ReadsType99AsSpf) {
  const ZoneData data = zone("a.test TYPE99 \"v=spf1 -all\"\n");
  EXPECT_EQ(joined(data.lookup(question("a.test", RecordType::spf), {})), "v=spf1 -all");
}

TEST(ZoneFile, TakesTheTimeToLiveFromTheDirectiveElseFromTheRecordBefore) {
  // RFC 2308 section 4; RFC 1035 section 5.1
  const auto ttl = [](const ZoneData& data, std::string_view name) {
    return data.lookup(question(name, RecordType::a), {}).ttl;
  };
  const ZoneData data = zone(
      "a A 1.1.1.1\nb 1w2d3h4m5s In A 1.1.1.1\nc iN A 1.1.1.1\n"
      "d IN 0 A 1.1.1.1\n$TTL 60\ne A 1.1.1.1\nf 5 A 1.1.1.1\n"
      "g A 1.1.1.1\n");
  EXPECT_EQ(ttl(data, "a"), 3600U);
  EXPECT_EQ(ttl(data, "b"), 788645U);
  EXPECT_EQ(ttl(data, "c"), 788645U);
  EXPECT_EQ(ttl(data, "d"), 0U);
  EXPECT_EQ(ttl(data, "e"), 60U);
  EXPECT_EQ(ttl(data, "f"), 5U);
  EXPECT_EQ(ttl(data, "g"), 60U);
}

TEST(ZoneFile, TakesANameAsAbsoluteOnlyWithAnUnescapedDotAtItsEnd) {
  const ZoneData data = zone(
      "$ORIGIN o.\na\\. A 1.1.1.1\nb\\\\. A 1.1.1.1\nc. A 1.1.1.1\n"
      "$ORIGIN sub\nd A 1.1.1.1\n");
  for (const std::string_view name : {"a\\..o", "b\\\\", "c", "d.sub.o"}) {
    EXPECT_NE(data.find(question(name, RecordType::a)), nullptr) << name;
  }
}

TEST(ZoneFile, MergesEqualRecords) {  // RFC 2181 section 5
  ZoneData data = zone("a.test CNAME b.test.\na.test CNAME B.test\nc.test A 1.1.1.1\n");
  EXPECT_EQ(data.size(), 2U);
  EXPECT_TRUE(
      data.add_file("a.test CNAME b.test.\nc.test A 1.1.1.1\nc.test A 1.1.1.2\n", "u.zone"));
  EXPECT_EQ(data.size(), 3U);
  EXPECT_EQ(data.lookup(question("c.test", RecordType::a), {}).source, "t.zone, u.zone");
}

TEST(ZoneFile, ReadsWhatRecordsAreWrittenAs) {
  std::mt19937 random(1035);
  for (int round = 0; round < 300; ++round) {
    std::vector<Record> records;
    std::string text_of_all;
    for (int i = 0; i < 10; ++i) {
      records.push_back(random_record(random));
      text_of_all += text(records.back()) + "\n";
    }
    const ZoneData data = zone(text_of_all);
    for (const Record& record : records) {
      const auto* found = data.find({record.owner, record.type});
      ASSERT_NE(found, nullptr) << text(record);
      ASSERT_EQ(found->at(0), record);
    }
  }
}

ZoneData wildcards() {  // the zone of RFC 4592 section 2.2.1
  return zone(
      "$ORIGIN example.\n@ SOA a b 1 2 3 4 5\n@ NS ns.example.com.\n"
      "* TXT \"this is a wildcard\"\n* MX 10 host1\nsub.* TXT \"not a wildcard\"\n"
      "host1 A 192.0.2.1\n_ssh._tcp.host1 TYPE33 \\# 0\n_ssh._tcp.host2 TYPE33 \\# 0\n"
      "alias CNAME target\n*.alias2 CNAME host1\n");
}

class Wildcard : public testing::TestWithParam<Lookup> {};

TEST_P(Wildcard, AnswersAsItsStandardShows) {
  const Lookup& l = GetParam();
  const Fact fact = wildcards().lookup(question(l.name, l.type), {});
  EXPECT_EQ(text(fact.status), text(l.status)) << l.name;
}

INSTANTIATE_TEST_SUITE_P(Table, Wildcard,
                         testing::Values(Lookup{"host3.example", RecordType::mx, found, 0},
                                         Lookup{"host3.example", RecordType::a, no_data, 0},
                                         Lookup{"foo.bar.example", RecordType::txt, found, 0},
                                         Lookup{"host1.example", RecordType::mx, no_data, 0},
                                         Lookup{"sub.*.example", RecordType::mx, no_data, 0},
                                         Lookup{"_telnet._tcp.host1.example", RecordType::txt,
                                                no_such_name, 0},
                                         Lookup{"host2.example", RecordType::mx, no_data, 0},
                                         Lookup{"ghost.*.example", RecordType::mx, no_such_name, 0},
                                         Lookup{"alias.example", RecordType::txt, found, 0},
                                         Lookup{"x.alias2.example", RecordType::a, found, 0},
                                         Lookup{"example", RecordType::txt, no_data, 0},
                                         Lookup{".", RecordType::txt, no_data, 0}));

TEST(ZoneData, OfNothingHasNoNameAtAll) {
  for (const std::string_view name : {".", "a.test"}) {
    EXPECT_EQ(ZoneData().lookup(question(name, RecordType::txt), {}).status, no_such_name);
  }
}

TEST(ZoneData, NamesTheOwnersOfAType) {
  const ZoneData data = zone("b.test TXT x\nb.test TXT y\n*.b.test TXT z\na.test A 192.0.2.1\n");
  std::vector<std::string> owners;
  for (const Name& name : data.owners(RecordType::txt)) owners.push_back(name.text());
  std::ranges::sort(owners);
  EXPECT_EQ(owners, (std::vector<std::string>{"*.b.test", "b.test"}));
  EXPECT_TRUE(data.owners(RecordType::mx).empty());
}

TEST(ZoneData, KeepsADenialAsTheClosestSoaSays) {  // RFC 2308 section 5
  const ZoneData data = zone(
      "test SOA a b 1 2 3 4 50\nx.test SOA a b 1 2 3 4 20\n"
      "y.test 10 SOA a b 1 2 3 4 20\nto.other 7 CNAME gone.test\n");
  const auto ttl = [&](std::string_view name) {
    return data.lookup(question(name, RecordType::txt), {}).ttl;
  };
  EXPECT_EQ(ttl("a.test"), 50U);
  EXPECT_EQ(ttl("a.x.test"), 20U);
  EXPECT_EQ(ttl("y.test"), 10U);
  EXPECT_EQ(ttl("to.other"), 7U);
  EXPECT_EQ(ttl("other"), 0U);
}

TEST(ZoneData, EndsAnEndlessChainWithItsReason) {
  std::string chain;
  for (int i = 0; i < 40; ++i) chain += fmt::format("n{} CNAME n{}\n", i, i + 1);
  const ZoneData data = zone(chain + "n40 A 1.1.1.1\nme CNAME me\n");
  for (const std::string_view name : {"n0", "me"}) {
    const Fact fact = data.lookup(question(name, RecordType::a), {});
    EXPECT_EQ(fact.status, failed);
    EXPECT_NE(fact.detail.find("CNAME"), std::string::npos);
  }
  EXPECT_EQ(data.lookup(question("n30", RecordType::a), {}).status, found);
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
    testing::Values(
        Fault{"a.test A 192.0.2.1\nb.test A 192.0.2\n", 2, "IPv4"},
        Fault{"\n  TXT x\n", 2, "owner"}, Fault{"a.test\n", 1, "type"},
        Fault{"a.test FOO x\n", 1, "FOO"}, Fault{"a.test CH TXT x\n", 1, "CH"},
        Fault{"$INCLUDE other\n", 1, "$INCLUDE"}, Fault{"$FOO\n", 1, "$FOO"},
        Fault{"$TTL x\n", 1, "time to live"}, Fault{"a..b A 192.0.2.1\n", 1, "a..b"},
        Fault{"a.test TXT \"open\n\n", 1, "quote"}, Fault{"a.test TXT \"open", 1, "quote"},
        Fault{"\na.test TXT ( x\n\n\n", 2, "parenthesis"},
        Fault{"a.test TXT ( x\n  y ) )\n", 2, "parenthesis"},
        Fault{"a.test TXT ( x\n  \"open )\n", 2, "quote"},
        Fault{"a.test TXT x\\\n", 1, "backslash"}, Fault{"a.test TXT x\\", 1, "backslash"},
        Fault{"a.test TXT \\256\n", 1, "backslash"}, Fault{"a.test hs TXT x\n", 1, "class HS"},
        Fault{"a.test ANY \\# 0\n", 1, "ANY"}, Fault{"a.test OPT \\# 0\n", 1, "OPT"},
        Fault{"a.test A \\# 4 c0000201\n", 1, "\\#"},
        Fault{"$ORIGIN a.test. b.test.\n", 1, "$ORIGIN"},
        Fault{"$ORIGIN a..test.\n", 1, "a..test."},
        Fault{std::string(64, 'a') + " TXT x\n", 1, "63"},
        Fault{"a.test TXT x )\n", 1, "parenthesis"},
        Fault{"a.test TXT \"" + std::string(256, 'x') + "\"\n", 1, "split"},
        Fault{"a.test A 192.0.2.1\na.test CNAME b.test.\n", 2, "CNAME"},
        Fault{"a.test CNAME b.test.\na.test CNAME c.test.\n", 2, "CNAME"},
        Fault{"kept.test CNAME b.test.\n", 1, "CNAME"},
        Fault{"a.test 99999999999 A 192.0.2.1\n", 1, "time to live"}));

TEST(Hostile, RandomTextIsReadOrRefused) {
  std::mt19937 random(5);
  const std::string_view pieces[] = {
      "a.test", " ",  "\n", "TXT",  "\"",   "(", ")",       ";",  "\\", "$TTL",  "@",
      "*",      "IN", "1h", "\0"sv, "\xff", "A", "1.2.3.4", "\t", "MX", "CNAME", "."};
  for (int round = 0; round < 50000; ++round) {
    std::string text;
    for (auto n = random() % 30; n > 0; --n) text += pieces[random() % std::size(pieces)];
    ZoneData data;
    const auto added = data.add_file(text, "f");
    if (!added) {
      ASSERT_EQ(data.size(), 0U);
      ASSERT_GE(added.error().line, 1U);
      for (const char c : added.error().text()) ASSERT_TRUE(c >= 0x20 && c < 0x7f);
    }
  }
}

}  // namespace
}  // namespace mandate::dns
