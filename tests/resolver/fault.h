// What the tables of faults are made of: responses right and wrong, servers that give them, and one
// row with its outcome.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>

#include "scripted_server.h"

namespace mandate::resolver::testing {

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

inline const dns::Question& question() {
  static const dns::Question asked{name("example.com"), dns::RecordType::txt};
  return asked;
}

inline dns::Record txt(std::string_view owner, std::string text, std::uint32_t ttl = 300) {
  return {name(owner), dns::RecordType::txt, ttl, dns::TxtData{{std::move(text)}}};
}

inline dns::Record cname(std::string_view owner, std::string_view target, std::uint32_t ttl = 300) {
  return {name(owner), dns::RecordType::cname, ttl, dns::NameData{name(target)}};
}

inline dns::Message response(const Asked& asked,
                             dns::ResponseCode code = dns::ResponseCode::no_error,
                             std::vector<dns::Record> answers = {}) {
  dns::Message message = asked.query;
  message.is_response = true;
  message.recursion_available = true;
  message.authentic_data = false;
  message.code = code;
  message.answers = std::move(answers);
  return message;
}

inline dns::Message right(const Asked& asked) {
  return response(asked, dns::ResponseCode::no_error, {txt("example.com", "v=spf1 -all")});
}

// One change to the right answer that makes it somebody else's.
using Spoil = void (*)(dns::Message&);

inline std::string spoiled(const Asked& asked, Spoil spoil) {
  dns::Message message = right(asked);
  spoil(message);
  return dns::encode(message);
}

inline std::string framed(const std::string& message) {
  std::string bytes{static_cast<char>(message.size() >> 8), static_cast<char>(message.size())};
  return bytes + message;
}

inline std::vector<Datagram> one(std::string bytes) {
  return {{std::move(bytes)}};
}

inline std::vector<Datagram> truncated(const Asked& asked) {
  dns::Message message = response(asked);
  message.truncated = true;
  return one(dns::encode(message));
}

inline Script silent() {
  return {[](const Asked&) { return std::vector<Datagram>{}; }, {}};
}

inline Script answers_with(dns::ResponseCode code) {
  return {[=](const Asked& asked) { return one(dns::encode(response(asked, code))); }, {}};
}

inline Script answers_right() {
  return {[](const Asked& asked) { return one(dns::encode(right(asked))); }, {}};
}

inline Script answers_spoiled(Spoil spoil) {
  return {[=](const Asked& asked) { return one(spoiled(asked, spoil)); }, {}};
}

inline Script over_tcp(std::function<Stream(const Asked&)> tcp) {
  return {truncated, std::move(tcp)};
}

inline Script over_tcp_spoiled(Spoil spoil) {
  return over_tcp([=](const Asked& asked) { return Stream{framed(spoiled(asked, spoil))}; });
}

inline Stream right_over_tcp(const Asked& asked) {
  return {framed(dns::encode(right(asked)))};
}

inline Script refuses_edns(dns::ResponseCode code, bool with_question) {
  return {[=](const Asked& asked) {
            if (!asked.edns) return one(dns::encode(right(asked)));
            dns::Message refusal = response(asked, code);
            if (!with_question) refusal.questions.clear();
            return one(dns::encode(refusal));
          },
          {}};
}

inline Script points_elsewhere(std::function<std::vector<dns::Record>(const dns::Name&)> answers) {
  return {[=](const Asked& asked) {
            const std::vector<dns::Record> records = answers(asked.query.questions.at(0).name);
            return one(dns::encode(response(asked, dns::ResponseCode::no_error, records)));
          },
          {}};
}

/// One fault and how it must end.
struct Fault {
  std::string name;
  std::vector<Script> scripts;  ///< a server each, in the client's order
  dns::Fact::Status status = dns::Fact::Status::failed;
  std::string detail = {};                    ///< $1, $2 stand for the servers
  std::vector<std::size_t> udp_queries = {};  ///< at each server
  std::vector<std::size_t> tcp_queries = {};  ///< likewise; empty for none
  std::chrono::milliseconds timeout = std::chrono::seconds(20);
  int attempts = 2;
  std::chrono::milliseconds deadline = std::chrono::seconds(60);
};

inline void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

inline std::string fault_name(const ::testing::TestParamInfo<Fault>& info) {
  return info.param.name;
}

inline constexpr auto found = dns::Fact::Status::found;
inline constexpr auto failed = dns::Fact::Status::failed;
inline constexpr std::chrono::milliseconds brief{300};
inline constexpr const char* no_answer = "no answer from $1 within 0.3 s (2 tries)";

inline std::string with_servers(std::string text, const std::vector<Server>& servers) {
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::string place = "$" + std::to_string(i + 1);
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place)) {
      text.replace(at, place.size(), servers[i].text());
    }
  }
  return text;
}

/// With as many queries a source port as the client is told to send from one.
inline void expect_its_end(const Fault& fault, std::size_t queries_per_port) {
  std::vector<std::unique_ptr<ScriptedServer>> servers;
  StubOptions options{.servers = {},
                      .timeout = fault.timeout,
                      .attempts = fault.attempts,
                      .queries_per_port = queries_per_port};
  for (const Script& script : fault.scripts) {
    servers.push_back(std::make_unique<ScriptedServer>(script));
    options.servers.push_back(servers.back()->server());
  }
  const std::vector<Server> asked_servers = options.servers;
  const auto client = make_stub_client(std::move(options));

  const auto start = std::chrono::steady_clock::now();
  const std::vector<dns::Fact> facts = client->ask({&question(), 1}, start + fault.deadline);
  const auto elapsed = std::chrono::steady_clock::now() - start;

  ASSERT_EQ(facts.size(), 1U);
  const dns::Fact& fact = facts[0];
  EXPECT_EQ(fact.question, question());
  EXPECT_EQ(dns::text(fact.status), dns::text(fault.status)) << fact.detail;
  EXPECT_EQ(fact.records.empty(), fault.status != found);
  EXPECT_EQ(fact.detail, with_servers(fault.detail, asked_servers));
  // No row has to wait for more than two seconds, and none waits for its time-out of 20 s.
  EXPECT_LT(elapsed, std::chrono::seconds(10));
  for (std::size_t i = 0; i < servers.size(); ++i) {
    EXPECT_EQ(servers[i]->udp_queries().size(), fault.udp_queries.at(i)) << "at server " << i + 1;
    const std::size_t tcp = fault.tcp_queries.empty() ? 0 : fault.tcp_queries.at(i);
    EXPECT_EQ(servers[i]->tcp_queries().size(), tcp) << "over TCP at server " << i + 1;
  }
}

/// The end is the same whether a query has its port alone or shares it.
inline void expect_its_end(const Fault& fault) {
  for (const std::size_t queries_per_port : {1U, 100U}) {
    SCOPED_TRACE(queries_per_port);
    expect_its_end(fault, queries_per_port);
  }
}

}  // namespace mandate::resolver::testing
