#include "resolver/cname_chain.h"

#include <gtest/gtest.h>

namespace mandate::resolver {
namespace {

using dns::Message;
using dns::Name;
using dns::Question;
using dns::Record;
using dns::RecordType;
using dns::ResponseCode;
using End = CnameChain::End;

Name name(std::string_view text) {
  return Name::parse(text).value();
}

Record cname(std::string_view owner, std::string_view target, std::uint32_t ttl) {
  return {name(owner), RecordType::cname, ttl, dns::NameData{name(target)}};
}
Record txt(std::string_view owner) {
  return {name(owner), RecordType::txt, 300, dns::TxtData{{"v=spf1 -all"}}};
}
Record soa(std::string_view owner) {
  return {name(owner), RecordType::soa, 300, dns::SoaData{}};
}
Record ns(std::string_view owner) {
  return {name(owner), RecordType::ns, 300, dns::NameData{name("ns.example")}};
}

constexpr std::uint32_t greatest = 0x7fffffff;

/// In place the response says the same.
CnameChain chain_of(const Message& response, const Question& question) {
  CnameChain chain = follow_cnames(response, question);
  const std::string octets = dns::encode(response);
  dns::MessageView view;
  EXPECT_TRUE(dns::read_message(octets, view).has_value());
  const CnameChain in_place = follow_cnames(view, question);
  EXPECT_EQ(in_place.end, chain.end);
  EXPECT_EQ(in_place.target, chain.target);
  EXPECT_EQ(in_place.ttl, chain.ttl);
  return chain;
}

TEST(CnameChain, EndsWhereTheResponseSaysNoMore) {
  const struct {
    std::string_view rule;
    RecordType type;
    std::vector<Record> answers, authority;
    ResponseCode code;
    End end;
    std::string_view target;
    std::uint32_t ttl;
  } rows[] = {
      {"a direct answer",
       RecordType::txt,
       {txt("a.test")},
       {},
       ResponseCode::no_error,
       End::here,
       ".",
       greatest},
      {"no answer", RecordType::txt, {}, {}, ResponseCode::no_error, End::here, ".", greatest},
      {"records of other names only",
       RecordType::txt,
       {txt("b.test")},
       {},
       ResponseCode::no_error,
       End::here,
       ".",
       greatest},
      {"a whole chain, in any order",
       RecordType::txt,
       {txt("c.test"), cname("b.test", "c.test", 20), cname("a.test", "b.test", 30)},
       {},
       ResponseCode::no_error,
       End::here,
       "c.test",
       20},
      {"a chain without its end",
       RecordType::txt,
       {cname("a.test", "b.test", 30), cname("b.test", "c.test", 20)},
       {},
       ResponseCode::no_error,
       End::elsewhere,
       "c.test",
       20},
      {"the end has no data",
       RecordType::txt,
       {cname("a.test", "b.other", 30)},
       {soa("other")},
       ResponseCode::no_error,
       End::here,
       "b.other",
       30},
      {"an SOA that is not the target's",
       RecordType::txt,
       {cname("a.test", "b.other", 30)},
       {soa("test")},
       ResponseCode::no_error,
       End::elsewhere,
       "b.other",
       30},
      {"an SOA whose name only looks like the target's",
       RecordType::txt,
       {cname("a.test", "b.another", 30)},
       {soa("other")},
       ResponseCode::no_error,
       End::elsewhere,
       "b.another",
       30},
      {"the end does not exist (RFC 6604 section 3)",
       RecordType::txt,
       {cname("a.test", "b.other", 30)},
       {},
       ResponseCode::name_error,
       End::here,
       "b.other",
       30},
      {"the CNAME itself is asked for",
       RecordType::cname,
       {cname("a.test", "b.other", 30)},
       {},
       ResponseCode::no_error,
       End::here,
       ".",
       greatest},
      {"two names in a circle",
       RecordType::txt,
       {cname("a.test", "b.test", 30), cname("b.test", "a.test", 30)},
       {},
       ResponseCode::no_error,
       End::endless,
       "a.test",
       30},
      {"a name to itself, and records beside",
       RecordType::txt,
       {cname("a.test", "a.test", 30), txt("b.test"), txt("b.test")},
       {},
       ResponseCode::no_error,
       End::endless,
       "a.test",
       30},
  };
  for (const auto& row : rows) {
    Message response;
    response.code = row.code;
    response.answers = row.answers;
    response.authority = row.authority;
    const CnameChain chain = chain_of(response, Question{name("a.test"), row.type});
    EXPECT_EQ(chain.end, row.end) << row.rule;
    if (row.end == End::endless) continue;
    EXPECT_EQ(chain.target.text(), row.target) << row.rule;
    EXPECT_EQ(chain.ttl, row.ttl) << row.rule;
  }
}

TEST(CnameChain, HoldsThirtyTwoAliasesAndNoMore) {
  Message response;
  const auto append = [&](int i) {
    response.answers.push_back(
        cname("n" + std::to_string(i) + ".test", "n" + std::to_string(i + 1) + ".test", 300));
  };
  const Question question{name("n0.test"), RecordType::txt};
  for (int i = 0; i < 32; ++i) append(i);
  const CnameChain chain = chain_of(response, question);
  EXPECT_EQ(chain.end, End::elsewhere);
  EXPECT_EQ(chain.target.text(), "n32.test");
  for (int i = 32; i < 5000; ++i) append(i);
  EXPECT_EQ(chain_of(response, question).end, End::endless);
}

TEST(Referral, HasServersAndNothingElse) {
  const struct {
    std::string_view rule;
    bool authoritative;
    ResponseCode code;
    std::vector<Record> answers, authority;
    bool referral;
  } rows[] = {
      {"servers of a zone below", false, ResponseCode::no_error, {}, {ns("test")}, true},
      {"no data, without SOA", false, ResponseCode::no_error, {}, {}, false},
      {"no data, with SOA", false, ResponseCode::no_error, {}, {soa("test")}, false},
      {"no data, with SOA and NS",
       false,
       ResponseCode::no_error,
       {},
       {ns("test"), soa("test")},
       false},
      {"an authoritative answer", true, ResponseCode::no_error, {}, {ns("test")}, false},
      {"an answer", false, ResponseCode::no_error, {txt("a.test")}, {ns("test")}, false},
      {"no such name", false, ResponseCode::name_error, {}, {ns("test")}, false},
  };
  for (const auto& row : rows) {
    Message response;
    response.authoritative = row.authoritative;
    response.code = row.code;
    response.answers = row.answers;
    response.authority = row.authority;
    EXPECT_EQ(is_referral(response), row.referral) << row.rule;
    const std::string octets = dns::encode(response);
    dns::MessageView view;
    ASSERT_TRUE(dns::read_message(octets, view).has_value()) << row.rule;
    EXPECT_EQ(is_referral(view), row.referral) << row.rule;
  }
}

}  // namespace
}  // namespace mandate::resolver
