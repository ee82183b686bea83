// `mandate explain --evidence`, run as a program over evidence of each verdict, and over what is
// none. What it prints is kept in the transcripts.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "../registry/kept_evidence.h"
#include "program.h"
#include "store/sqlite_store.h"

namespace mandate::app::testing {
namespace {

using registry::Evidence;

class Replay : public ::testing::Test {
 protected:
  Ended replay(const std::string& evidence, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"explain", "--evidence-file",
                                      folder_.write("evidence.json", evidence)};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  const TemporaryFolder folder_;
};

std::string verdict_of(const boost::json::value& verdict) {
  const auto& object = verdict.as_object();
  const std::string code(object.at("reason_code").as_string());
  return std::string(object.at("finding").as_string()) + (code.empty() ? "" : " " + code);
}

TEST_F(Replay, ComesToTheKeptVerdictWhicheverItIs) {
  for (const registry::KeptCheck& check : registry::kept_checks()) {
    SCOPED_TRACE(check.name);
    const std::string evidence = registry::to_json(registry::evidence_of(check));
    const Ended ended = replay(evidence, {"--json"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const auto told = boost::json::parse(ended.out).as_object();
    EXPECT_EQ(told.at("same"), true);
    EXPECT_EQ(told.at("evidence_id"), check.name.c_str());
    EXPECT_EQ(told.at("checked_at"), "2027-01-15T08:00:00Z");
    EXPECT_EQ(verdict_of(told.at("kept")), check.verdict);
    EXPECT_EQ(told.at("replayed"), told.at("kept"));
  }
}

TEST_F(Replay, TellsOfThePastAndHasOnlyTheAdviceThatWasGiven) {
  for (const registry::KeptCheck& check : registry::kept_checks()) {
    SCOPED_TRACE(check.name);
    const Evidence evidence = registry::evidence_of(check);
    const std::string json = registry::to_json(evidence);
    const Ended text = replay(json);
    EXPECT_NE(text.out.find("A receiver that asked at 2027-01-15T08:00:00Z got "),
              std::string::npos)
        << text.out;
    EXPECT_EQ(text.out.find("What the domain's admin was told") != std::string::npos,
              !evidence.assessment.reason.empty())
        << text.out;
    for (const char* other : {" now", "today", "What to do", "DMARC", "mandate plan", "--from"}) {
      EXPECT_EQ(text.out.find(other), std::string::npos) << other << " in " << text.out;
    }
    const auto story = boost::json::parse(replay(json, {"--json"}).out).at("story").as_object();
    EXPECT_TRUE(story.at("to_do").as_array().empty());
    EXPECT_TRUE(story.at("dmarc").is_null());
  }
}

TEST_F(Replay, OfFactsThatComeToAnotherVerdictSaysSo) {
  std::string json = registry::to_json(registry::evidence_of(registry::kept_checks().at(1)));
  const std::string include = "v=spf1 include:";
  json.replace(json.find(include), include.size(), "v=spf1 -include:");
  const Ended text = replay(json);
  EXPECT_EQ(text.exit_code, 1) << text.out;
  EXPECT_NE(text.out.find("The verdict is another one.\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("  kept       proven\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("  replayed   refused include_not_pass\n"), std::string::npos)
      << text.out;
}

TEST_F(Replay, SaysWhatDiffersFirst) {
  const std::string kept = registry::to_json(registry::evidence_of(registry::kept_checks().at(1)));
  const struct {
    std::string from;
    std::string to;
    std::string difference;
  } rows[] = {
      {"v=spf1 include:", "v=spf1 -include:", "the finding"},
      {"\"decided_by\":\"", "\"decided_by\":\"ip4:203.0.113.1 of ",
       "got pass by ip4:203.0.113.1 of "},
      {"\"lookups\":1", "\"lookups\":7", "with other counts"},
  };
  for (const auto& row : rows) {
    std::string json = kept;
    json.replace(json.find(row.from), row.from.size(), row.to);
    const Ended told = replay(json, {"--json"});
    EXPECT_EQ(told.exit_code, 1) << told.out;
    const auto object = boost::json::parse(told.out).as_object();
    EXPECT_NE(std::string(object.at("difference").as_string()).find(row.difference),
              std::string::npos)
        << told.out;
  }
}

TEST_F(Replay, OfFactsThatLackAnAnswerNamesTheQuestion) {
  Evidence evidence = registry::evidence_of(registry::kept_checks().front());
  evidence.facts = {};
  const std::string json = registry::to_json(evidence);
  const Ended text = replay(json);
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_NE(text.out.find("There is no verdict to compare.\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("  replayed   it has no answer to customer.example TXT\n"),
            std::string::npos)
      << text.out;
  const auto told = boost::json::parse(replay(json, {"--json"}).out).as_object();
  EXPECT_TRUE(told.at("replayed").is_null());
  EXPECT_TRUE(told.at("story").is_null());
}

TEST_F(Replay, RefusesWhatWouldNameAnotherSenderOrDns) {
  const std::string evidence = registry::to_json(registry::evidence_of(registry::kept_checks()[0]));
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--ip", "192.0.2.1"},
                                               {"--mail-from", "news@customer.example"},
                                               {"--mail-from", ""},
                                               {"--helo", "out.provider.example"},
                                               {"--from", "customer.example"},
                                               {"@127.0.0.1"},
                                               {"--resolver", "127.0.0.1"},
                                               {"--zone", folder_ / "customer.zone"}}) {
    const Ended ended = replay(evidence, more);
    EXPECT_EQ(ended.exit_code, 64) << more.front();
    EXPECT_EQ(ended.out, "") << more.front();
    EXPECT_NE(ended.err.find("explain: evidence has its own address"), std::string::npos)
        << more.front() << ": " << ended.err;
  }
}

TEST_F(Replay, RefusesWhatIsNoEvidenceSayingWhatIsWrongWithIt) {
  const std::string sound = registry::to_json(registry::evidence_of(registry::kept_checks()[0]));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = sound;
    return text.replace(text.find(from), from.size(), to);
  };
  const struct {
    std::string evidence;
    std::string says;
  } rows[] = {
      {"", "it is not JSON: incomplete JSON"},
      {sound.substr(0, sound.size() / 2), "it is not JSON: incomplete JSON"},
      {"v=spf1 -all\n", "it is not JSON: syntax error"},
      {std::string("\0\x7f\x45LF\xff\xfe\x1b[2J", 11), "it is not JSON: syntax error"},
      {"{\"id\":\"\xff\"}", "it is not JSON: "},
      {std::string(100'000, '['), "it is not JSON: too deep"},
      {sound + sound, "it is not JSON: extra data"},
      {"[]", "the whole: it is not an object"},
      {"{}", "the whole: `version` is missing"},
      {with("\"version\":2", "\"version\":3"),
       "version: 3 is none of those understood, which are 1 and 2; a later program may have "
       "written it"},
      {with("\"version\":2", "\"version\":\"2\""), "version: it is not a whole number"},
      {with("\"domain\":\"customer.example\"", "\"domain\":\"\\u001b[2J..\""),
       "domain: `\\027[2J..` is not a domain name"},
      {with("\"token\"", "\"\\u001b[2J\""), "the whole: `token` is missing"},
      {with("192.0.2.0/28", "0.0.0.0/99"), "provider.pool[0]: `0.0.0.0/99` is not a prefix"},
  };
  for (const auto& row : rows) {
    const Ended ended = replay(row.evidence);
    EXPECT_EQ(ended.exit_code, 65) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(ended.err.starts_with("mandate: explain: ")) << ended.err;
    EXPECT_NE(ended.err.find("evidence.json: The evidence is damaged: " + row.says),
              std::string::npos)
        << ended.err;
    EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
  }
}

TEST_F(Replay, RefusesACallThatMakesNoSense) {
  const std::string config = folder_.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
)");
  const struct {
    std::vector<std::string> words;
    int exit_code;
    std::string says;
  } rows[] = {
      {{"--evidence", "e1"}, 64, "--evidence is of a store; give --config FILE too"},
      {{"--evidence", "e1", "--evidence-file", "f"}, 64, "--evidence excludes --evidence-file"},
      {{"--evidence", ""}, 64, "--evidence: must not be empty"},
      {{"--evidence-file", folder_ / "none.json"}, 66, "none.json"},
      {{"--evidence-file", folder_.path()}, 66, folder_.path()},
      {{"--evidence", "e1", "--config", config}, 73, "mandate.db"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> words = {"explain"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const Ended ended = run_program(words);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.err;
    EXPECT_NE(ended.err.find(row.says), std::string::npos) << ended.err;
  }
  ASSERT_TRUE(store::open_sqlite(folder_ / "mandate.db"));
  const Ended absent = run_program({"explain", "--evidence", "\x1b[2J", "--config", config});
  EXPECT_EQ(absent.exit_code, 66);
  EXPECT_NE(absent.err.find("there is no evidence \"\\x1b[2J\""), std::string::npos) << absent.err;
}

}  // namespace
}  // namespace mandate::app::testing
