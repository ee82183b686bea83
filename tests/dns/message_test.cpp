#include "dns/message_view.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "random_records.h"

namespace mandate::dns {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

Name name(std::string_view text) {
  return Name::parse(text).value();
}

Record record(std::string_view owner, RecordType type, std::uint32_t ttl, std::string_view data) {
  return {name(owner), type, ttl, parse_record_data(type, data).value()};
}

const Question kQuestion{name("x.test"), RecordType::txt};

Message response() {
  Message message;
  message.id = 77;
  message.is_response = true;
  message.recursion_available = true;
  message.questions = {kQuestion};
  return message;
}

TEST(Wire, EncodeAndDecodeAreInverse) {
  std::mt19937 random(1035);
  const auto coin = [&] { return random() % 2 == 0; };
  MessageView view;
  for (int round = 0; round < 3000; ++round) {
    Message message;
    message.id = static_cast<std::uint16_t>(random());
    for (bool* flag :
         {&message.is_response, &message.authoritative, &message.truncated,
          &message.recursion_desired, &message.recursion_available, &message.authentic_data}) {
      *flag = coin();
    }
    message.code = static_cast<ResponseCode>(random() % 4096);
    for (auto n = random() % 3; n > 0; --n) {
      message.questions.push_back({random_name(random), static_cast<RecordType>(random() % 65536)});
    }
    for (auto* section : {&message.answers, &message.authority, &message.additional}) {
      for (auto n = random() % 4; n > 0; --n) section->push_back(random_record(random));
    }
    const std::string octets = encode(message);
    const auto decoded = decode(octets);
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    ASSERT_EQ(*decoded, message);
    // Into a view that had another message before.
    ASSERT_TRUE(read_message(octets, view).has_value());
    ASSERT_EQ(view.message(), message);
  }
}

TEST(Wire, ComparesNamesInPlaceWithoutRegardToCase) {
  const std::string octets = std::string("\0\1\x80\0\0\1\0\1\0\0\0\0"sv) +
                             std::string("\3ExA\4TEST\0\0\1\0\1"sv) +
                             std::string("\6lAbEl8\xc0\x0c\0\1\0\1\0\0\0\5\0\4\1\2\3\4"sv);
  MessageView view;
  ASSERT_TRUE(read_message(octets, view).has_value());
  EXPECT_TRUE(view.questions.at(0).name == name("exa.test"));
  const NameView& owner = view.answers.at(0).owner;
  EXPECT_EQ(owner.name(), name("label8.exa.test"));
  EXPECT_TRUE(owner == name("label8.exa.test"));
  for (const std::string_view other :
       {"label8.exa", "label8.exa.test.x", "exa.test", "label9.exa.test", "label8.exa.tess",
        "label8x.exa.test", "."}) {
    EXPECT_FALSE(owner == name(other)) << other;
  }
}

TEST(Wire, AQueryHasOneQuestionAndItsEdnsSize) {
  const std::string bytes = encode_query(0x1234, kQuestion, true, 1232);
  EXPECT_EQ(bytes,
            "\x12\x34\x01\x20\x00\x01\x00\x00\x00\x00\x00\x01"
            "\x01x\x04test\x00\x00\x10\x00\x01"
            "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"sv);
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error();
  EXPECT_EQ(decoded->questions, std::vector{kQuestion});
  EXPECT_FALSE(decoded->is_response);
  EXPECT_TRUE(decode(encode_query(1, kQuestion, false, std::nullopt))->additional.empty());
}

constexpr std::string_view kHeader = "\0\1\x80\0\0\1\0\1\0\0\0\0"sv;  // 1 question, 1 answer

TEST(Wire, FollowsCompressionBackwardsOnly) {
  const std::string question = std::string(kHeader) + std::string("\1x\4test\0\0\1\0\1"sv);
  const auto answer = [&](std::string_view owner) {
    return decode(question + std::string(owner) + std::string("\0\1\0\1\0\0\0\5\0\4\1\2\3\4"sv));
  };
  const auto good = answer("\xc0\x0c"sv);
  ASSERT_TRUE(good.has_value()) << good.error();
  EXPECT_EQ(good->answers.at(0).owner, name("x.test"));
  EXPECT_EQ(answer("\1y\xc0\x0e"sv)->answers.at(0).owner, name("y.test"));
  // 0x18 is the owner itself; at 0x1a and 0x1c there is a zero octet, a name if it were let in.
  for (const std::string_view owner :
       {"\xc0\x18"sv, "\xc0\x1a"sv, "\1a\xc0\x1c"sv, "\xc0\xff"sv, "\xff\xff"sv, "\1a\xc0\x18"sv,
        "\x40"sv, "\x80"sv, "\xc0"sv}) {
    EXPECT_FALSE(answer(owner).has_value());
  }
}

TEST(Wire, RefusesDataThatDoNotFillTheirLength) {
  const std::string head = std::string(kHeader) + std::string("\1x\4test\0\0\1\0\1\xc0\x0c"sv);
  const std::string ptr = std::string("\0\x0c\0\1\0\0\0\5\0"sv);
  for (const auto& [rest, says] : std::vector<std::pair<std::string, std::string_view>>{
           {"\0\1\0\1\0\0\0\5\0\3\1\2\3"s, "too early"},
           {"\0\1\0\1\0\0\0\5\0\3\1\2\3\4"s, "do not fill their length"},
           {"\0\1\0\1\0\0\0\5\0\5\1\2\3\4\5"s, "do not fill their length"},
           {"\0\1\0\1\0\0\0\5\0\4\1\2\3"s, "data run over the end"},
           {"\0\x10\0\1\0\0\0\5\0\0"s, "no character-string"},
           {"\0\x10\0\1\0\0\0\5\0\2\5a"s, "too early"},
           {"\0\x10\0\1\0\0\0\5\0\2\2ab"s, "do not fill their length"},
           {ptr + "\2\3a"s, "a label runs over the end"},
           {ptr + "\3\1a\0\0"s, "octets behind"},
           {ptr + "\4\1a\0\0"s, "do not fill their length"},
           {"\0\1\0\1\0\0\0\5\0\4\1\2\3\4x"s, "octets behind"}}) {
    const auto decoded = decode(head + rest);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_NE(decoded.error().find(says), std::string::npos) << decoded.error() << " / " << says;
  }
}

TEST(Wire, SkipsOtherClassesAndCapsTheTimeToLive) {  // RFC 2181 section 8
  const std::string head = std::string(kHeader) + std::string("\1x\4test\0\0\1\0\1\xc0\x0c"sv);
  EXPECT_TRUE(decode(head + std::string("\0\1\0\3\0\0\0\5\0\4\1\2\3\4"sv))->answers.empty());
  EXPECT_EQ(decode(head + std::string("\0\1\0\1\x80\0\0\5\0\4\1\2\3\4"sv))->answers.at(0).ttl, 0U);
}

TEST(Hostile, PointersAreNoMoreThanANameCanHaveLabels) {
  // Data of pointers, each to the one before, and a record whose owner is the last of them.
  const auto chain = [](int pointers) {
    std::string bytes = "\0\1\x80\0\0\0\0\2\0\0\0\0"s + "\0\3\xe7\0\1\0\0\0\0"s;  // . TYPE999
    std::string data = "\1x\0"s;
    std::size_t last = bytes.size() + 2;
    for (int i = 1; i < pointers; ++i) {
      const std::size_t next = bytes.size() + 2 + data.size();
      data += {static_cast<char>(0xc0 | last >> 8), static_cast<char>(last & 0xff)};
      last = next;
    }
    bytes += {static_cast<char>(data.size() >> 8), static_cast<char>(data.size() & 0xff)};
    bytes += data;
    bytes += {static_cast<char>(0xc0 | last >> 8), static_cast<char>(last & 0xff)};
    return decode(bytes + "\0\1\0\1\0\0\0\5\0\4\1\2\3\4"s);
  };
  ASSERT_TRUE(chain(127).has_value()) << chain(127).error();
  EXPECT_EQ(chain(127)->answers.at(1).owner, name("x"));
  ASSERT_FALSE(chain(128).has_value());
  EXPECT_NE(chain(128).error().find("pointers"), std::string::npos);
}

TEST(Hostile, AnEndlessNameIsRefusedAtItsLimit) {  // RFC 1035 section 2.3.4
  std::string bytes(kHeader);
  for (int i = 0; i < 300; ++i) bytes += "\1a";
  const auto decoded = decode(bytes);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_NE(decoded.error().find("255 octets"), std::string::npos);
  EXPECT_NE(decoded.error().find("at octet 266"), std::string::npos) << decoded.error();
}

TEST(Hostile, CountsPromiseNothing) {
  const auto decoded = decode("\0\1\x80\0\xff\xff\xff\xff\xff\xff\xff\xff"sv);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_NE(decoded.error().find("ends too early"), std::string::npos);
}

TEST(Hostile, RandomOctetsAreReadOrRefused) {
  std::mt19937 random(9);
  for (int round = 0; round < 50000; ++round) {
    std::string bytes = random_octets(random, 80);
    if (bytes.size() > 12) bytes.replace(4, 8, "\0\1\0\1\0\0\0\0"sv);
    const auto decoded = decode(bytes);
    ASSERT_TRUE(decoded.has_value() || !decoded.error().empty());
  }
}

TEST(Wire, LeavesOutOptButForItsUpperCodeBits) {  // RFC 6891 section 6.1.3
  const auto decoded = decode("\0\1\x80\2\0\0\0\0\0\0\0\1\0\0\x29\4\xd0\1\0\0\0\0\4\0\x0a\0\0"sv);
  ASSERT_TRUE(decoded.has_value()) << decoded.error();
  EXPECT_TRUE(decoded->additional.empty());
  EXPECT_EQ(decoded->code, static_cast<ResponseCode>(18));
}

TEST(Wire, NamesResponseCodes) {
  EXPECT_EQ(text(ResponseCode::no_error), "NOERROR");
  EXPECT_EQ(text(ResponseCode::refused), "REFUSED");
  EXPECT_EQ(text(static_cast<ResponseCode>(11)), "RCODE11");
  EXPECT_EQ(text(ResponseCode::bad_version), "BADVERS");
}

TEST(Hostile, EveryPrefixAndMutationIsReadOrRefused) {
  std::mt19937 random(4);
  Message message = response();
  message.answers = {record("x.test", RecordType::txt, 9, "\"abc\" \"def\""),
                     record("x.test", RecordType::mx, 9, "1 y.test."),
                     record("x.test", RecordType::soa, 9, "a. b. 1 2 3 4 5")};
  const std::string whole = encode(message);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode(whole.substr(0, size)).has_value()) << size;
  }
  int read = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string bytes = whole;
    for (auto n = random() % 4 + 1; n > 0; --n) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    const auto decoded = decode(bytes);
    if (!decoded) continue;
    ++read;
    ASSERT_EQ(decode(encode(*decoded)), *decoded);
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace mandate::dns
