// What a stub client makes of servers and forgers that do not keep to the rules over UDP.
#include "fault.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Fact;
using dns::Message;
using dns::Record;
using dns::RecordType;
using dns::ResponseCode;

class Faults : public ::testing::TestWithParam<Fault> {};

TEST_P(Faults, EndAsStatedAndInTime) {
  expect_its_end(GetParam());
}

std::vector<Fault> forgeries() {
  const auto passed_over = [](std::string name, Spoil spoil) {
    return Fault{std::move(name), {answers_spoiled(spoil)}, failed, no_answer, {2}, {}, brief};
  };
  return {
      passed_over("wrong_id", [](Message& m) { m.id ^= 1; }),
      passed_over("wrong_name", [](Message& m) { m.questions[0].name = name("example.org"); }),
      passed_over("wrong_type", [](Message& m) { m.questions[0].type = RecordType::a; }),
      passed_over("two_questions", [](Message& m) { m.questions.push_back(m.questions[0]); }),
      {"wrong_class",
       {{[](const Asked& asked) {
           std::string bytes = dns::encode(right(asked));
           bytes[12 + asked.name.size() + 4] = 3;  // CH
           return one(bytes);
         },
         {}}},
       failed,
       no_answer,
       {2},
       {},
       brief},
      passed_over("no_question", [](Message& m) { m.questions.clear(); }),
      passed_over("a_query_not_a_response", [](Message& m) { m.is_response = false; }),
      {"from_another_port",
       {{[](const Asked& asked) {
           return std::vector<Datagram>{{dns::encode(right(asked)), true}};
         },
         {}}},
       failed,
       no_answer,
       {2},
       {},
       brief},
      {"forged_before_the_right_one",
       {{[](const Asked& asked) {
           std::vector<Datagram> datagrams;
           for (std::uint16_t n = 1; n <= 20; ++n) {
             Message forged = right(asked);
             forged.id ^= n;
             datagrams.push_back({dns::encode(forged)});
           }
           datagrams.push_back({dns::encode(right(asked))});
           return datagrams;
         },
         {}}},
       found,
       "",
       {1}},
      {"flood_of_forgeries_is_left_for_tcp",  // RFC 5452 section 9.3
       {{[](const Asked& asked) {
           std::vector<Datagram> datagrams;
           for (std::uint16_t n = 1; n <= 200; ++n) {
             Message forged = response(asked, ResponseCode::name_error);
             forged.id ^= n;
             datagrams.push_back({dns::encode(forged)});
           }
           return datagrams;
         },
         right_over_tcp}},
       found,
       "",
       {1},
       {1}},
  };
}

std::vector<Fault> silences_and_garbage() {
  const auto garbage = [](std::string name, std::string bytes) {
    return Fault{std::move(name),
                 {{[=](const Asked&) { return one(bytes); }, {}}},
                 failed,
                 no_answer,
                 {2},
                 {},
                 brief};
  };
  return {
      {"silent", {silent()}, failed, no_answer, {2}, {}, brief},
      {"silent_once",
       {silent()},
       failed,
       "no answer from $1 within 0.3 s (1 try)",
       {1},
       {},
       brief,
       1},
      {"answered_twice",
       {{[](const Asked& asked) { return std::vector<Datagram>(3, {dns::encode(right(asked))}); },
         {}}},
       found,
       "",
       {1}},
      {"first_query_lost",
       {{[](const Asked& asked) {
           return asked.nth == 1 ? std::vector<Datagram>{} : one(dns::encode(right(asked)));
         },
         {}}},
       found,
       "",
       {2},
       {},
       500ms},
      {"silent_then_second_server", {silent(), answers_right()}, found, "", {1, 1}, {}, 500ms},
      garbage("empty_datagram", ""),
      garbage("one_octet", "x"),
      garbage("text_instead_of_dns", "HTTP/1.1 400 Bad Request\r\n\r\n"),
      garbage("all_ones", std::string(512, '\xff')),
      {"compressed_in_a_loop",
       {{[](const Asked& asked) {
           const std::string loop("\xc0\x1d\0\x10\0\1\0\0\0\1\0\2\1x", 14);
           std::string bytes = dns::encode(response(asked)) + loop;
           bytes[7] = 1;  // ANCOUNT; the pointer stands at octet 29, and leads there
           return one(bytes);
         },
         {}}},
       failed,
       no_answer,
       {2},
       {},
       brief},
      {"cut_without_tc",
       {{[](const Asked& asked) {
           std::string bytes = dns::encode(right(asked));
           bytes.resize(bytes.size() - 5);
           return one(bytes);
         },
         {}}},
       failed,
       no_answer,
       {2},
       {},
       brief},
      {"deadline_before_the_time_out",
       {silent()},
       failed,
       "no answer from $1 before the time for the lookup was over (1 try)",
       {1},
       {},
       20s,
       2,
       brief},
      {"deadline_long_past",
       {answers_right()},
       failed,
       "not asked, since the time for the lookup was over",
       {0},
       {},
       20s,
       2,
       -1000ms},
  };
}

std::vector<Fault> codes() {
  const auto code = [](ResponseCode value) { return answers_with(value); };
  return {
      {"servfail_then_second_server",
       {code(ResponseCode::server_failure), answers_right()},
       found,
       "",
       {1, 1}},
      {"refused_then_second_server",
       {code(ResponseCode::refused), answers_right()},
       found,
       "",
       {1, 1}},
      {"servfail_and_refused",
       {code(ResponseCode::server_failure), code(ResponseCode::refused)},
       failed,
       "$1 answered SERVFAIL (2 tries); $2 answered REFUSED (2 tries)",
       {2, 2}},
      {"unassigned_code", {code(ResponseCode{11})}, failed, "$1 answered RCODE11 (2 tries)", {2}},
      {"nxdomain_is_an_answer",
       {code(ResponseCode::name_error), answers_right()},
       Fact::Status::no_such_name,
       "",
       {1, 0}},
      {"records_of_another_class_are_no_data",
       {{[](const Asked& asked) {
           std::string bytes = dns::encode(right(asked));
           bytes[29 + 13 + 3] = 3;  // of the answer: CH
           return one(bytes);
         },
         {}}},
       Fact::Status::no_data,
       "",
       {1}},
      {"nodata_is_an_answer",
       {code(ResponseCode::no_error), answers_right()},
       Fact::Status::no_data,
       "",
       {1, 0}},
      {"formerr_on_edns", {refuses_edns(ResponseCode::format_error, true)}, found, "", {2}},
      {"notimp_on_edns", {refuses_edns(ResponseCode::not_implemented, true)}, found, "", {2}},
      {"bare_formerr_on_edns", {refuses_edns(ResponseCode::format_error, false)}, found, "", {2}},
      {"bare_notimp_on_edns", {refuses_edns(ResponseCode::not_implemented, false)}, found, "", {2}},
      {"badvers_on_edns", {refuses_edns(ResponseCode::bad_version, true)}, found, "", {2}},
      {"notimp_always",
       {code(ResponseCode::not_implemented)},
       failed,
       "$1 answered NOTIMP (2 tries)",
       {3}},
      {"formerr_always",
       {code(ResponseCode::format_error)},
       failed,
       "$1 answered FORMERR (2 tries)",
       {3}},
      {"referral_then_second_server",
       {{[](const Asked& asked) {
           Message referral = response(asked);
           referral.authority = {
               {name("com"), RecordType::ns, 300, dns::NameData{name("a.gtld-servers.net")}}};
           return one(dns::encode(referral));
         },
         {}},
        answers_right()},
       found,
       "",
       {1, 1}},
  };
}

std::vector<Fault> cname_faults() {
  return {
      {"cname_that_leads_elsewhere_is_followed",
       {points_elsewhere([](const dns::Name& owner) -> std::vector<Record> {
         if (owner == name("example.com")) return {cname("example.com", "spf.example.net")};
         return {txt("spf.example.net", "v=spf1 -all")};
       })},
       found,
       "",
       {2}},
      {"cname_in_a_circle",
       {points_elsewhere([](const dns::Name&) -> std::vector<Record> {
         return {cname("example.com", "b.example"), cname("b.example", "example.com")};
       })},
       failed,
       "$1 answered with CNAMEs without end (2 tries)",
       {2}},
      {"cname_to_itself",
       {points_elsewhere([](const dns::Name&) -> std::vector<Record> {
         return {cname("example.com", "example.com")};
       })},
       failed,
       "$1 answered with CNAMEs without end (2 tries)",
       {2}},
      {"cname_without_end",
       {points_elsewhere([](const dns::Name& owner) -> std::vector<Record> {
         const std::string text = owner.text();
         return {cname(text, text == "a.example" ? "b.example" : "a.example")};
       })},
       failed,
       "following its CNAME to b.example: its CNAMEs lead on after 8 more queries, or in a circle",
       {9}},
      {"cname_to_a_name_that_fails",
       {{[](const Asked& asked) {
           if (asked.query.questions.at(0).name != name("example.com")) {
             return one(dns::encode(response(asked, ResponseCode::refused)));
           }
           return one(dns::encode(
               response(asked, ResponseCode::no_error, {cname("example.com", "spf.example.net")})));
         },
         {}}},
       failed,
       "following its CNAME to spf.example.net: $1 answered REFUSED (2 tries)",
       {3}},
  };
}

INSTANTIATE_TEST_SUITE_P(Forgeries, Faults, ::testing::ValuesIn(forgeries()), fault_name);
INSTANTIATE_TEST_SUITE_P(Silences, Faults, ::testing::ValuesIn(silences_and_garbage()), fault_name);
INSTANTIATE_TEST_SUITE_P(Codes, Faults, ::testing::ValuesIn(codes()), fault_name);
INSTANTIATE_TEST_SUITE_P(Cnames, Faults, ::testing::ValuesIn(cname_faults()), fault_name);

}  // namespace
}  // namespace mandate::resolver
