// `mandate explain`, run as a program. What it prints is kept in the transcripts.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>

#include "app/commands/paragraph.h"
#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 60
one.example.               TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc.one.example.        TXT "v=DMARC1; p=reject; aspf=s"
bounce.one.example.        TXT "v=spf1 redirect=one.example"
hostile.example.           TXT "v=spf1 a:\027]0;owned\007.example include:\200\201.example ~all"
_dmarc.hostile.example.    TXT "v=DMARC1; p=reject; pct=\027[2J; aspf=\010"
)";

class Explain : public ::testing::Test {
 protected:
  Ended explain(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"explain", "--zone", zone_});
    return run_program(arguments);
  }

  boost::json::object explain_json(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    const Ended ended = explain(std::move(arguments));
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(ended.out, error);
    EXPECT_TRUE(!error && value.is_object()) << ended.out << ended.err;
    return value.is_object() ? value.get_object() : boost::json::object();
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(Explain, GivesProgramsTheOutcomeInFieldsOfTheirOwn) {
  const auto object = explain_json(
      {"--ip", "192.0.2.1", "--mail-from", "a@bounce.one.example", "--from", "News.One.Example"});
  EXPECT_EQ(object.at("version"), 1);
  EXPECT_EQ(object.at("result"), "pass");
  const auto& dmarc = object.at("dmarc").as_object();
  EXPECT_EQ(dmarc.at("from"), "news.one.example");
  EXPECT_EQ(dmarc.at("organizational"), "one.example");
  EXPECT_EQ(dmarc.at("holder"), "one.example");
  EXPECT_EQ(dmarc.at("discovery"), "found");
  EXPECT_EQ(dmarc.at("alignment"), "strict");
  EXPECT_EQ(dmarc.at("aligned"), false);
  EXPECT_EQ(dmarc.at("outcome"), "fails");
  EXPECT_EQ(dmarc.at("requested"), "reject");
  EXPECT_EQ(dmarc.at("modes").as_array().size(), 2U);
}

TEST_F(Explain, HasNoDmarcWhereNoDomainOfFromIsKnown) {
  const auto object = explain_json({"--ip", "192.0.2.1", "--helo", "[192.0.2.1]"});
  EXPECT_TRUE(object.at("dmarc").is_null());
  EXPECT_EQ(explain_json({"--ip", "192.0.2.1", "--helo", "[192.0.2.1]", "--from", "a@one.example"})
                .at("dmarc")
                .at("holder"),
            "one.example");
}

TEST_F(Explain, TakesFromAsAMailOrAPersonWritesIt) {
  for (const std::string from :
       {"one.example", "x@one.example", "<x@one.example>", "Ann <x@one.example>",
        "\"Ann <ann@two.example>\" <x@one.example>", "\"a@b\" <\"x@y\"@One.Example>"}) {
    const auto object =
        explain_json({"--ip", "192.0.2.1", "--mail-from", "a@bounce.one.example", "--from", from});
    ASSERT_TRUE(object.contains("dmarc")) << from;
    EXPECT_EQ(object.at("dmarc").at("from"), "one.example") << from;
  }
  for (const std::string from :
       {"x@one.example>", "Ann <x@one.example", "Ann x@one.example", "Ann x@one.example Smith",
        "x@one.example (Ann)", "Ann <>", "x@", "x@one..example", ">x@one.example<"}) {
    const Ended ended =
        explain({"--ip", "192.0.2.1", "--mail-from", "a@bounce.one.example", "--from", from});
    EXPECT_EQ(ended.exit_code, 64) << from;
    EXPECT_TRUE(ended.err.contains("explain: --from: ")) << ended.err;
  }
}

TEST_F(Explain, IsOpenAndBoundedInTimeWhenNoServerAnswers) {
  const SilentServer server;
  const Ended ended = run_program({"explain", "--ip", "192.0.2.1", "--mail-from", "a@one.example",
                                   "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 5) << ended.out << ended.err;
  EXPECT_TRUE(ended.out.starts_with(
      "A receiver that asks now gets temperror for a@one.example from 192.0.2.1, and\n"
      "what DMARC comes to is open until the DNS answers.\n"))
      << ended.out;
  const std::string again = "Ask again in some minutes.";
  const std::size_t first = ended.out.find(again);
  EXPECT_NE(first, std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find(again, first + 1), std::string::npos) << ended.out;
}

TEST_F(Explain, NeverGarblesATerminal) {
  for (const char* format : {"", "--json"}) {
    std::vector<std::string> arguments{"--ip", "192.0.2.1", "--mail-from",
                                       "\x1b[2J\x07\xff@hostile.example"};
    if (*format != '\0') arguments.emplace_back(format);
    const Ended ended = explain(arguments);
    EXPECT_NE(ended.out, "") << ended.err;
    EXPECT_TRUE(std::ranges::all_of(ended.out, [](char c) {
      return c == '\n' || (c >= 0x20 && c < 0x7f);
    })) << ended.out;
  }
}

TEST(Paragraph, BreaksAtSpacesAndKeepsWhatIsToBePasted) {
  const std::string words = "word word word word word word word word word word word word word ";
  EXPECT_EQ(paragraph("  1. ", "short"), "  1. short\n");
  EXPECT_EQ(paragraph("- ", ""), "- \n");
  EXPECT_EQ(paragraph("- ", words + "`mandate plan one.example --include NAME`."),
            "- " + words.substr(0, words.size() - 1) +
                "\n  `mandate plan one.example --include NAME`.\n");
  const std::string long_word(200, 'x');
  EXPECT_EQ(paragraph("  ", "a " + long_word + " b"), "  a\n  " + long_word + "\n  b\n");
  std::istringstream lines(paragraph("    ", words + words + "` " + words + words));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 78U) << line;
}

}  // namespace
}  // namespace mandate::app::testing
