// `mandate check`, run as a program over zone files.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "../resolver/fault.h"
#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 60
pass.example.      TXT "v=spf1 ip4:192.0.2.0/24 -all"
                   A 192.0.2.80
fail.example.      TXT "v=spf1 ip4:198.51.100.1 -all exp=why.example"
why.example.       TXT "no mail from %{i} by %{l}"
soft.example.      TXT "v=spf1 ~all"
neutral.example.   TXT "v=spf1 ?all"
default.example.   TXT "v=spf1 ip4:198.51.100.1"
broken.example.    TXT "v=spf1 ip4:300.1.1.1 -all"
two.example.       TXT "v=spf1 -all"
two.example.       TXT "v=spf1 ~all"
plain.example.     TXT "hello"
outer.example.     TXT "v=spf1 include:pass.example redirect=soft.example"
self.example.      TXT "v=spf1 ip4:192.0.2.0/24 include:self.example -all"
six.example.       TXT "v=spf1 ip6:2001:db8::/32 -all"
hostile.example.   TXT "v=spf1 \027]0;owned\007 -all"
)";

class Check : public ::testing::Test {
 protected:
  Ended check(std::vector<std::string> arguments, const std::string& input = "") const {
    arguments.insert(arguments.begin(), {"check", "--zone", zone_});
    return run_program(arguments, input);
  }

  boost::json::object check_json(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    const Ended ended = check(std::move(arguments));
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(ended.out, error);
    EXPECT_TRUE(!error && value.is_object()) << ended.out << ended.err;
    return value.is_object() ? value.get_object() : boost::json::object();
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(Check, EndsWithTheExitCodeOfItsResult) {
  const struct {
    const char* domain;
    const char* result;
    int exit_code;
  } table[] = {{"pass.example", "pass", 0},       {"fail.example", "fail", 1},
               {"soft.example", "softfail", 2},   {"neutral.example", "neutral", 3},
               {"default.example", "neutral", 3}, {"broken.example", "permerror", 4},
               {"two.example", "permerror", 4},   {"plain.example", "none", 6},
               {"missing.example", "none", 6}};
  for (const auto& row : table) {
    const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", std::string("a@") + row.domain});
    EXPECT_EQ(ended.exit_code, row.exit_code) << row.domain << ended.out << ended.err;
    const std::string first = ended.out.substr(0, ended.out.find('\n'));
    EXPECT_EQ(first, std::string(row.result) + "  MAIL FROM a@" + row.domain + " from 192.0.2.1");
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(Check, IsATemperrorWhenNoServerAnswers) {
  const SilentServer server;
  const Ended ended = run_program({"check", "--ip", "192.0.2.1", "--helo", "pass.example",
                                   "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 5) << ended.out << ended.err;
  EXPECT_TRUE(ended.out.starts_with("temperror  HELO pass.example from 192.0.2.1\n")) << ended.out;
  EXPECT_EQ(run_program({"check", "--ip", "192.0.2.1", "--helo", "pass.example", "--resolver",
                         server.address(), "--timeout", "200ms"})
                .out,
            ended.out);
}

TEST_F(Check, ShowsTheDecidingTermUnderACaret) {
  const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", "a@pass.example"});
  EXPECT_NE(ended.out.find("decided by   ip4:192.0.2.0/24 in the record of pass.example\n"
                           "  v=spf1 ip4:192.0.2.0/24 -all\n"
                           "         ^~~~~~~~~~~~~~~~\n"),
            std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("lookups 0/10, voids 0/2, holds for 60 s\n"), std::string::npos)
      << ended.out;
}

TEST_F(Check, ShowsTheTraceIndentedByDepthWithWhatWasSpent) {
  const Ended ended = check({"--ip", "203.0.113.1", "--mail-from", "a@outer.example"});
  EXPECT_EQ(ended.exit_code, 2) << ended.out;
  EXPECT_NE(ended.out.find("\n   0/10 0/2  record "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("\n   1/10 0/2    record "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("\n   2/10 0/2    "), std::string::npos) << ended.out;
}

TEST_F(Check, LabelsAThirdPartysWordsAndKeepsThemFromTheTerminal) {
  const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", "a@fail.example"});
  EXPECT_NE(ended.out.find("explanation  fail.example says: \"no mail from 192.0.2.1 by a\""),
            std::string::npos)
      << ended.out;
  const std::string_view hostile_domains[] = {"fail.example", "hostile.example"};
  for (const std::string_view domain : hostile_domains) {
    const Ended shown =
        check({"--ip", "192.0.2.1", "--mail-from", "a\x1b[2J\xff@" + std::string(domain)});
    for (const char c : shown.out) {
      ASSERT_TRUE((c >= 0x20 && c < 0x7f) || c == '\n') << domain << ": " << shown.out;
    }
  }
}

TEST_F(Check, TellsWhatReceiversThatReadTheRfcOtherwiseComeTo) {
  const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", "a@self.example"});
  EXPECT_NE(ended.out.find("elsewhere    permerror with pyspf: "), std::string::npos) << ended.out;
  const auto object = check_json({"--ip", "192.0.2.1", "--mail-from", "a@self.example"});
  ASSERT_EQ(object.at("other_readings").as_array().size(), 1U);
  const auto& reading = object.at("other_readings").as_array().at(0).as_object();
  EXPECT_EQ(reading.at("id"), "self-include");
  EXPECT_EQ(reading.at("result"), "permerror");
  EXPECT_EQ(reading.at("section"), "RFC 7208 section 5.2");
  const Ended plain = check({"--ip", "192.0.2.1", "--mail-from", "a@pass.example"});
  EXPECT_EQ(plain.out.find("elsewhere"), std::string::npos) << plain.out;
}

TEST_F(Check, TellsForWhichAddressesTheVerdictHolds) {
  const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", "a@pass.example"});
  EXPECT_NE(ended.out.find("the same for 192.0.2.0 to 192.0.2.255\n"), std::string::npos)
      << ended.out;
  const auto range =
      check_json({"--ip", "192.0.2.1", "--mail-from", "a@pass.example"}).at("range").as_object();
  EXPECT_EQ(range.at("first"), "192.0.2.0");
  EXPECT_EQ(range.at("last"), "192.0.2.255");
  EXPECT_EQ(range.at("dynamic"), false);
}

TEST_F(Check, ShowsTheHeaderFieldsThatAReceiverAdds) {
  const Ended ended = check({"--ip", "192.0.2.1", "--mail-from", "a@pass.example", "--headers",
                             "--receiver", "mx.example.org"});
  EXPECT_TRUE(ended.out.ends_with(
      "Received-SPF: pass (mx.example.org: domain of a@pass.example designates\n"
      " 192.0.2.1 as permitted sender) client-ip=192.0.2.1;\n"
      " envelope-from=\"a@pass.example\"; identity=mailfrom; receiver=mx.example.org;\n"
      " mechanism=\"ip4:192.0.2.0/24\"\n"
      "Authentication-Results: mx.example.org; spf=pass\n"
      " reason=\"ip4:192.0.2.0/24 of pass.example\" smtp.mailfrom=a@pass.example\n"))
      << ended.out;
  const Ended refused = check({"--batch", "-", "--headers"});
  EXPECT_EQ(refused.exit_code, 64) << refused.err;
}

TEST_F(Check, ChecksHeloForTheNullSender) {
  const std::vector<std::vector<std::string>> same = {
      {"--ip", "192.0.2.1", "--helo", "pass.example"},
      {"--ip", "192.0.2.1", "--helo", "pass.example", "--mail-from", ""},
      {"--ip", "192.0.2.1", "--helo", "pass.example", "--mail-from", "<>"}};
  for (const auto& arguments : same) {
    const Ended ended = check(arguments);
    EXPECT_TRUE(ended.out.starts_with("pass  HELO pass.example from 192.0.2.1\n"))
        << ended.out << ended.err;
  }
  const Ended bracketed = check({"--ip", "192.0.2.1", "--mail-from", "<a@pass.example>"});
  EXPECT_TRUE(bracketed.out.starts_with("pass  MAIL FROM a@pass.example from")) << bracketed.out;
}

TEST_F(Check, TakesAMappedAddressAsIpv4) {
  const Ended mapped = check({"--ip", "::ffff:192.0.2.1", "--helo", "pass.example"});
  EXPECT_TRUE(mapped.out.starts_with("pass  HELO pass.example from 192.0.2.1\n")) << mapped.out;
  const Ended six = check({"--ip", "2001:DB8:0::1", "--helo", "six.example"});
  EXPECT_TRUE(six.out.starts_with("pass  HELO six.example from 2001:db8::1\n")) << six.out;
}

TEST_F(Check, PrintsOneJsonObject) {
  const boost::json::object pass =
      check_json({"--ip", "192.0.2.1", "--mail-from", "a@outer.example", "--helo", "h.example"});
  const std::vector<std::string> names = {"version",
                                          "result",
                                          "domain",
                                          "ip",
                                          "mail_from",
                                          "helo",
                                          "decided_by",
                                          "problem",
                                          "explanation",
                                          "lookups",
                                          "voids",
                                          "ttl",
                                          "near_miss",
                                          "trace",
                                          "holds_until",
                                          "range",
                                          "other_readings",
                                          "received_spf",
                                          "authentication_results"};
  for (const std::string& name : names) EXPECT_TRUE(pass.contains(name)) << name;
  EXPECT_EQ(pass.size(), names.size());
  EXPECT_EQ(pass.at("version"), 1);
  EXPECT_EQ(pass.at("result"), "pass");
  EXPECT_EQ(pass.at("domain"), "outer.example");
  EXPECT_EQ(pass.at("ip"), "192.0.2.1");
  EXPECT_EQ(pass.at("mail_from"), "a@outer.example");
  EXPECT_EQ(pass.at("helo"), "h.example");
  EXPECT_EQ(pass.at("lookups"), 1);
  EXPECT_EQ(pass.at("voids"), 0);
  EXPECT_EQ(pass.at("ttl"), 60);
  EXPECT_TRUE(pass.at("near_miss").is_null());
  const boost::json::object& decided = pass.at("decided_by").as_object();
  for (const char* name : {"term", "domain", "record", "path"}) {
    EXPECT_TRUE(decided.contains(name)) << name;
  }
  ASSERT_FALSE(pass.at("trace").as_array().empty());
  for (const boost::json::value& step : pass.at("trace").as_array()) {
    for (const char* name : {"kind", "depth", "domain", "term", "text", "lookups", "voids"}) {
      EXPECT_TRUE(step.as_object().contains(name)) << name;
    }
  }
  const boost::json::object none = check_json({"--ip", "192.0.2.1", "--helo", "plain.example"});
  EXPECT_EQ(none.at("result"), "none");
  EXPECT_TRUE(none.at("decided_by").is_null());
  EXPECT_NE(none.at("problem"), "");
}

TEST_F(Check, KeepsJsonValidWhateverTheOctets) {
  const boost::json::object object =
      check_json({"--ip", "192.0.2.1", "--mail-from", "a\xff\x1b@hostile.example"});
  EXPECT_EQ(object.at("mail_from"), "a\\xff\x1b@hostile.example");
}

TEST_F(Check, AnswersABatchInOrderWithWrongLinesNamed) {
  const std::string too_long(70'000, 'x');
  const std::string input =
      "{\"ip\":\"192.0.2.1\",\"mail_from\":\"a@pass.example\"}\n"
      "not json\n"
      "{\"mail_from\":\"a@pass.example\"}\n"
      "{\"ip\":\"192.0.2.1\",\"helo\":\"soft.example\",\"mail_from\":null}\r\n"
      "{\"ip\":\"" +
      too_long +
      "\"}\n"
      "\n"
      "[1]\n"
      "{\"ip\":\"192.0.2.300\",\"helo\":\"soft.example\"}\n"
      "{\"ip\":7,\"helo\":\"soft.example\"}\n"
      "{\"ip\":\"192.0.2.1\"}\n"
      "{\"ip\":\"192.0.2.1\",\"hello\":\"soft.example\"}\n"
      "{\"ip\":\"192.0.2.1\",\"helo\":\"\xff\"}\n" +
      std::string(5000, '[') +
      "\n"
      "{\"ip\":\"::ffff:203.0.113.9\",\"mail_from\":\"a@fail.example\"}";
  const std::string expected[] = {"pass",
                                  "the line is not JSON",
                                  "ip is missing",
                                  "softfail",
                                  "the line is longer than 65536 octets",
                                  "the line is not JSON",
                                  "the line is not a JSON object",
                                  "ip: \"192.0.2.300\" is not an IP address",
                                  "ip is not a string",
                                  "there is nobody to check; give mail_from, helo or both",
                                  "\"hello\" is not a known field",
                                  "the line is not JSON",
                                  "the line is not JSON",
                                  "fail"};
  const Ended ended = check({"--batch", "-"}, input);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.err, "mandate: 11 of 14 lines were wrong\n");
  std::size_t number = 0;
  std::size_t begin = 0;
  for (const std::string& answer : expected) {
    ++number;
    const std::size_t end = ended.out.find('\n', begin);
    ASSERT_NE(end, std::string::npos) << "line " << number;
    const std::string line = ended.out.substr(begin, end - begin);
    begin = end + 1;
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    ASSERT_TRUE(!error && value.is_object()) << line;
    const boost::json::object& object = value.get_object();
    if (const boost::json::value* result = object.if_contains("result")) {
      EXPECT_EQ(*result, answer.c_str()) << line;
    } else {
      EXPECT_TRUE(std::string_view(object.at("error").as_string()).starts_with(answer)) << line;
      EXPECT_EQ(object.at("line").to_number<std::size_t>(), number);
    }
  }
  EXPECT_EQ(begin, ended.out.size());
}

TEST_F(Check, StreamsABatchLineByLine) {
  Program program({"check", "--zone", zone_, "--batch", "-"});
  for (const char* domain : {"pass.example", "soft.example"}) {
    program.write("{\"ip\":\"192.0.2.1\",\"helo\":\"" + std::string(domain) + "\"}\n");
    const std::string expected = "\"domain\":\"" + std::string(domain) + "\"";
    EXPECT_NE(program.read_out_until(expected).find(expected), std::string::npos);
  }
  EXPECT_EQ(program.finish(), 0) << program.err();
  EXPECT_EQ(program.err(), "");
}

TEST_F(Check, AsksForWhatSeveralLinesOfABatchNeedOnce) {
  const resolver::testing::ScriptedServer server(resolver::testing::answers_right());
  std::string input;
  for (int i = 0; i < 5; ++i) input += "{\"ip\":\"192.0.2.1\",\"mail_from\":\"a@example.com\"}\n";
  const Ended ended =
      run_program({"check", "--resolver", server.server().text(), "--batch", "-"}, input);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 5);
  EXPECT_EQ(server.udp_queries().size(), 1U);
}

TEST_F(Check, NamesAZoneFileThatIsMissingOrWrong) {
  const Ended missing = run_program(
      {"check", "--zone", folder_ / "none.zone", "--ip", "192.0.2.1", "--helo", "a.example"});
  EXPECT_EQ(missing.exit_code, 66);
  EXPECT_NE(missing.err.find("none.zone"), std::string::npos) << missing.err;
  const std::string wrong = folder_.write("wrong.zone", "a.example. 60 IN A 192.0.2.1\nb IN A x\n");
  const Ended malformed =
      run_program({"check", "--zone", zone_, "--zone", wrong, "--ip", "192.0.2.1", "--helo", "a"});
  EXPECT_EQ(malformed.exit_code, 65);
  EXPECT_NE(malformed.err.find("wrong.zone:2: "), std::string::npos) << malformed.err;
  const Ended no_batch = check({"--batch", folder_ / "none.jsonl"});
  EXPECT_EQ(no_batch.exit_code, 66);
}

}  // namespace
}  // namespace mandate::app::testing
