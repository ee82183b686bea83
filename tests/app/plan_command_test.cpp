// `mandate plan`, run as a program: which calls it takes. What it plans is kept in the transcripts.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "program.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 300
_spf.a.example.   TXT "v=spf1 ip4:192.0.2.1 -all"
mailer.example.   TXT "v=spf1 ip4:198.51.100.1 -all"
xn--bcher-kva.example. TXT "v=spf1 include:mailer.example -all"
bounce.done.example. TXT "v=spf1 include:mailer.example -all"
bounce.done.example. MX 10 in.example.
bounce.busy.example. MX 10 mx.busy.example.
)";

class PlanCommand : public ::testing::Test {
 protected:
  Ended plan(std::vector<std::string> arguments, const std::string& input = "") const {
    arguments.insert(arguments.begin(), "plan");
    arguments.insert(arguments.end(), {"--zone", zone_, "--include", "mailer.example"});
    return run_program(arguments, input);
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(PlanCommand, TakesUnderscoresAndUnicode) {
  const std::pair<const char*, int> rows[] = {{"_spf.a.example", 1},
                                              {"b\xc3\xbc"
                                               "cher.example",
                                               0}};
  for (const auto& [domain, exit_code] : rows) {
    const Ended ended = plan({domain});
    EXPECT_EQ(ended.exit_code, exit_code) << domain << ended.out << ended.err;
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(PlanCommand, RefusesACallThatMakesNoSense) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } rows[] = {
      {{}, "plan: a domain is missing"},
      {{"v=spf1 -all"}, "is not a domain: a domain is needed here, not a record"},
      {{"v=spf1\\032-all"}, "is not a domain: it has other characters than letters"},
      {{"a b.example"}, "is not a domain: it has other characters than letters"},
      {{"a.*.example"}, "is not a domain: it has other characters than letters"},
      {{"a.\xff.example"}, "is not a domain: it has other characters than letters"},
      {{"v=spf1", "mx"}, "a domain is needed here, not a record: mandate plan customer.example"},
      {{"a.example", "b.example"}, "one domain a call; for many: `mandate plan - < list`"},
      {{"-", "--format", "zone"}, "--format zone is of one domain; for lines on stdin leave it"},
      {{"-", "--format", "domain-connect"}, "--format domain-connect is of one domain"},
      {{"a.example", "--format", "bind"}, "--format is one of"},
      {{"a.example", "--return-path", "bounce"}, "give --bounce-host NAME, or a --config FILE"},
      {{"a.example", "--return-path", "b.c.example", "--bounce-host", "in.example"},
       "`b.c.example` is no name of its own below a.example"},
      {{"a.example", "--return-path", "bounce", "--bounce-host", "not a host"},
       "plan: --bounce-host: \"not a host\" is not a domain"},
      {{"-", "--return-path", "bounce"}, "--return-path is of one domain"},
      {{"a.example", "--return-path", "bounce", "--format", "zone"}, "--return-path is of one"},
  };
  for (const auto& row : rows) {
    const Ended ended = plan(row.arguments);
    EXPECT_EQ(ended.exit_code, 64) << ended.out;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(PlanCommand, ShowsBothRecordsOfAReturnPath) {
  const struct {
    const char* domain;
    int exit_code;
    const char* spf;
    const char* bounces;
  } rows[] = {{"new.example", 1, "add", "add"},
              {"done.example", 0, "nothing_to_do", "nothing_to_do"},
              {"busy.example", 2, "add", "cannot"}};
  for (const auto& row : rows) {
    std::vector<std::string> call = {row.domain, "--return-path", "bounce", "--bounce-host",
                                     "in.example"};
    const Ended text = plan(call);
    EXPECT_EQ(text.exit_code, row.exit_code) << text.out << text.err;
    EXPECT_TRUE(text.out.contains(std::string("(bounce.") + row.domain + ")")) << text.out;
    call.emplace_back("--json");
    const Ended ended = plan(call);
    EXPECT_EQ(ended.exit_code, row.exit_code);
    const auto object = boost::json::parse(ended.out).as_object();
    EXPECT_EQ(object.at("return_path").as_string(), std::string("bounce.") + row.domain);
    const auto& records = object.at("records").as_array();
    ASSERT_EQ(records.size(), 2U) << ended.out;
    EXPECT_EQ(records[0].at("purpose").as_string(), "spf");
    EXPECT_EQ(records[0].at("action").as_string(), row.spf) << row.domain;
    EXPECT_EQ(records[1].at("purpose").as_string(), "bounces");
    EXPECT_EQ(records[1].at("action").as_string(), row.bounces) << row.domain;
  }
}

TEST_F(PlanCommand, AnswersALineThatIsNoDomainWithAnError) {
  const Ended ended =
      plan({"-", "--format", "json"}, "v=spf1 -all\nv=spf1\\032-all\n_spf.a.example\n");
  std::vector<bool> errors;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) {
    errors.push_back(boost::json::parse(line).as_object().contains("error"));
  }
  EXPECT_EQ(errors, (std::vector<bool>{true, true, false})) << ended.out;
  EXPECT_EQ(ended.exit_code, 1);
}

}  // namespace
}  // namespace mandate::app::testing
