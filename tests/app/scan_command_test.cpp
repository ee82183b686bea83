// `mandate scan`, run as a program over zone files.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "program.h"
#include "scan_lines.h"

namespace mandate::app::testing {
namespace {

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
               {" 192.0.2.1", "scan: \"192.0.2.1\" is not a domain: it is an address"},
               {"2001:db8::1", "scan: \"2001:db8::1\" is not a domain: it is an address"},
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

TEST_F(Scan, ASubjectEndsAtABlankThatIsNotWithinQuotesAndBlanksBesideALineAreNoPartOfIt) {
  EXPECT_EQ(scan({"--format", "csv"},
                 " pass.example \t 192.0.2.1 \n \t \n\"a \\\" b\"@fail.example 192.0.2.1\n"
                 "a\\x@fail.example 192.0.2.1\n")
                .out,
            "line,subject,ip,result,term,term_domain,lookups,voids,problem\n"
            "1,pass.example,192.0.2.1,pass,ip4:192.0.2.0/24,pass.example,0,0,\n"
            "3,\"\"\"a \\\\\"\" b\"\"@fail.example\",192.0.2.1,fail,-all,fail.example,1,0,\n"
            "4,a\\\\x@fail.example,192.0.2.1,fail,-all,fail.example,1,0,\n");
  // The three tasks, and the commands of their names, take the same for a domain.
  const std::string with_blanks = " pass.example\n\nfail.example\t\n \n";
  const std::string without = "pass.example\n\nfail.example\n";
  const std::vector<std::string> plan = {"plan", "--include", "mailer.example"};
  EXPECT_EQ(scan({"lint"}, with_blanks).out, scan({"lint"}, without).out);
  EXPECT_EQ(scan(plan, with_blanks).out, scan(plan, without).out);
  EXPECT_EQ(without_times(scan({"--ip", "192.0.2.1"}, with_blanks).out),
            without_times(scan({"--ip", "192.0.2.1"}, without).out));
  EXPECT_EQ(run_program({"lint", "-", "--zone", zone_}, with_blanks).out,
            scan({"lint"}, without).out);
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

TEST_F(Scan, ALintThatCouldNotLookAllUpIsNotClean) {
  const std::string path = folder_.write("fails.zone",
                                         "fails.example. TXT \"v=spf1 include:c.example -all\"\n"
                                         "c.example. CNAME c.example.\n");
  const Ended ended =
      run_program({"scan", "lint", "--format", "csv", "--zone", path}, "fails.example\n");
  EXPECT_EQ(ended.out,
            "line,subject,worst,findings,problem\n1,fails.example,unanswered,,not all could be "
            "looked up\n");
  EXPECT_EQ(ended.exit_code, 3);
}

TEST_F(Scan, WrongCallsAreRefused) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } table[] = {
      {{"--format", "xml"}, "scan: --format is jsonl or csv"},
      {{"--window", "0"}, "scan: --window is out of range: 1 to 65536"},
      {{"--threads", "65"}, "scan: --threads is out of range"},
      {{"--rate", "-1"}, "--rate: \"-1\" is not a number of queries a second"},
      {{"--rate", "0.01"}, "--rate: \"0.01\" is not a number of queries a second"},
      {{"--rate", "nan"}, "--rate: \"nan\" is not a number of queries a second"},
      {{"--server-rate", "1e99"}, "--server-rate: \"1e99\" is not a number of queries"},
      {{"--ip", "x"}, "scan: --ip: \"x\" is not an IP address; write one as 192.0.2.1"},
      {{"lint", "--ip", "192.0.2.1"}, "scan: --ip is of `scan check`, and this is `scan "},
      {{"--fail-on", "info"}, "scan: --fail-on is of `scan lint`, and this is `scan check`"},
      {{"lint", "--pool", "192.0.2.0/24"}, "scan: --pool is of `scan plan`"},
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
  std::mt19937 random(2026);
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

}  // namespace
}  // namespace mandate::app::testing
