// Any number of questions, and servers whose answers repeat what they were asked, so that answers
// which were mixed up show.
#pragma once

#include "fault.h"

namespace mandate::resolver::testing {

inline Deadline in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

inline std::vector<dns::Question> numbered(int count) {
  std::vector<dns::Question> questions;
  for (int i = 0; i < count; ++i) {
    questions.push_back({name("d" + std::to_string(i) + ".example"), dns::RecordType::txt});
  }
  return questions;
}

/// A TXT record that repeats the name.
inline std::string echo(const Asked& asked) {
  const dns::Name& owner = asked.query.questions.at(0).name;
  return dns::encode(response(asked, dns::ResponseCode::no_error,
                              {{owner, dns::RecordType::txt, 60, dns::TxtData{{owner.text()}}}}));
}

inline Script echoes_names() {
  return {[](const Asked& asked) { return one(echo(asked)); }, {}};
}

inline std::unique_ptr<Lookup> client_of(const ScriptedServer& server,
                                         std::chrono::milliseconds timeout, int attempts) {
  return make_stub_client({.servers = {server.server()}, .timeout = timeout, .attempts = attempts});
}

inline void expect_own_answers(const std::vector<dns::Question>& questions,
                               const std::vector<dns::Fact>& facts) {
  ASSERT_EQ(facts.size(), questions.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    EXPECT_EQ(facts[i].question, questions[i]);
    ASSERT_EQ(facts[i].status, dns::Fact::Status::found) << facts[i].detail;
    EXPECT_EQ(std::get<dns::TxtData>(facts[i].records.at(0)).joined(), questions[i].name.text());
  }
}

}  // namespace mandate::resolver::testing
