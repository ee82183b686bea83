#include "dns/record.h"

#include <gtest/gtest.h>

#include <random>

namespace mandate::dns {
namespace {

std::string octets(std::mt19937& random, std::size_t most) {
  std::string out;
  for (auto n = random() % (most + 1); n > 0; --n) out += static_cast<char>(random() % 256);
  return out;
}

Name name(std::mt19937& random) {
  const std::string a = "x" + octets(random, 20);
  const std::string b = "y" + octets(random, 20);
  return Name::from_labels({a, b}).value();
}

std::pair<RecordType, RecordData> random_data(std::mt19937& random) {
  const auto number = [&] { return static_cast<std::uint32_t>(random() % 0x7fffffff); };
  switch (random() % 7) {
    case 0:
      return {RecordType::a, AddressData{IpAddress::v4({1, 2, 3, 4})}};
    case 1:
      return {RecordType::aaaa, AddressData{IpAddress::parse("2001:db8::5").value()}};
    case 2:
      return {RecordType::ptr, NameData{name(random)}};
    case 3:
      return {RecordType::mx, MxData{static_cast<std::uint16_t>(random()), name(random)}};
    case 4: {
      TxtData txt;
      for (auto n = random() % 4 + 1; n > 0; --n) txt.strings.push_back(octets(random, 255));
      return {RecordType::txt, txt};
    }
    case 5:
      return {RecordType::soa, SoaData{name(random), name(random), number(), number(), number(),
                                       number(), number()}};
    default:
      return {static_cast<RecordType>(4711), OpaqueData{octets(random, 300)}};
  }
}

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
    testing::Values(Wrong{RecordType::a, ""}, Wrong{RecordType::a, "2001:db8::1"},
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
