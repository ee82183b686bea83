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
  };
  for (const auto& row : rows) {
    const Ended ended = plan(row.arguments);
    EXPECT_EQ(ended.exit_code, 64) << ended.out;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
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
