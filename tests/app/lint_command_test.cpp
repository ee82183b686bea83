// `mandate lint`, run as a program over records and zone files.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "../resolver/scripted_server.h"
#include "advice/rule.h"
#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 3600
good.example.    TXT "v=spf1 mx -all"
                 MX 10 host.example.
host.example.    A 8.8.8.8
two.example.     TXT "v=spf1 mx -all"
two.example.     TXT "v=spf1 ?all"
near.example.    TXT "1v=spf1 mx -all"
plain.example.   TXT "hello"
long.example.    TXT "v=spf1 a:host.example " "ip4:8.8.8.9/24 -all"
glued.example.   TXT "v=spf1 a:host.example" "ip4:8.8.8.8 -all"
over.example.    TXT "v=spf1 include:over.example -all"
xn--bcher-kva.example. TXT "v=spf1 a:host.example ~all"
fails.example.   TXT "v=spf1 include:circle.example -all"
circle.example.  CNAME circle.example.
fails-wide.example. TXT "v=spf1 include:circle.example ip4:0.0.0.0/0 -all"
alias.example.   CNAME good.example.
moved.example.   A 8.8.8.8
www.moved.example. TXT "v=spf1 mx -all"
hostile.example. TXT "v=spf1 \027]0;owned\007 -all"
)";

class LintCommand : public ::testing::Test {
 protected:
  static Ended lint(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "lint");
    return run_program(arguments);
  }
  Ended lint_zone(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--zone", zone_});
    return lint(std::move(arguments));
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(LintCommand, EndsByTheWorstFindingAndTheSeverityGiven) {
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    const char* first_line;
  } rows[] = {
      {{"v=spf1 mx -all"}, 0, "nothing found"},
      {{"v=spf1 mx ?all"}, 0, "1 warning"},
      {{"v=spf1 mx ?all", "--fail-on", "warning"}, 1, "1 warning"},
      {{"v=spf1 mx ~all all", "--fail-on", "silent"}, 1, "1 silent"},
      {{"v=spf1 moo a,mx"}, 1, "2 errors"},
      {{"good.example"}, 0, "good.example: nothing found"},
      {{"GOOD.example."}, 0, "good.example: nothing found"},
      {{"b\u00fccher.example"}, 0, "xn--bcher-kva.example: nothing found"},
      {{"near.example"}, 1, "near.example: 1 error"},
      {{"1v=spf1 mx +all a"}, 1, "1 error; once that is fixed: 1 silent, 1 warning"},
      {{R"("v=spf1 mx" "-all")"}, 1, "1 error"},
      {{"good.example. 300 IN TXT \"v=spf1 mx ?all\""}, 0, "1 warning"},
      {{"good.example. TXT v=spf1 mx -all"}, 1, "1 error"},
      {{"@ IN TXT \"v=spf1 mx ?all\""}, 0, "1 warning"},
      {{"@\tTXT\t\"v=spf1 mx ?all\""}, 0, "1 warning"},
      {{"plain.example"}, 1, "plain.example: 1 error, 1 info"},
      {{"missing.example"}, 1, "missing.example: 1 error"},
      {{"two.example"}, 1, "two.example: 1 error, 1 warning"},
      {{"long.example", "--fail-on=info"}, 1, "long.example: 1 info"},
      {{"glued.example"}, 1, "glued.example: 1 error"},
      {{"over.example"}, 1, "over.example: 2 errors"},
      {{"alias.example"}, 0, "alias.example: 1 warning"},
      {{"moved.example"}, 1, "moved.example: 2 errors"},
  };
  for (const auto& row : rows) {
    const Ended ended = lint_zone(row.arguments);
    EXPECT_EQ(ended.exit_code, row.exit_code) << row.arguments[0] << ended.out;
    EXPECT_EQ(ended.out.substr(0, ended.out.find('\n')), row.first_line);
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(LintCommand, ShowsTheTermUnderACaretWithRuleSectionReasonAndFix) {
  const std::string out = lint({"v=spf1 include=spf.example.com -all"}).out;
  EXPECT_EQ(out.substr(0, out.find("\nnot checked")),
            R"(1 silent

silent  equals-for-colon  RFC 7208 section 6
  v=spf1 include=spf.example.com -all
         ^~~~~~~~~~~~~~~~~~~~~~~
  `include=spf.example.com` is written with `=`: receivers ignore it. A mechanism written with `=` is read as an unknown modifier, and ignored.
  fix  include=spf.example.com -> include:spf.example.com

with every fix
  v=spf1 include:spf.example.com -all
)");
  EXPECT_TRUE(out.contains(" rules that need the DNS; --not-checked names them\n")) << out;
}

TEST_F(LintCommand, TellsAllInJson) {
  const Ended ended = lint({"v=spf1 a/24/64 -all", "--json"});
  EXPECT_EQ(ended.exit_code, 1);
  boost::json::value told = boost::json::parse(ended.out);
  EXPECT_FALSE(told.at("not_checked").as_array().empty());
  told.as_object().erase("not_checked");
  EXPECT_EQ(told, boost::json::parse(R"({
    "version": 1, "domain": null, "dns_checked": false, "ignored": [], "records": [{
      "text": "v=spf1 a/24/64 -all", "fixed": "v=spf1 a/24//64 -all", "left": [], "left_fixed": null,
      "meaning_unknown": true,
      "findings": [{"id": "bad-prefix-length", "severity": "error",
        "section": "RFC 7208 section 5.6", "message": "`/24/64` is no prefix length.",
        "why": "A prefix length is at most 32 for IPv4 and 128 for IPv6, without leading zeros; that of IPv6 stands behind two slashes.",
        "begin": 7, "end": 14, "old": "a/24/64", "new": "a/24//64"}]}]})"));
}

TEST_F(LintCommand, LeavesOutTheRulesThatAreIgnored) {
  const std::string record = "v=spf1 mx include=news.test ip4:198.51.100.9/24 all";
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    std::string first_line;
    std::string fixed;
  } rows[] = {
      {{record, "--fail-on", "info"},
       1,
       "1 silent, 2 warnings, 1 info",
       "v=spf1 mx include:news.test ip4:198.51.100.0/24 all"},
      {{record, "--ignore", "plus-all", "--ignore", "reserved-address", "--fail-on", "silent"},
       1,
       "1 silent, 1 info",
       "v=spf1 mx include:news.test ip4:198.51.100.0/24 all"},
      {{record, "--ignore", "equals-for-colon", "--fail-on", "silent"},
       0,
       "2 warnings, 1 info",
       "v=spf1 mx include=news.test ip4:198.51.100.0/24 all"},
      {{record, "--ignore", "equals-for-colon", "--ignore", "host-bits"}, 0, "2 warnings", ""},
      // what is left once another fault is fixed
      {{"v=spf1 a/24/64 PTR ?all"},
       1,
       "1 error; once that is fixed: 2 warnings, 1 info",
       "v=spf1 a/24//64 PTR ?all"},
      {{"v=spf1 a/24/64 PTR ?all", "--ignore", "ptr", "--ignore", "uppercase"},
       1,
       "1 error; once that is fixed: 1 warning",
       "v=spf1 a/24//64 PTR ?all"},
      {{"v=spf1 a/24/64 PTR ?all", "--ignore", "bad-prefix-length"}, 0, "nothing found", ""},
  };
  for (const auto& row : rows) {
    const Ended text = lint(row.arguments);
    EXPECT_EQ(text.exit_code, row.exit_code) << text.out << text.err;
    EXPECT_EQ(text.out.substr(0, text.out.find('\n')), row.first_line);
    EXPECT_EQ(text.out.contains("\nignored:\n"), std::ranges::count(row.arguments, "--ignore") > 0)
        << text.out;
    auto arguments = row.arguments;
    arguments.emplace_back("--json");
    const auto told = boost::json::parse(lint(arguments).out);
    const auto& fixed = told.at("records").at(0).at("fixed");
    EXPECT_EQ(fixed.is_null() ? "" : std::string(fixed.as_string()), row.fixed);
  }
}

TEST_F(LintCommand, NamesInJsonWhatIsIgnoredAndDoesNotCountItAsUnchecked) {
  const auto told = [](const Ended& ended) { return boost::json::parse(ended.out).as_object(); };
  const auto lines = run_program(
      {"lint", "-", "--ignore", "multiple-records", "--ignore", "no-all"}, "v=spf1 mx\n");
  for (const auto& object :
       {told(lines), told(lint({"v=spf1 mx", "--json", "--ignore", "no-all", "--ignore",
                                "multiple-records", "--ignore", "no-all"}))}) {
    EXPECT_EQ(object.at("ignored"), boost::json::parse(R"(["multiple-records", "no-all"])"));
    const auto& unchecked = object.at("not_checked").as_array();
    EXPECT_EQ(std::ranges::count(unchecked, boost::json::value("multiple-records")), 0);
    EXPECT_FALSE(unchecked.empty());
    EXPECT_TRUE(object.at("records").at(0).at("findings").as_array().empty());
  }
}

/// The ids of the rules that need one of these things, in their order.
std::vector<std::string> rules_needing(const std::vector<advice::Needs>& needs) {
  std::vector<std::string> out;
  for (const advice::Rule& rule : advice::rules()) {
    if (std::ranges::find(needs, rule.needs) != needs.end()) out.emplace_back(rule.id);
  }
  return out;
}

TEST_F(LintCommand, TellsWhichRulesItCouldNotLookAt) {
  using enum advice::Needs;
  const struct {
    const char* subject;
    bool dns_checked;
    std::vector<advice::Needs> left_out;
  } rows[] = {
      {"good.example", true, {time, servers}},
      {"\"v=spf1 -all\"", false, {answer, name, tree, time, servers}},
      {"v=spf1 -all", false, {strings, answer, name, tree, time, servers}},
      {"v=spf1 a/24/64 -all", false, {strings, answer, name, tree, time, servers}},
      {"v=spf1 moo -all", false, {meaning, strings, answer, name, tree, time, servers}},
      {"1v=spf1 moo -all", false, {terms, meaning, strings, answer, name, tree, time, servers}},
      {"two.example", false, {tree, time, servers}},
      {"near.example", false, {tree, time, servers}},
      {"hostile.example", false, {meaning, tree, time, servers}},
      {"plain.example", false, {terms, meaning, tree, time, servers}},
      {"fails.example", false, {tree, time, servers}},
  };
  for (const auto& row : rows) {
    const auto json = boost::json::parse(lint_zone({row.subject, "--json"}).out);
    EXPECT_EQ(json.at("dns_checked"), row.dns_checked) << row.subject;
    EXPECT_EQ(boost::json::value_to<std::vector<std::string>>(json.at("not_checked")),
              rules_needing(row.left_out))
        << row.subject;
    const std::string text = lint_zone({row.subject}).out;
    EXPECT_TRUE(text.contains("\nnot checked: ")) << text;
    EXPECT_TRUE(text.ends_with("; --not-checked names them\n")) << text;
    const std::string names = lint_zone({row.subject, "--not-checked"}).out;
    for (const std::string& id : rules_needing(row.left_out)) {
      EXPECT_TRUE(names.contains(" " + id)) << id << "\n" << names;
    }
    EXPECT_FALSE(text.contains("nameservers-differ")) << text;
  }
}

TEST_F(LintCommand, WhatCouldNotAllBeLookedUpIsNotWell) {
  const Ended ended = lint_zone({"fails.example"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(ended.out.find("fails.example: nothing found; not all could be looked up\n"), 0U)
      << ended.out;
  EXPECT_TRUE(ended.out.contains("circle.example TXT, which could not be"));
  EXPECT_EQ(lint_zone({"fails.example", "--fail-on", "info"}).exit_code, 3);
  // What is found is so, whatever else there would be to find.
  EXPECT_EQ(lint_zone({"fails-wide.example"}).exit_code, 1);
  // Nobody asks for what the lookup would have told.
  std::vector<std::string> ignoring = {"fails.example"};
  for (const std::string& id : rules_needing({advice::Needs::tree})) {
    ignoring.insert(ignoring.end(), {"--ignore", id});
  }
  EXPECT_EQ(lint_zone(ignoring).exit_code, 0);
}

TEST_F(LintCommand, ShowsHostileTextEscaped) {
  const Ended ended = lint_zone({"hostile.example"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_TRUE(ended.out.contains("\\x1b]0;owned\\x07")) << ended.out;
  EXPECT_FALSE(ended.out.contains('\x1b')) << ended.out;
}

TEST_F(LintCommand, NeverGarblesATerminalWhateverTheText) {
  std::string every = "v=spf1 ";
  for (int octet = 1; octet < 256; ++octet) every += static_cast<char>(octet);
  std::string large = "v=spf1";
  while (large.size() < 60'000) large += " \x1b[2J\r\xff:x";
  for (const std::string& text : {every, large, "1" + large, "\"" + large + "\""}) {
    const Ended ended = lint({text});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_TRUE(std::ranges::all_of(ended.out,
                                    [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(LintCommand, AnswersEveryLineOfABatchWithAnObject) {
  const Ended ended = run_program(
      {"lint", "-", "--zone", zone_},
      "good.example\n\nv=spf1 mx ?all\nplain.example\na..example\n" + std::string(70'000, 'x'));
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.err, "");
  std::vector<std::string> told;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) {
    const boost::json::object object = boost::json::parse(line).as_object();
    if (const auto* error = object.if_contains("error")) {
      told.push_back("line " + std::to_string(object.at("line").as_int64()) + ": " +
                     std::string(error->as_string()));
      continue;
    }
    const auto& findings = object.at("records").as_array()[0].as_object().at("findings").as_array();
    told.push_back(findings.empty() ? "clean" : std::string(findings[0].at("id").as_string()));
  }
  EXPECT_EQ(told, (std::vector<std::string>{
                      "clean", "neutral-all", "no-record",
                      "line 5: lint: \"a..example\" is not a domain: a label is empty: "
                      "there are two dots in a row",
                      "line 6: the line is longer than 65536 octets"}));
  EXPECT_EQ(run_program({"lint", "-", "--zone", zone_}, "good.example\n").exit_code, 0);
  const SilentServer server;
  EXPECT_EQ(run_program({"lint", "-", "@" + server.address(), "--timeout", "100ms"}, "a.example\n")
                .exit_code,
            3);
}

TEST_F(LintCommand, RefusesACallThatMakesNoSense) {
  const struct {
    std::vector<std::string> arguments;
    std::string says;
  } rows[] = {
      {{}, "a domain, or a record in quotes, is missing"},
      {{"v=spf1", "mx"}, "put a record into quotes"},
      {{"a.example", "b.example"}, "one domain a call; for many: `mandate lint - < list`"},
      {{"--zone", zone_, zone_, "a.example"},
       "one file each: --zone " + zone_ + " --zone " + zone_},
      {{"a.example", "@127.0.0.1", "@127.0.0.2"}, "give one of"},
      {{"a..example"}, "is not a domain"},
      {{"."}, "the root has no policy"},
      {{""}, "the argument is empty"},
      {{"a.example", "--fail-on", "fatal"}, "--fail-on is one of"},
      {{"a.example", "--ignore", "uppercaes"},
       "lint: --ignore: \"uppercaes\" is not a rule; did you mean uppercase? `mandate lint "
       "--rules`"},
      {{"a.example", "--ignore", "\x1b[2J"},
       "lint: --ignore: \"\\x1b[2J\" is not a rule; `mandate lint --rules` lists them"},
      {{"a.example", "--ignore", ""}, "--ignore: must not be empty"},
      {{"a.example", "@127.0.0.1", "--resolver", "127.0.0.1"}, "give one of"},
      {{"a.example", "@"}, "lint: @ needs a server behind it, as in @192.0.2.53"},
  };
  for (const auto& row : rows) {
    const Ended ended = lint(row.arguments);
    EXPECT_EQ(ended.exit_code, 64) << ended.out;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(LintCommand, SaysWhenTheDnsCannotBeAsked) {
  const SilentServer server;
  const Ended ended = lint({"a.example", "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.err.contains("a.example TXT could not be looked up")) << ended.err;
}

/// Answers for d.example, and as told for every other name.
resolver::testing::Script d_example(bool answers_others) {
  return {[answers_others](const resolver::testing::Asked& asked) {
            dns::Message message = asked.query;
            message.is_response = true;
            message.recursion_available = true;
            const dns::Question& question = message.questions.at(0);
            const bool ours = question.name.text() == "d.example";
            if (ours && question.type == dns::RecordType::txt) {
              message.answers = {{question.name, dns::RecordType::txt, 300,
                                  dns::TxtData{{"v=spf1 include:late.example -all"}}}};
            } else if (!ours) {
              if (!answers_others) return std::vector<resolver::testing::Datagram>{};
              message.code = dns::ResponseCode::name_error;
            }
            return std::vector<resolver::testing::Datagram>{{dns::encode(message)}};
          },
          {}};
}

TEST_F(LintCommand, TellsWhenTheLookupsTakeMostOfTheTimeThatReceiversAllow) {
  for (const bool answers_others : {false, true}) {
    const resolver::testing::ScriptedServer server(d_example(answers_others));
    const std::string timeout = answers_others ? "20s" : "300ms";
    const std::string at = "@127.0.0.1:" + std::to_string(server.server().port);
    const std::string out = lint({"d.example", at, "--timeout", timeout}).out;
    EXPECT_EQ(out.contains("\nwarning  slow  RFC 7208 section 4.6.4\n"), !answers_others) << out;
    EXPECT_EQ(out.contains("late.example TXT, which could not be"), !answers_others) << out;
  }
}

TEST_F(LintCommand, ListsItsRulesAsThePageDoes) {
  const Ended ended = lint({"--rules", "--json"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(boost::json::parse(ended.out).as_array().size(), advice::rules().size());
  std::ostringstream page;
  page << std::ifstream(MANDATE_DOCS "/lint.md").rdbuf();
  for (const advice::Rule& rule : advice::rules()) {
    const std::string row = "| `" + std::string(rule.id) + "` | " +
                            std::string(advice::text(rule.severity)) + " | " +
                            std::string(rule.section) + " | " + std::string(rule.why) + " |";
    EXPECT_TRUE(page.str().contains(row)) << "docs/lint.md lacks: " << row;
  }
}

}  // namespace
}  // namespace mandate::app::testing
