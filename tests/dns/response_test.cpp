#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "dns/message_view.h"

namespace mandate::dns {
namespace {

Name name(std::string_view text) {
  return Name::parse(text).value();
}

Record record(std::string_view owner, RecordType type, std::uint32_t ttl, std::string_view data) {
  return {name(owner), type, ttl, parse_record_data(type, data).value()};
}

const Question kQuestion{name("x.test"), RecordType::txt};

Message response() {
  Message message;
  message.is_response = true;
  message.recursion_available = true;
  message.questions = {kQuestion};
  return message;
}

/// In place it says the same.
Fact fact(const Message& message, const Question& question = kQuestion) {
  Fact fact = fact_from(message, question, {}, "192.0.2.53:53");
  const std::string octets = encode(message);
  MessageView view;
  EXPECT_TRUE(read_message(octets, view).has_value());
  Fact in_place = answer_in(view, question, {}, "192.0.2.53:53");
  in_place.question = question;
  EXPECT_EQ(in_place, fact);
  return fact;
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

TEST(FactFrom, KeepsThatTheServerHasProvenItsAnswer) {  // RFC 4035 section 3.2.3
  Message message = response();
  EXPECT_FALSE(fact(message).authenticated);
  message.authentic_data = true;
  EXPECT_TRUE(fact(message).authenticated);
  message.code = ResponseCode::server_failure;
  EXPECT_FALSE(fact(message).authenticated) << "a failure proves nothing";
}

TEST(FactFrom, KeepsTheDenialOfAChainNoLongerThanItsCnames) {
  Message message = response();
  message.code = ResponseCode::name_error;
  message.answers = {record("x.test", RecordType::cname, 20, "gone.test.")};
  message.authority = {record("test", RecordType::soa, 500, "a. b. 1 2 3 4 120")};
  EXPECT_EQ(fact(message).status, Fact::Status::no_such_name);
  EXPECT_EQ(fact(message).ttl, 20U);
  EXPECT_TRUE(fact(message).is_void());
}

TEST(FactFrom, AnswersAQuestionForACnameWithTheCname) {
  Message message = response();
  message.answers = {record("x.test", RecordType::cname, 20, "y.test.")};
  const Fact found = fact(message, {name("x.test"), RecordType::cname});
  EXPECT_EQ(found.status, Fact::Status::found);
  EXPECT_EQ(found.records, std::vector{message.answers.at(0).data});
}

TEST(FactFrom, ReadsAnEmptyAnswerAsNoDataThatIsNotKept) {
  const auto status = [](auto change) {
    Message message = response();
    message.recursion_available = false;
    change(message);
    EXPECT_EQ(fact(message).ttl, 0U);
    return fact(message).status;
  };
  const Record ns = record("test", RecordType::ns, 60, "ns.test.");
  EXPECT_EQ(status([](Message&) {}), Fact::Status::no_data);
  // A resolver's, and an authoritative server's own, NS records are no referral.
  EXPECT_EQ(status([&](Message& message) {
              message.authority = {ns};
              message.recursion_available = true;
            }),
            Fact::Status::no_data);
  EXPECT_EQ(status([&](Message& message) {
              message.authority = {ns};
              message.authoritative = true;
            }),
            Fact::Status::no_data);
  EXPECT_EQ(status([&](Message& message) { message.authority = {ns}; }), Fact::Status::failed);
}

TEST(FactFrom, FollowsAChainUpToItsLimit) {
  for (const auto& [aliases, status] :
       {std::pair{32, Fact::Status::found}, std::pair{33, Fact::Status::failed}}) {
    Message message = response();
    message.answers = {record("x.test", RecordType::cname, 1, "n1.test.")};
    for (int i = 1; i < aliases; ++i) {
      message.answers.push_back(record(fmt::format("n{}.test", i), RecordType::cname, 1,
                                       fmt::format("n{}.test.", i + 1)));
    }
    message.answers.push_back(record(fmt::format("n{}.test", aliases), RecordType::txt, 1, "end"));
    EXPECT_EQ(fact(message).status, status) << aliases;
  }
}

TEST(FactFrom, BelievesNoAnswerThatDeniesItsOwnRecords) {
  Message message = response();
  message.code = ResponseCode::name_error;
  message.answers = {record("x.test", RecordType::txt, 60, "v=spf1")};
  EXPECT_EQ(fact(message).status, Fact::Status::failed);
  EXPECT_TRUE(fact(message).records.empty());
  EXPECT_NE(fact(message).detail.find("NXDOMAIN"), std::string::npos);
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
  EXPECT_NE(fact(truncated).detail.find("truncated"), std::string::npos);
  Message loop = response();
  loop.answers = {record("x.test", RecordType::cname, 1, "y.test."),
                  record("y.test", RecordType::cname, 1, "x.test.")};
  EXPECT_EQ(fact(loop).status, Fact::Status::failed);
  EXPECT_NE(fact(loop).detail.find("loop"), std::string::npos);
  Message lame = response();
  lame.recursion_available = false;
  lame.authority = {record("test", RecordType::ns, 1, "ns.test.")};
  EXPECT_EQ(fact(lame).status, Fact::Status::failed);
  EXPECT_NE(fact(lame).detail.find("lame"), std::string::npos);
}

}  // namespace
}  // namespace mandate::dns
