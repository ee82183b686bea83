// `mandate scan` that is interrupted, killed and resumed: no line is lost or answered twice.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "../resolver/fast_answerer.h"
#include "../resolver/fault.h"
#include "../resolver/numbered_questions.h"
#include "filed_scan.h"
#include "program.h"
#include "scan_lines.h"

namespace mandate::app::testing {
namespace {

using resolver::testing::FastAnswerer;
using resolver::testing::ScriptedServer;
using Clock = std::chrono::steady_clock;

TEST(ScanResumption, AnInterruptionEndsItInOrder) {
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string state = folder / "state";
  Program program({"scan", "--format", "csv", "--ip", "192.0.2.1", "--resume", state, "--resolver",
                   server.server().text()});
  program.write(numbered_lines(30));
  program.read_out_until("30,d29.bulk.test");  // standard input stays open
  program.signal(SIGINT);
  EXPECT_EQ(program.end(), 130);
  EXPECT_EQ(lines_of(program.out()).size(), 31U);
  EXPECT_EQ(program.err().find("30 answered in "), 0U) << program.err();
  EXPECT_NE(contents_of(state).find("\"lines\":30"), std::string::npos) << contents_of(state);
}

/// Whether a file comes to be as wanted in some seconds.
bool comes_to_be(const std::string& path, const std::function<bool(const std::string&)>& wanted) {
  for (const auto end = Clock::now() + std::chrono::seconds(30); Clock::now() < end;) {
    if (wanted(contents_of(path))) return true;
    std::this_thread::yield();
  }
  return false;
}

bool comes_to_have(const std::string& path, std::size_t octets) {
  return comes_to_be(path, [&](const std::string& contents) { return contents.size() >= octets; });
}

bool comes_to_say(const std::string& path, const std::string& text) {
  return comes_to_be(path, [&](const std::string& contents) { return contents.contains(text); });
}

TEST(ScanResumption, AfterAnInterruptionOrAKillNoLineIsLostOrTwice) {
  constexpr int count = 12'000;  // more than is read at once
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(count));
  const std::vector<std::string> arguments = {
      "--format", "csv", "--ip", "192.0.2.1", "--resolver", server.server().text(), input};
  const std::string output = folder / "whole";
  ASSERT_EQ(FiledScan(arguments, output).end(), 0);
  const std::vector<std::string> whole = lines_of(contents_of(output));
  ASSERT_EQ(whole.size(), count + 1U);
  for (const bool ordered : {true, false}) {
    for (const int signal : {SIGKILL, SIGTERM, SIGINT}) {
      const std::string part = folder / (std::to_string(signal) + (ordered ? "o" : "u"));
      std::vector<std::string> resumable = arguments;
      resumable.insert(resumable.end(), {"--resume", part + ".state"});
      if (!ordered) resumable.emplace_back("--unordered");
      std::vector<std::string> slow = resumable;
      slow.insert(slow.end(), {"--rate", "2000"});
      FiledScan ended(slow, part);
      ASSERT_TRUE(comes_to_have(part, 5'000));
      ended.signal(signal);
      EXPECT_EQ(ended.end(), signal == SIGKILL ? -SIGKILL : 130);
      EXPECT_LT(lines_of(contents_of(part)).size(), count);
      EXPECT_EQ(FiledScan(resumable, part).end(), 0);
      const std::vector<std::string> lines = lines_of(contents_of(part));
      EXPECT_TRUE(ordered
                      ? lines == whole
                      : lines.size() == whole.size() && std::ranges::is_permutation(lines, whole))
          << part << ": " << lines.size();
    }
  }
}

// Half a domain is another domain.
TEST(ScanResumption, AnInterruptionWithinALineLeavesItToTheResumption) {
  const FastAnswerer server;
  const TemporaryFolder folder;
  const std::string second = "dd.bulk.test\n";
  for (std::size_t size = 0; size < second.size(); ++size) {
    const std::string state = folder / std::to_string(size);
    const std::vector<std::string> arguments = {"scan", "--format",   "csv",
                                                "--ip", "192.0.2.1",  "--resume",
                                                state,  "--resolver", server.server().text()};
    Program program(arguments);
    program.write("d.bulk.test\n" + second.substr(0, size));  // a pipe gives it as a whole
    program.read_out_until("\n1,d.bulk.test");                // standard input stays open
    program.signal(SIGINT);
    EXPECT_EQ(program.end(), 130);
    EXPECT_EQ(lines_of(program.out()).size(), 2U) << program.out();
    const Ended resumed = run_program(arguments, "d.bulk.test\n" + second);
    EXPECT_EQ(resumed.exit_code, 0);
    EXPECT_EQ(resumed.out.find("2,dd.bulk.test,"), 0U) << resumed.out;
    EXPECT_EQ(lines_of(resumed.out).size(), 1U) << resumed.out;
  }
}

TEST(ScanResumption, AnInterruptionWaitsForWhatIsUnderWayAndForNothingElse) {
  const ScriptedServer server(resolver::testing::silent());
  const TemporaryFolder folder;
  const std::string state = folder / "state";
  Program program({"scan", "--ip", "192.0.2.1", "--window", "4", "--timeout", "2s", "--resume",
                   state, "--resolver", server.server().text()});
  program.write(numbered_lines(3'000));
  while (server.udp_queries().size() < 4) std::this_thread::yield();
  program.signal(SIGTERM);
  EXPECT_EQ(program.end(), 130);
  // Four, and those that were begun in their place where this machine was slow.
  const std::size_t answered = lines_of(program.out()).size();
  EXPECT_GE(answered, 4U);
  EXPECT_LE(answered, 40U);
  EXPECT_NE(contents_of(state).find(fmt::format("\"lines\":{},", answered)), std::string::npos)
      << contents_of(state);
}

TEST(ScanResumption, WhatCannotBeKeptOrReadIsToldBeforeAnythingIsAnswered) {
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(10));
  const std::string empty = folder.write("empty.zone", "");
  const struct {
    std::vector<std::string> more;
    int exit_code;
    const char* message;
  } table[] = {{{"--resume", "/nonexistent/state"}, 74, "cannot write --resume /nonexistent/state"},
               {{folder / "missing"}, 66, "/missing: No such file"}};
  for (const auto& row : table) {
    std::vector<std::string> arguments = {"scan", "--ip", "192.0.2.1", "--zone", empty, input};
    arguments.insert(arguments.end(), row.more.begin(), row.more.end());
    const Ended ended = run_program(arguments);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find(row.message), std::string::npos) << ended.err;
  }
}

/// A scan of ten lines that has ended, and what may be done with its state.
class ScanStateFile : public ::testing::Test {
 protected:
  ScanStateFile() {
    folder_.write("lines", numbered_lines(10));
    EXPECT_EQ(FiledScan(arguments_, output_).end(), 0);
    EXPECT_EQ(lines_of(contents_of(output_)).size(), 10U);
  }

  const TemporaryFolder folder_;
  const std::string output_ = folder_ / "output";
  const std::string state_ = folder_ / "state";
  const std::vector<std::string> arguments_ = {
      "--zone", folder_.write("empty.zone", ""), "--ip", "192.0.2.1", folder_ / "lines", "--resume",
      state_};
};

TEST_F(ScanStateFile, OfWhatHasEndedLeavesNothingToDoButWhatCameInTheMeantime) {
  EXPECT_EQ(FiledScan(arguments_, output_).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output_)).size(), 10U);
  folder_.write("lines", numbered_lines(12));
  EXPECT_EQ(FiledScan(arguments_, output_).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output_)).size(), 12U);
}

TEST_F(ScanStateFile, IsOfOneScan) {
  std::vector<std::string> others = arguments_;
  others[3] = "192.0.2.2";
  EXPECT_EQ(FiledScan(others, output_).end(), 64);
}

TEST_F(ScanStateFile, IsOfOneOutput) {
  const std::string other = folder_ / "other";
  EXPECT_EQ(FiledScan(arguments_, other).end(), 64);
  EXPECT_EQ(contents_of(other), "");
  std::vector<std::string> piped = arguments_;
  piped.insert(piped.begin(), "scan");
  const Ended ended = run_program(piped);
  EXPECT_EQ(ended.exit_code, 64);
  EXPECT_NE(ended.err.find("the answers so far are in another file"), std::string::npos);
  // One that nothing was written to is as good as another.
  folder_.write("lines", "");
  std::filesystem::remove(state_);
  EXPECT_EQ(FiledScan(arguments_, output_).end(), 0);
  folder_.write("lines", numbered_lines(10));
  EXPECT_EQ(FiledScan(arguments_, other).end(), 0);
  EXPECT_EQ(lines_of(contents_of(other)).size(), 10U);
}

TEST_F(ScanStateFile, OfNoAnswerYetLeavesOneHeaderInTheOutput) {
  std::vector<std::string> csv = arguments_;
  csv.insert(csv.end(), {"--format", "csv"});
  csv[6] = folder_ / "csv.state";
  const std::string output = folder_ / "csv";
  folder_.write("lines", "");
  EXPECT_EQ(FiledScan(csv, output).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output)).size(), 1U);
  folder_.write("lines", numbered_lines(10));
  EXPECT_EQ(FiledScan(csv, output).end(), 0);
  EXPECT_EQ(lines_of(contents_of(output)).size(), 11U) << contents_of(output);
}

// The first line is answered by nobody, and those behind it are written.
TEST(ScanResumption, WithoutOrderTheHeaderComesOnceThoughTheFirstLineIsOpen) {
  const ScriptedServer server({[](const resolver::testing::Asked& asked) {
                                 const auto& name = asked.query.questions.at(0).name;
                                 if (name.text() == "d0.bulk.test")
                                   return std::vector<resolver::testing::Datagram>{};
                                 return resolver::testing::one(resolver::testing::echo(asked));
                               },
                               {}});
  const TemporaryFolder folder;
  const std::string input = folder.write("lines", numbered_lines(10));
  const std::string output = folder / "output";
  const std::string state = folder / "state";
  const std::vector<std::string> arguments = {
      "--format", "csv", "--unordered", "--ip",       "192.0.2.1",
      "--resume", state, input,         "--resolver", server.server().text()};
  std::vector<std::string> patient = arguments;
  patient.insert(patient.end(), {"--timeout", "60s", "--rate", "8"});
  FiledScan killed(patient, output);
  ASSERT_TRUE(comes_to_say(state, "\"ahead\":[2"));
  killed.kill();
  std::vector<std::string> hasty = arguments;
  hasty.insert(hasty.end(), {"--timeout", "300ms"});
  EXPECT_EQ(FiledScan(hasty, output).end(), 3);
  const std::vector<std::string> lines = lines_of(contents_of(output));
  EXPECT_EQ(lines.size(), 11U) << contents_of(output);
  EXPECT_EQ(std::ranges::count_if(
                lines, [](const std::string& line) { return line.starts_with("line,"); }),
            1);
}

TEST_F(ScanStateFile, RefusesAnOutputWithLessThanItKnowsOf) {
  std::filesystem::resize_file(output_, 10);
  EXPECT_EQ(FiledScan(arguments_, output_).end(), 64);
  EXPECT_EQ(contents_of(output_).size(), 10U);
}

TEST_F(ScanStateFile, RefusesAnInputWithFewerLinesThanItKnowsOf) {
  folder_.write("lines", numbered_lines(9));
  const std::string before = contents_of(output_);
  EXPECT_EQ(FiledScan(arguments_, output_).end(), 64);
  EXPECT_EQ(contents_of(output_), before);
  EXPECT_NE(contents_of(state_).find("\"lines\":10,"), std::string::npos);
}

}  // namespace
}  // namespace mandate::app::testing
