// What a stub client makes of truncated answers, and of servers that misbehave over TCP.
#include "fault.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using dns::Message;
using Then = Stream::Then;

class TcpFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(TcpFaults, EndAsStatedAndInTime) {
  expect_its_end(GetParam());
}

std::vector<Fault> tcp_faults() {
  const std::string closed = "$1 closed the TCP connection before its answer was whole (2 tries)";
  const auto bytes = [](std::string octets, Then then) {
    return over_tcp([=](const Asked&) { return Stream{octets, then}; });
  };
  const std::string half = std::string("\x01\x00", 2) + std::string(100, 'x');
  return {
      {"truncated_then_tcp", {over_tcp(right_over_tcp)}, found, "", {1}, {1}},
      {"truncated_inside_a_record_then_tcp",
       {{[](const Asked& asked) {
           Message message = right(asked);
           message.truncated = true;
           std::string cut = dns::encode(message);
           cut.resize(cut.size() - 5);
           return one(cut);
         },
         right_over_tcp}},
       found,
       "",
       {1},
       {1}},
      {"larger_than_announced_then_tcp",
       {{[](const Asked& asked) {
           std::string large = dns::encode(right(asked));
           large.resize(1233, 'x');
           return one(large);
         },
         right_over_tcp}},
       found,
       "",
       {1},
       {1}},
      {"tcp_has_no_listener",
       {{truncated, {}}},
       failed,
       "$1 cannot be reached over TCP: Connection refused (2 tries)",
       {2}},
      {"tcp_closed_at_once", {bytes("", Then::close)}, failed, closed, {2}, {2}},
      {"tcp_closed_in_the_length", {bytes("\x01", Then::close)}, failed, closed, {2}, {2}},
      {"tcp_closed_in_the_message", {bytes(half, Then::close)}, failed, closed, {2}, {2}},
      {"tcp_closed_then_second_server",
       {bytes(half, Then::close), answers_right()},
       found,
       "",
       {1, 1},
       {1, 0}},
      {"tcp_says_nothing", {bytes("", Then::hold)}, failed, no_answer, {2}, {2}, brief},
      {"tcp_stops_in_the_message", {bytes(half, Then::hold)}, failed, no_answer, {2}, {2}, brief},
      {"tcp_drips", {bytes("\xff\xff", Then::drip)}, failed, no_answer, {2}, {2}, brief},
      {"tcp_drips_until_the_deadline",
       {bytes("\xff\xff", Then::drip)},
       failed,
       "no answer from $1 before the time for the lookup was over (1 try)",
       {1},
       {1},
       20s,
       2,
       brief},
      {"tcp_message_of_no_octets",
       {bytes(std::string(2, '\0'), Then::hold), answers_right()},
       found,
       "",
       {1, 1},
       {1, 0}},
      {"tcp_garbage",
       {bytes(std::string("\x00\x10", 2) + std::string(16, '\xff'), Then::hold), answers_right()},
       found,
       "",
       {1, 1},
       {1, 0}},
      {"tcp_wrong_id",
       {over_tcp_spoiled([](Message& m) { m.id ^= 1; })},
       failed,
       "$1 answered over TCP what it was not asked (2 tries)",
       {2},
       {2}},
      {"tcp_truncated_too",
       {over_tcp_spoiled([](Message& m) { m.truncated = true; })},
       failed,
       "$1 sent a truncated answer over TCP (2 tries)",
       {2},
       {2}},
      {"tcp_more_than_the_answer",
       {over_tcp([](const Asked& asked) {
         return Stream{right_over_tcp(asked).bytes + std::string(100'000, 'x')};
       })},
       found,
       "",
       {1},
       {1}},
  };
}

INSTANTIATE_TEST_SUITE_P(Tcp, TcpFaults, ::testing::ValuesIn(tcp_faults()), fault_name);

}  // namespace
}  // namespace mandate::resolver
