#include "dns/message.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::dns {
namespace {

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
  const Record pool[] = {
      record("a.test", RecordType::a, 60, "192.0.2.1"),
      record("b.test", RecordType::aaaa, 0, "2001:db8::1"),
      record("*.c.test", RecordType::mx, 5, "10 mx.c.test."),
      record("d.test", RecordType::txt, 9, "\"\" \"v=spf1 -all\" \"\\000\\255\""),
      record("e.test", RecordType::soa, 9, "a. b. 1 2 3 4 5"),
      record("f.test", static_cast<RecordType>(999), 9, "\\# 3 010203"),
      record(".", RecordType::ns, 9, "a.root.test.")};
  for (int round = 0; round < 5000; ++round) {
    Message message = response();
    message.id = static_cast<std::uint16_t>(random());
    message.truncated = random() % 2 == 0;
    message.authoritative = random() % 2 == 0;
    message.code = static_cast<ResponseCode>(random() % 16);
    for (auto* section : {&message.answers, &message.authority, &message.additional}) {
      for (auto n = random() % 4; n > 0; --n) section->push_back(pool[random() % std::size(pool)]);
    }
    const auto decoded = decode(encode(message));
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    ASSERT_EQ(decoded->answers, message.answers);
    ASSERT_EQ(decoded->authority, message.authority);
    ASSERT_EQ(decoded->additional, message.additional);
    ASSERT_EQ(decoded->code, message.code);
    ASSERT_EQ(decoded->truncated, message.truncated);
    ASSERT_EQ(decoded->questions, message.questions);
  }
}

TEST(Wire, AQueryHasOneQuestionAndItsEdnsSize) {
  const std::string bytes = encode_query(0x1234, kQuestion, true, 1232);
  EXPECT_EQ(bytes,
            "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"
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
  for (const std::string_view owner :
       {"\xc0\x18"sv, "\xc0\xff"sv, "\xff\xff"sv, "\1a\xc0\x18"sv, "\x40"sv, "\x80"sv, "\xc0"sv}) {
    EXPECT_FALSE(answer(owner).has_value());
  }
}

TEST(Wire, RefusesDataThatDoNotFillTheirLength) {
  const std::string head = std::string(kHeader) + std::string("\1x\4test\0\0\1\0\1\xc0\x0c"sv);
  for (const std::string_view rest :
       {"\0\1\0\1\0\0\0\5\0\3\1\2\3"sv, "\0\1\0\1\0\0\0\5\0\5\1\2\3\4\5"sv,
        "\0\1\0\1\0\0\0\5\0\4\1\2\3"sv, "\0\x10\0\1\0\0\0\5\0\0"sv, "\0\x10\0\1\0\0\0\5\0\2\5a"sv,
        "\0\1\0\1\0\0\0\5\0\4\1\2\3\4x"sv}) {
    EXPECT_FALSE(decode(head + std::string(rest)).has_value());
  }
}

TEST(Wire, SkipsOtherClassesAndCapsTheTimeToLive) {  // RFC 2181 section 8
  const std::string head = std::string(kHeader) + std::string("\1x\4test\0\0\1\0\1\xc0\x0c"sv);
  EXPECT_TRUE(decode(head + std::string("\0\1\0\3\0\0\0\5\0\4\1\2\3\4"sv))->answers.empty());
  EXPECT_EQ(decode(head + std::string("\0\1\0\1\x80\0\0\5\0\4\1\2\3\4"sv))->answers.at(0).ttl, 0U);
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
    read += decode(bytes).has_value() ? 1 : 0;
  }
  EXPECT_GT(read, 0);
}

Fact fact(const Message& message) {
  return fact_from(message, kQuestion, {}, "192.0.2.53:53");
}

TEST(FactFrom, TakesTheLeastTimeToLiveOfAChain) {
  Message message = response();
  message.answers = {record("y.test", RecordType::cname, 30, "z.test."),
                     record("x.test", RecordType::cname, 300, "y.test."),
                     record("z.test", RecordType::txt, 60, "one"),
                     record("z.test", RecordType::txt, 50, "two"),
                     record("other.test", RecordType::txt, 1, "stray")};
  const Fact found = fact(message);
  EXPECT_EQ(found.status, Fact::Status::found);
  EXPECT_EQ(found.records.size(), 2U);
  EXPECT_EQ(found.ttl, 30U);
  EXPECT_EQ(found.question, kQuestion);
}

TEST(FactFrom, TellsNoDataFromNoSuchNameAndKeepsThemAsTheSoaSays) {  // RFC 2308 section 5
  Message message = response();
  message.authority = {record("test", RecordType::soa, 500, "a. b. 1 2 3 4 120")};
  EXPECT_EQ(fact(message).status, Fact::Status::no_data);
  EXPECT_EQ(fact(message).ttl, 120U);
  message.code = ResponseCode::name_error;
  EXPECT_EQ(fact(message).status, Fact::Status::no_such_name);
  message.authority.clear();
  EXPECT_EQ(fact(message).ttl, 0U);
}

TEST(FactFrom, ReadsNoAnswerIntoAFailure) {
  for (const ResponseCode code :
       {ResponseCode::server_failure, ResponseCode::refused, ResponseCode::format_error,
        ResponseCode::not_implemented, static_cast<ResponseCode>(11)}) {
    Message message = response();
    message.code = code;
    EXPECT_EQ(fact(message).status, Fact::Status::failed);
    EXPECT_NE(fact(message).detail.find(text(code)), std::string::npos);
  }
  Message truncated = response();
  truncated.truncated = true;
  EXPECT_EQ(fact(truncated).status, Fact::Status::failed);
  Message loop = response();
  loop.answers = {record("x.test", RecordType::cname, 1, "y.test."),
                  record("y.test", RecordType::cname, 1, "x.test.")};
  EXPECT_EQ(fact(loop).status, Fact::Status::failed);
  Message lame = response();
  lame.recursion_available = false;
  lame.authority = {record("test", RecordType::ns, 1, "ns.test.")};
  EXPECT_EQ(fact(lame).status, Fact::Status::failed);
}

}  // namespace
}  // namespace mandate::dns
