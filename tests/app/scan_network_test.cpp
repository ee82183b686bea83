// `mandate scan` over servers: order, rate, interruption, resumption, memory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "../resolver/fast_answerer.h"
#include "../resolver/numbered_questions.h"
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
  std::mt19937 random_{5};  // NOLINT: the same each time
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

TEST(ScanOverTheNetwork, AnInterruptionEndsItInOrder) {
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string state = folder / "state";
  Program program({"scan", "--format", "csv", "--ip", "192.0.2.1", "--resume", state, "--resolver",
                   server.server().text()});
  program.write(numbered_lines(30));
  program.read_out_until("30,d29.bulk.test");  // standard input stays open
  program.signal(SIGINT);
  EXPECT_EQ(program.finish(), 130);
  EXPECT_EQ(lines_of(program.out()).size(), 31U);
  EXPECT_EQ(program.err().find("30 answered in "), 0U) << program.err();
  EXPECT_NE(contents_of(state).find("\"lines\":30"), std::string::npos) << contents_of(state);
}

TEST(ScanOverTheNetwork, OutputThatCannotBeWrittenEndsIt) {
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(10));
  const std::string script = "exec '" MANDATE_BINARY "' scan --ip 192.0.2.1 '" + input +
                             "' --zone '" + folder.write("empty.zone", "") +
                             "' > /dev/full 2> /dev/null";
  const int status = std::system(script.c_str());  // NOLINT: a script of ours
  EXPECT_EQ(WEXITSTATUS(status), 74);
}

/// The program with a file for stdout, appended to, and all the memory that it used at most.
class FiledScan {
 public:
  FiledScan(std::vector<std::string> arguments, const std::string& output) {
    arguments.insert(arguments.begin(), {MANDATE_BINARY, "scan"});
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ~FiledScan() {
    if (pid_ > 0) kill();
  }
  FiledScan(const FiledScan&) = delete;
  FiledScan& operator=(const FiledScan&) = delete;

  void kill() {
    ::kill(pid_, SIGKILL);
    end();
  }
  /// The exit code, or minus the signal.
  int end() {
    int status = 0;
    ::wait4(std::exchange(pid_, -1), &status, 0, &usage_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  long most_kilobytes() const { return usage_.ru_maxrss; }

 private:
  pid_t pid_ = -1;
  rusage usage_{};
};

/// Whether a file comes to be there in some seconds.
bool comes_to_be(const std::string& path) {
  for (const auto end = Clock::now() + std::chrono::seconds(30); Clock::now() < end;) {
    if (std::filesystem::exists(path)) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(ScanOverTheNetwork, AfterAKillItGoesOnWhereItWasWithNoLineLostOrTwice) {
  constexpr int count = 4'000;
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(count));
  std::vector<std::string> whole;
  {
    const std::string output = folder / "whole";
    FiledScan scan(
        {"--format", "csv", "--ip", "192.0.2.1", "--resolver", server.server().text(), input},
        output);
    ASSERT_EQ(scan.end(), 0);
    whole = lines_of(contents_of(output));
    ASSERT_EQ(whole.size(), count + 1U);
  }
  for (const bool ordered : {true, false}) {
    const std::string output = folder / (ordered ? "ordered" : "unordered");
    const std::string state = output + ".state";
    std::vector<std::string> arguments = {
        "--format", "csv", "--ip",   "192.0.2.1", "--resolver", server.server().text(),
        "--resume", state, "--rate", "1500",      input};
    if (!ordered) arguments.emplace_back("--unordered");
    {
      FiledScan killed(arguments, output);
      ASSERT_TRUE(comes_to_be(state));
      killed.kill();
    }
    const std::size_t written = lines_of(contents_of(output)).size();
    EXPECT_GT(written, 1U);
    EXPECT_LT(written, count);
    FiledScan resumed(arguments, output);
    EXPECT_EQ(resumed.end(), 0);
    const std::vector<std::string> lines = lines_of(contents_of(output));
    if (ordered) {
      EXPECT_EQ(lines, whole);
    } else {
      EXPECT_TRUE(lines.size() == whole.size() && std::ranges::is_permutation(lines, whole));
    }
  }
}

TEST(ScanOverTheNetwork, AStateIsOfOneScanAndOfOneOutput) {
  const TemporaryFolder folder;
  const std::string empty = folder.write("empty.zone", "");
  const std::string input = folder.write("lines", numbered_lines(10));
  const std::string state = folder / "state";
  const std::string output = folder / "output";
  const std::vector<std::string> arguments = {"--zone", empty,      "--ip", "192.0.2.1",
                                              input,    "--resume", state};
  EXPECT_EQ(FiledScan(arguments, output).end(), 0);
  // Ended already: nothing is left to do.
  EXPECT_EQ(FiledScan(arguments, output).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output)).size(), 10U);
  // Lines that came in the meantime are.
  folder.write("lines", numbered_lines(12));
  EXPECT_EQ(FiledScan(arguments, output).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output)).size(), 12U);

  std::vector<std::string> others = arguments;
  others[3] = "192.0.2.2";
  EXPECT_EQ(FiledScan(others, output).end(), 64);
  std::filesystem::resize_file(output, 10);
  EXPECT_EQ(FiledScan(arguments, output).end(), 64);
  EXPECT_EQ(contents_of(output).size(), 10U);
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
