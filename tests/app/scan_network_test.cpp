// `mandate scan` over servers: order, rate, memory.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>

#include "../resolver/fast_answerer.h"
#include "../resolver/numbered_questions.h"
#include "filed_scan.h"
#include "program.h"
#include "scan_lines.h"

namespace mandate::app::testing {
namespace {

using resolver::testing::Asked;
using resolver::testing::Datagram;
using resolver::testing::FastAnswerer;
using resolver::testing::ScriptedServer;
using Clock = std::chrono::steady_clock;

/// Gives the name back, after some other queries; what is asked again, at once.
class ShufflingScript {
 public:
  std::vector<Datagram> operator()(const Asked& asked) {
    held_.push_back({.bytes = resolver::testing::echo(asked),
                     .to_port = asked.source_port,
                     .name = asked.name});
    const bool again = !seen_.insert(asked.query.questions.at(0).name.text()).second;
    if (!again && held_.size() < 20) return {};
    std::ranges::shuffle(held_, random_);
    const std::size_t kept = again ? 0 : random_() % 10;
    std::vector<Datagram> out(held_.begin() + static_cast<std::ptrdiff_t>(kept), held_.end());
    held_.resize(kept);
    return out;
  }

 private:
  std::mt19937 random_{5};
  std::vector<Datagram> held_;
  std::set<std::string> seen_;
};

TEST(ScanOverTheNetwork, KeepsTheOrderOfLinesWhateverTheOrderOfAnswers) {
  std::string input = numbered_lines(400);
  std::string expected;
  for (int i = 0; i < 400; ++i) {
    const std::string number = std::to_string(i);
    expected += std::to_string(i + 1) + ",d" + number + ".bulk.test,192.0.2.1,none,,,0,0,d" +
                number + ".bulk.test has no SPF record\n";
  }
  for (const bool ordered : {true, false}) {
    const ScriptedServer server({ShufflingScript(), {}});
    std::vector<std::string> arguments = {
        "scan",     "--format", "csv", "--ip", "192.0.2.1", "--resolver", server.server().text(),
        "--window", "60"};
    if (!ordered) arguments.emplace_back("--unordered");
    const Ended ended = run_program(arguments, input);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::vector<std::string> lines = lines_of(ended.out);
    ASSERT_EQ(lines.size(), 401U);
    lines.erase(lines.begin());
    std::vector<std::string> wanted = lines_of(expected);
    EXPECT_EQ(lines == wanted, ordered);
    EXPECT_TRUE(std::ranges::is_permutation(lines, wanted));
  }
}

TEST(ScanOverTheNetwork, TheRateHolds) {
  const FastAnswerer server;
  const auto begin = Clock::now();
  const Ended ended = run_program({"scan", "--ip", "192.0.2.1", "--resolver",
                                   server.server().text(), "--rate", "100", "--threads", "2"},
                                  numbered_lines(60));
  EXPECT_EQ(lines_of(ended.out).size(), 60U);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(500));
}

TEST(ScanOverTheNetwork, WhatCannotBeLookedUpIsToldByTheExitCode) {
  const ScriptedServer server(resolver::testing::silent());
  const Ended ended = run_program(
      {"scan", "--ip", "192.0.2.1", "--resolver", server.server().text(), "--timeout", "100ms"},
      "a.example\n");
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_NE(ended.out.find("\"temperror\""), std::string::npos) << ended.out;
}

TEST(ScanOverTheNetwork, OutputThatCannotBeWrittenEndsIt) {
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(10));
  const std::string state = folder / "state";
  for (const char* output : {"> /dev/full", ">&-"}) {  // a closed one is not the state's file
    const std::string script = "exec '" MANDATE_BINARY "' scan --ip 192.0.2.1 '" + input +
                               "' --zone '" + folder.write("empty.zone", "") + "' --resume '" +
                               state + "' 2> /dev/null " + output;
    const int status = std::system(script.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 74) << output;
    EXPECT_EQ(contents_of(state).find("{\"version\":1,"), 0U) << contents_of(state);
    EXPECT_NE(contents_of(state).find("\"lines\":0,"), std::string::npos) << contents_of(state);
  }
}

// Under a sanitizer memory is not the program's own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(ScanOverTheNetwork, MemoryIsBoundedHoweverManyDomainsThereAre) {
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(300'000));
  for (const char* order : {"--threads=2", "--unordered"}) {
    FiledScan scan({"--ip", "192.0.2.1", "--resolver", server.server().text(), order, input},
                   "/dev/null");
    EXPECT_EQ(scan.end(), 0);
    EXPECT_LT(scan.most_kilobytes(), 150L << 10);
  }
}
#endif

}  // namespace
}  // namespace mandate::app::testing
