// `mandate scan`, run as a program over zone files and over a server.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "../resolver/fast_answerer.h"
#include "../resolver/numbered_questions.h"
#include "program.h"

namespace mandate::app::testing {
namespace {

using resolver::testing::Asked;
using resolver::testing::Datagram;
using resolver::testing::FastAnswerer;
using resolver::testing::ScriptedServer;
using Clock = std::chrono::steady_clock;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string numbered_lines(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "d" + std::to_string(i) + ".bulk.test\n";
  return out;
}

/// The verdict holds from when it was made: of all else two runs say the same.
std::string without_time(const std::string& line) {
  const std::size_t begin = line.find("\"holds_until\":");
  if (begin == std::string::npos) return line;
  return line.substr(0, begin) + line.substr(line.find(',', begin) + 1);
}

std::vector<std::string> without_times(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(text)) out.push_back(without_time(line));
  return out;
}

const char* const zone = R"($TTL 300
pass.example.      TXT "v=spf1 ip4:192.0.2.0/24 include:mailer.example -all"
mailer.example.    TXT "v=spf1 ip4:198.51.100.0/28 -all"
fail.example.      TXT "v=spf1 include:mailer.example -all"
broken.example.    TXT "v=spf1 ip4:300.1.1.1 -all"
plain.example.     TXT "spf1 -all"
)";

class Scan : public ::testing::Test {
 protected:
  Ended scan(std::vector<std::string> arguments, const std::string& input) const {
    arguments.insert(arguments.begin(), "scan");
    arguments.insert(arguments.end(), {"--zone", zone_});
    return run_program(arguments, input);
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(Scan, AnswersEachLineInOrderAndSumsUp) {
  const Ended ended = scan({"--ip", "192.0.2.1"},
                           "pass.example\n\nfail.example\na@fail.example\t198.51.100.3 \n"
                           "broken.example\r\nplain.example");
  EXPECT_EQ(ended.exit_code, 0);
  std::vector<std::string> results;
  for (const std::string& line : lines_of(ended.out)) {
    const auto object = boost::json::parse(line).as_object();
    results.emplace_back(object.at("mail_from").as_string());
    results.back() += " " + std::string(object.at("result").as_string());
  }
  EXPECT_EQ(results, (std::vector<std::string>{
                         "postmaster@pass.example pass", "postmaster@fail.example fail",
                         "a@fail.example pass", "postmaster@broken.example permerror",
                         "postmaster@plain.example none"}));
  EXPECT_EQ(ended.err.find("5 answered in "), 0U) << ended.err;
  EXPECT_NE(ended.err.find("results            2  pass\n                   1  fail\n"),
            std::string::npos)
      << ended.err;
  EXPECT_NE(ended.err.find("includes           3  mailer.example\n"), std::string::npos)
      << ended.err;
}

TEST_F(Scan, TellsWhatIsWrongWithALineAndGoesOn) {
  const struct {
    std::string line;
    const char* error;
  } table[] = {{"pass.example", "the line has no address: write it as DOMAIN IP, or give --ip"},
               {"a..b 192.0.2.1", "scan: \"a..b\" is not a domain"},
               {"pass.example 192.0.2", "scan: ip: \"192.0.2\" is not an IP address"},
               {"pass.example 192.0.2.1 x", "scan: ip: \"192.0.2.1 x\" is not an IP address"},
               {" 192.0.2.1", "scan: \"\" is not a domain"},
               {std::string(70'000, 'x'), "the line is longer than 65536 octets"}};
  for (const auto& row : table) {
    const Ended ended = scan({}, "\n" + row.line + "\nfail.example 192.0.2.1\n");
    EXPECT_EQ(ended.exit_code, 1);
    const auto lines = lines_of(ended.out);
    ASSERT_EQ(lines.size(), 2U) << ended.out;
    const auto object = boost::json::parse(lines[0]).as_object();
    EXPECT_EQ(object.at("error").as_string().find(row.error), 0U) << lines[0];
    EXPECT_EQ(object.at("line").to_number<int>(), 2);
    EXPECT_EQ(boost::json::parse(lines[1]).as_object().at("result"), "fail");
  }
}

TEST_F(Scan, CsvHasAHeaderAndALineForEach) {
  EXPECT_EQ(scan({"--format", "csv", "--ip", "192.0.2.1"}, "pass.example\nfail.example\n-\n").out,
            "line,subject,ip,result,term,term_domain,lookups,voids,problem\n"
            "1,pass.example,192.0.2.1,pass,ip4:192.0.2.0/24,pass.example,0,0,\n"
            "2,fail.example,192.0.2.1,fail,-all,fail.example,1,0,\n"
            "3,-,192.0.2.1,none,,,0,0,there is no legal domain name of two labels or more\n");
}

TEST_F(Scan, LintAndPlanSayWhatTheCommandsOfThatNameSay) {
  const std::string lines =
      "pass.example\nv=spf1 include=x -all\na..b\nplain.example\nfail.example\n";
  EXPECT_EQ(scan({"lint"}, lines).out, run_program({"lint", "-", "--zone", zone_}, lines).out);
  const Ended linted = scan({"lint", "--json"}, lines);
  EXPECT_EQ(linted.exit_code, 1);
  EXPECT_NE(linted.err.find(R"({"name":"unanswered","count":1})"), std::string::npos) << linted.err;

  const std::string domains = "pass.example\nplain.example\na..b\nnone.example\n";
  const Ended twin =
      run_program({"plan", "-", "--zone", zone_, "--include", "mailer.example"}, domains);
  const Ended planned = scan({"plan", "--include", "mailer.example"}, domains);
  EXPECT_EQ(planned.out, twin.out);
  EXPECT_EQ(planned.exit_code, twin.exit_code);
}

TEST_F(Scan, WrongCallsAreRefused) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } table[] = {{{"--format", "xml"}, "scan: --format is jsonl or csv"},
               {{"--window", "0"}, "scan: --window is out of range: 1 to 65536"},
               {{"--threads", "65"}, "scan: --threads is out of range"},
               {{"--rate", "-1"}, "scan: a rate is a number of queries a second"},
               {{"--ip", "x"}, "scan: --ip: \"x\" is not an IP address"},
               {{"lint", "--fail-on", "bad"}, "scan: --fail-on is one of"},
               {{"plan"}, "plan: whose mail is to pass is missing"}};
  for (const auto& row : table) {
    const Ended ended = scan(row.arguments, "");
    EXPECT_EQ(ended.exit_code, 64) << row.message;
    EXPECT_NE(ended.err.find(row.message), std::string::npos) << ended.err;
  }
  EXPECT_EQ(scan({"/nonexistent"}, "").exit_code, 66);
}

/// Policies with all that makes verdicts differ, each naming others of them.
std::string random_zone(std::mt19937& random, int count) {
  const auto name = [&] { return "d" + std::to_string(random() % 80) + ".bulk.test"; };
  std::string out = "$TTL 300\n";
  for (int i = 0; i < count; ++i) {
    const std::string owner = "d" + std::to_string(i) + ".bulk.test.";
    std::string terms;
    for (auto term = random() % 4; term > 0; --term) {
      switch (random() % 8) {
        case 0:
          terms += " include:" + name();
          break;
        case 1:
          terms += " a:" + name();
          break;
        case 2:
          terms += " mx";
          break;
        case 3:
          terms += " exists:%{ir}." + name();
          break;
        case 4:
          terms += " ip4:192.0.2." + std::to_string(random() % 256) + "/27";
          break;
        case 5:
          terms += " ptr";
          break;
        case 6:
          terms += random() % 4 == 0 ? " nonsense" : " redirect=" + name();
          break;
        default:
          terms += " ?ip6:2001:db8::/32";
          break;
      }
    }
    out += owner + " TXT \"v=spf1" + terms + (random() % 2 == 0 ? " -all\"\n" : "\"\n");
    if (random() % 2 == 0) out += owner + " A 192.0.2." + std::to_string(random() % 256) + "\n";
    if (random() % 3 == 0) out += owner + " MX 10 " + name() + ".\n";
  }
  return out;
}

TEST_F(Scan, ComesToTheVerdictsOfCheckLineByLine) {
  std::mt19937 random(2026);  // NOLINT: the same each time
  const std::string path = folder_.write("random.zone", random_zone(random, 80));
  std::string lines;
  std::string batch;
  for (int i = 0; i < 1'000; ++i) {
    const std::string domain = "d" + std::to_string(random() % 85) + ".bulk.test";
    const std::string ip = "192.0.2." + std::to_string(random() % 256);
    lines += domain + " " + ip + "\n";
    batch += R"({"ip":")" + ip + R"(","mail_from":"postmaster@)" + domain + "\"}\n";
  }
  const Ended scanned = run_program({"scan", "--zone", path, "--threads", "2"}, lines);
  const Ended checked = run_program({"check", "--batch", "-", "--zone", path}, batch);
  EXPECT_EQ(without_times(scanned.out), without_times(checked.out));
  EXPECT_EQ(lines_of(scanned.out).size(), 1'000U);
}

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
                             "' --zone '" + folder.write("empty.zone", "") + "' > /dev/full 2> /dev/null";
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
