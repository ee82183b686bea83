#include "mandate/dns/record.h"

#include <gtest/gtest.h>

#include <random>

#include "random_records.h"

namespace mandate::dns {
namespace {

TEST(RecordData, TextAndParseAreInverseAndPrintable) {
  std::mt19937 random(3597);
  for (int round = 0; round < 20000; ++round) {
    const auto [type, data] = random_data(random);
    const std::string shown = text(data);
    for (const char c : shown) ASSERT_TRUE(c >= 0x20 && c < 0x7f) << shown;
    const auto read = parse_record_data(type, shown);
    ASSERT_TRUE(read.has_value()) << shown << ": " << read.error();
    ASSERT_EQ(*read, data) << shown;
  }
}

TEST(RecordData, KeepsAllBitsOfTheNumbersOfAnSoa) {
  const SoaData soa{Name(), Name(), 4294967295, 4294967295, 4294967295, 4294967295, 4294967295};
  EXPECT_EQ(parse_record_data(RecordType::soa, text(RecordData(soa))), RecordData(soa));
}

TEST(RecordData, OfAnUnknownTypeIsHexInAnyCaseAndGrouping) {  // RFC 3597 section 5
  const RecordData wanted = OpaqueData{"\xab\xcd\x01"};
  const auto type = static_cast<RecordType>(4711);
  for (const std::string_view text : {"\\# 3 abcd01", "\\# 3 AB cd 01", "  \\#\t3  abc d01 "}) {
    EXPECT_EQ(parse_record_data(type, text), wanted) << text;
  }
  EXPECT_EQ(text(wanted), "\\# 3 abcd01");
  EXPECT_EQ(parse_record_data(type, "\\# 0"), RecordData(OpaqueData{}));
}

TEST(RecordData, ErrorsAreShortAndPrintable) {
  const std::string hostile = "\x1b[31m" + std::string(100000, '\xff');
  for (const RecordType type : {RecordType::ptr, RecordType::a, RecordType::txt}) {
    const auto data = parse_record_data(type, hostile + "..");
    ASSERT_FALSE(data.has_value());
    EXPECT_LT(data.error().size(), 500U);
    for (const char c : data.error()) ASSERT_TRUE(c >= 0x20 && c < 0x7f);
  }
  const auto type = parse_record_type(hostile);
  ASSERT_FALSE(type.has_value());
  EXPECT_LT(type.error().size(), 500U);
}

TEST(TxtData, IsSplitByTheWriterNotTheReader) {  // at most 255 octets in a string
  const std::string most(255, 'x');
  EXPECT_TRUE(parse_record_data(RecordType::txt, '"' + most + '"').has_value());
  const auto over = parse_record_data(RecordType::txt, '"' + most + "\\255\"");
  ASSERT_FALSE(over.has_value());
  EXPECT_NE(over.error().find("256 octets"), std::string::npos);
  EXPECT_NE(over.error().find("split"), std::string::npos);
}

TEST(RecordType, TextAndParseAreInverse) {
  for (unsigned number = 0; number < 65536; ++number) {
    const auto type = static_cast<RecordType>(number);
    ASSERT_EQ(parse_record_type(text(type)).value(), type);
  }
  EXPECT_EQ(parse_record_type("txt").value(), RecordType::txt);
  for (const std::string_view wrong : {"", "TXTT", "TYPE", "TYPE65536", "TYPE-1", "TYPE1x"}) {
    EXPECT_FALSE(parse_record_type(wrong).has_value()) << wrong;
  }
}

TEST(TxtData, JoinsItsStringsWithoutASpace) {  // RFC 7208 section 3.3
  EXPECT_EQ((TxtData{{"v=spf1 inc", "lude:x.test"}}).joined(), "v=spf1 include:x.test");
}

struct Wrong {
  RecordType type;
  std::string text;
};

class RecordDataRefusal : public testing::TestWithParam<Wrong> {};

TEST_P(RecordDataRefusal, HasASentence) {
  const auto data = parse_record_data(GetParam().type, GetParam().text);
  ASSERT_FALSE(data.has_value());
  EXPECT_GT(data.error().size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RecordDataRefusal,
    testing::Values(Wrong{RecordType::a, ""}, Wrong{RecordType::a, "\\# 4 01020304"},
                    Wrong{RecordType::txt, "\\# 2 0161"}, Wrong{RecordType::ptr, "\"open"},
                    Wrong{RecordType::a, "2001:db8::1"},
                    Wrong{RecordType::a, "192.0.2.1 192.0.2.2"}, Wrong{RecordType::aaaa, "1.2.3.4"},
                    Wrong{RecordType::mx, "mx.test"}, Wrong{RecordType::mx, "65536 mx.test"},
                    Wrong{RecordType::mx, "10 a..b"}, Wrong{RecordType::ptr, "a b"},
                    Wrong{RecordType::txt, ""}, Wrong{RecordType::txt, "\"open"},
                    Wrong{RecordType::txt, "\"" + std::string(256, 'x') + "\""},
                    Wrong{RecordType::txt, "\"\\300\""}, Wrong{RecordType::soa, "a b 1 2 3 4"},
                    Wrong{RecordType::soa, "a b x 2 3 4 5"},
                    Wrong{static_cast<RecordType>(999), "abc"},
                    Wrong{static_cast<RecordType>(999), "\\# 2 ab"},
                    Wrong{static_cast<RecordType>(999), "\\# 1 xy"}));

}  // namespace
}  // namespace mandate::dns
