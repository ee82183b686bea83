// The story of an evaluation: which steps it has, what it concludes, and what it says to do.
#include "advice/story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

const char* const zone = R"($TTL 300
pass.example.             TXT "v=spf1 include:hosts.example -all"
hosts.example.            TXT "v=spf1 ip4:192.0.2.0/28 -all"
many.example.             TXT "v=spf1 ip4:10.0.0.1 ip4:10.0.0.2 ip4:10.0.0.3 ip4:10.0.0.4 ip4:10.0.0.5 ip6:2001:db8::/32 a ip4:192.0.2.9 ~all"
many.example.             A   10.0.0.9
redirected.example.       TXT "v=spf1 redirect=pass.example"
open.example.             TXT "v=spf1 ip4:10.0.0.1"
refusing.example.         TXT "v=spf1 include:silent.example -include:hosts.example +all"
silent.example.           TXT "v=spf1 -all"
circle.example.           TXT "v=spf1 include:b.circle.example -all"
b.circle.example.         TXT "v=spf1 ip4:10.0.0.1 include:CIRCLE.example -all"
two.example.              TXT "v=spf1 -all"
two.example.              TXT "v=spf1 +all"
into-two.example.         TXT "v=spf1 include:two.example -all"
gone.example.             TXT "v=spf1 include:nowhere.example -all"
broken.example.           TXT "v=spf1 include:fault.example -all"
fault.example.            TXT "v=spf1 moo -all"
void.example.             TXT "v=spf1 exists:none.example -all"
voids.example.            TXT "v=spf1 a:n1.example a:n2.example include:third.example -all"
third.example.            TXT "v=spf1 a:n3.example -all"
strict.example.           TXT "v=spf1 include:hosts.example -all"
_dmarc.strict.example.    TXT "v=DMARC1; p=reject; aspf=s; adkim=s"
bounce.strict.example.    TXT "v=spf1 include:hosts.example -all"
half.example.             TXT "v=spf1 -all"
_dmarc.half.example.      TXT "v=DMARC1; p=reject; pct=40"
quarter.example.          TXT "v=spf1 -all"
_dmarc.quarter.example.   TXT "v=DMARC1; p=quarantine; pct=25"
calm.example.             TXT "v=spf1 include:hosts.example -all"
_dmarc.calm.example.      TXT "v=DMARC1; p=none"
faulty.example.           TXT "v=spf1 include:hosts.example -all"
_dmarc.faulty.example.    TXT "v=DMARC1; p=none; aspf=x"
missed.example.           TXT "v=spf1 include:hosts.example -all"
_dmarc.missed.example.    TXT "v=DMARC1, p=reject"
_dmarc.news.missed.example. TXT "hello"
)";

struct Asked {
  std::string ip = "192.0.2.1";
  std::string mail_from;
  std::string helo{};
  std::string from{};  // empty: the domain that SPF checks
};

Evaluation evaluation_of(const Asked& asked, ZoneAnswers answers = ZoneAnswers(zone)) {
  Evaluation out;
  out.request.ip = ip(asked.ip);
  out.request.mail_from = asked.mail_from;
  out.request.helo = asked.helo;
  out.verdict = answers.settle([&](const dns::Facts& facts) {
    return spf::check_host(out.request, facts, {.trace = true, .range = true});
  });
  const auto from = asked.from.empty() ? checked_domain(out.verdict) : name(asked.from);
  if (!from) return out;
  out.dmarc = answers.settle([&](const dns::Facts& facts) { return discover_dmarc(*from, facts); });
  return out;
}

Story story_of(const Asked& asked) {
  return story(evaluation_of(asked));
}

/// One line a step: its depth by dashes, `!` where it decides or breaks off, its quote in brackets.
std::vector<std::string> lines_of(const std::vector<StoryStep>& steps) {
  std::vector<std::string> out;
  for (const StoryStep& step : steps) {
    out.push_back(std::string(static_cast<std::size_t>(step.depth), '-') +
                  (step.decides || step.fails ? "!" : "") + step.passage.text +
                  (step.passage.quote.empty() ? "" : " [" + step.passage.quote + "]"));
  }
  return out;
}

std::string all_of(const std::vector<Passage>& passages) {
  std::string out;
  for (const Passage& passage : passages) {
    out += passage.text + (passage.quote.empty() ? "" : " [" + passage.quote + "]") + "\n";
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(TraceStory, TellsAnIncludeWithItsRecordAndMarksWhatDecides) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@pass.example"}).steps),
            (Lines{"The SPF record of pass.example: [v=spf1 include:hosts.example -all]",
                   "`include:hosts.example` asks the record of hosts.example (lookup 1 of 10): "
                   "[v=spf1 ip4:192.0.2.0/28 -all]",
                   "-!`ip4:192.0.2.0/28` contains 192.0.2.1: pass. This decides it.",
                   "The record of hosts.example lets 192.0.2.1 pass, so `include:hosts.example` "
                   "matches: pass."}));
}

TEST(TraceStory, TellsNeighbouringNetworksAsOneStep) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@many.example"}).steps),
            (Lines{"The SPF record of many.example: [v=spf1 ip4:10.0.0.1 ip4:10.0.0.2 "
                   "ip4:10.0.0.3 ip4:10.0.0.4 ip4:10.0.0.5 ip6:2001:db8::/32 a ip4:192.0.2.9 ~all]",
                   "`ip4:10.0.0.1`, `ip4:10.0.0.2`, `ip4:10.0.0.3` and 3 more networks do not "
                   "contain 192.0.2.1.",
                   "`a` names the addresses of a host: many.example A does not have 192.0.2.1 "
                   "(lookup 1 of 10).",
                   "`ip4:192.0.2.9` does not contain 192.0.2.1.",
                   "!`~all` is for every address that no term before it named: softfail. This "
                   "decides it."}));
}

TEST(TraceStory, TellsWhatAFailInAnIncludeMeansAndWhatANegatedIncludeDoes) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@refusing.example"}).steps),
            (Lines{"The SPF record of refusing.example: [v=spf1 include:silent.example "
                   "-include:hosts.example +all]",
                   "`include:silent.example` asks the record of silent.example (lookup 1 of 10): "
                   "[v=spf1 -all]",
                   "The record of silent.example gives fail; to the include that is no match.",
                   "`-include:hosts.example` asks the record of hosts.example (lookup 2 of 10): "
                   "[v=spf1 ip4:192.0.2.0/28 -all]",
                   "-`ip4:192.0.2.0/28` contains 192.0.2.1: pass.",
                   "!The record of hosts.example lets 192.0.2.1 pass, so `-include:hosts.example` "
                   "matches: fail. This decides it."}));
}

TEST(TraceStory, FollowsARedirect) {
  const auto lines = lines_of(story_of({.mail_from = "a@redirected.example"}).steps);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1],
            "No term matched, so `redirect=pass.example` puts the record of pass.example in the "
            "place of this one (lookup 1 of 10): [v=spf1 include:hosts.example -all]");
  EXPECT_EQ(lines[3].substr(0, 3), "--!");
}

TEST(TraceStory, TellsARecordThatEndsWithoutAMatch) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@open.example"}).steps).back(),
            "The record ends without a match, so the answer is neutral.");
}

TEST(TraceStory, TellsACircleOnce) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@circle.example"}).steps),
            (Lines{"The SPF record of circle.example: [v=spf1 include:b.circle.example -all]",
                   "`include:b.circle.example` asks the record of b.circle.example (lookup 1 of "
                   "10): [v=spf1 ip4:10.0.0.1 include:CIRCLE.example -all]",
                   "-`ip4:10.0.0.1` does not contain 192.0.2.1.",
                   "-`include:CIRCLE.example` asks the record of CIRCLE.example (lookup 2 of 10).",
                   "--The record of CIRCLE.example is being read already: it leads back to "
                   "itself, and so it goes round until the lookups are spent.",
                   "--!Here the check breaks off: include:b.circle.example needs a DNS lookup "
                   "more than the 10 allowed."}));
}

struct EndRow {
  std::string domain;
  std::string last;
};

TEST(TraceStory, EndsWithWhyThereIsNoResult) {
  for (const EndRow& row : std::vector<EndRow>{
           {"nowhere.example", "nowhere.example does not exist."},
           {"two.example", "!two.example has more than one SPF record; keep one."},
           {"into-two.example", "-!two.example has more than one SPF record; keep one."},
           {"gone.example",
            "!Here the check breaks off: nowhere.example does not exist, so it cannot be "
            "included."},
           {"localhost", "localhost: there is no legal domain name of two labels or more."}}) {
    auto lines = lines_of(story_of({.mail_from = "a@" + row.domain}).steps);
    ASSERT_FALSE(lines.empty()) << row.domain;
    EXPECT_EQ(lines.back(), row.last) << row.domain;
  }
}

TEST(TraceStory, CountsEmptyAnswers) {
  EXPECT_EQ(lines_of(story_of({.mail_from = "a@void.example"}).steps)[1],
            "`exists:none.example` asks whether a name exists that is made for this very mail: "
            "none.example A has no records (lookup 1 of 10, empty answer 1 of 2).");
}

struct ConclusionRow {
  Asked asked;
  std::string conclusion;
};

TEST(Story, ConcludesInOneSentence) {
  for (const ConclusionRow& row : std::vector<ConclusionRow>{
           {{.mail_from = "a@strict.example"},
            "pass for a@strict.example from 192.0.2.1, and DMARC passes by it."},
           {{.mail_from = "a@bounce.strict.example", .from = "strict.example"},
            "pass for a@bounce.strict.example from 192.0.2.1, but that is not aligned with From "
            "at strict.example: DMARC asks it to reject the mail unless DKIM passes."},
           {{.mail_from = "a@hosts.example", .from = "calm.example"},
            "pass for a@hosts.example from 192.0.2.1, but that is not aligned with From at "
            "calm.example: DMARC does not pass by it; the policy asks for no action."},
           {{.ip = "10.9.9.9", .mail_from = "a@calm.example"},
            "fail for a@calm.example from 10.9.9.9, and DMARC does not pass by it; the policy "
            "asks for no action."},
           {{.mail_from = "a@half.example"},
            "fail for a@half.example from 192.0.2.1, and DMARC asks it to reject the mail unless "
            "DKIM passes (pct=40)."},
           {{.mail_from = "a@pass.example"},
            "pass for a@pass.example from 192.0.2.1, and no DMARC policy applies."},
           {{.mail_from = "", .helo = "hosts.example"},
            "pass for the HELO name hosts.example (MAIL FROM is empty) from 192.0.2.1, and no "
            "DMARC policy applies."},
           {{.mail_from = "", .helo = "[192.0.2.1]"},
            "none for the HELO name [192.0.2.1] (MAIL FROM is empty) from 192.0.2.1."},
       }) {
    EXPECT_EQ(story_of(row.asked).conclusion, "A receiver that asks now gets " + row.conclusion);
  }
}

struct PartRow {
  Asked asked;
  std::vector<std::string> has;
};

TEST(Story, TellsWhatDmarcMakesOfIt) {
  for (const PartRow& row : std::vector<PartRow>{
           {{.mail_from = "a@strict.example"},
            {"The policy for From at strict.example is the record of _dmarc.strict.example: "
             "[v=DMARC1; p=reject; aspf=s; adkim=s]",
             "It asks for strict alignment of SPF (aspf=s)", "Both are strict.example: aligned.",
             "so DMARC passes, whatever DKIM says."}},
           {{.mail_from = "a@bounce.strict.example", .from = "strict.example"},
            {"bounce.strict.example is not strict.example: not aligned.",
             "only a valid DKIM signature of strict.example itself (adkim=s) lets DMARC pass",
             "reject the mail (p=reject)."}},
           {{.mail_from = "a@half.example", .from = "news.half.example"},
            {"There is no DMARC record at _dmarc.news.half.example, so the policy is that of the "
             "organizational domain, at _dmarc.half.example: [v=DMARC1; p=reject; pct=40]",
             "half.example and news.half.example are both of half.example: aligned.",
             "SPF gives fail, and only pass counts.",
             "Receivers that heed pct=40 do so with 40 % of such mail, and treat the rest as "
             "suspicious; others with all of it."}},
           {{.mail_from = "a@quarter.example"},
            {"treat the mail as suspicious (p=quarantine).",
             "pct=25 do so with 25 % of such mail, and let the rest through;"}},
           {{.mail_from = "a@hosts.example", .from = "calm.example"},
            {"hosts.example is of hosts.example, and calm.example is of calm.example: not "
             "aligned.",
             "take no action (p=none)."}},
           {{.mail_from = "a@faulty.example"},
            {"`aspf=x` is not `r` or `s`; receivers take it for `r`.", "DMARC passes"}},
           {{.mail_from = "a@pass.example"},
            {"No policy applies to From at pass.example: there is no DMARC record at "
             "_dmarc.pass.example."}},
           {{.mail_from = "a@missed.example", .from = "news.missed.example"},
            {"No policy applies to From at news.missed.example: the TXT of _dmarc.missed.example "
             "that was meant to be a DMARC record is none to receivers: behind `v=DMARC1` a `;` "
             "has to part it from the next tag (RFC 7489 section 6.3).",
             "[v=DMARC1, p=reject]"}},
       }) {
    const std::string told = all_of(story_of(row.asked).dmarc);
    for (const std::string& part : row.has) {
      EXPECT_NE(told.find(part), told.npos) << "lacks: " << part << "\nin:\n" << told;
    }
  }
}

TEST(Story, SaysWhatToDo) {
  for (const PartRow& row : std::vector<PartRow>{
           {{.mail_from = "a@strict.example"}, {"Nothing: mail like this is in order."}},
           {{.mail_from = "a@bounce.strict.example", .from = "strict.example"},
            {"MAIL FROM at strict.example itself (apex_include)", "take `aspf=s` out"}},
           {{.mail_from = "a@hosts.example", .from = "calm.example"},
            {"MAIL FROM at calm.example or below it", "signed with DKIM as calm.example."}},
           // A bounce keeps its empty MAIL FROM.
           {{.mail_from = "", .helo = "hosts.example", .from = "calm.example"},
            {"the HELO name counts. Let the server go by a name at calm.example or below it"}},
           {{.ip = "2001:db8::1", .mail_from = "a@calm.example"},
            {"put `ip6:2001:db8::1` into the record of calm.example, right behind `v=spf1`",
             "`mandate plan calm.example --include NAME`"}},
           {{.mail_from = "a@nowhere.example"},
            {"publish an SPF record there", "_dmarc.nowhere.example", "[v=DMARC1; p=none]"}},
           {{.mail_from = "", .helo = "out.hosts.example"}, {"[v=spf1 a -all]"}},
           {{.mail_from = "", .helo = "[192.0.2.1]"}, {"[192.0.2.1] is no domain name"}},
           {{.mail_from = "foo"}, {"MAIL FROM foo has no domain", "with a whole address"}},
           {{.mail_from = "a@localhost"}, {"Let MAIL FROM be at a full name"}},
           {{.mail_from = "a@two.example"}, {"`mandate plan two.example --include NAME` writes"}},
           {{.mail_from = "a@broken.example"},
            {"The fault is in the record of fault.example", "`mandate lint fault.example`"}},
           {{.mail_from = "a@into-two.example"}, {"The fault is in the record of two.example"}},
           {{.mail_from = "a@circle.example"}, {"`mandate lint circle.example`"}},
           {{.mail_from = "a@voids.example"}, {"`mandate lint voids.example`"}},
           {{.mail_from = "a@gone.example"}, {"`mandate lint gone.example`"}},
           {{.mail_from = "a@faulty.example"}, {"Mend the DMARC record at _dmarc.faulty.example"}},
           {{.mail_from = "a@missed.example"},
            {"Mend that TXT of _dmarc.missed.example", "rather than publish a second one."}},
       }) {
    const std::string told = all_of(story_of(row.asked).to_do);
    for (const std::string& part : row.has) {
      EXPECT_NE(told.find(part), told.npos) << "lacks: " << part << "\nin:\n" << told;
    }
  }
}

TEST(Story, SaysThatTheDnsIsToBeAskedAgain) {
  for (const auto& [failing, domain] : std::vector<std::pair<std::string, std::string>>{
           {"pass.example", "pass.example"},
           {"hosts.example", "hosts.example"},
           {"_dmarc.strict.example", "strict.example"}}) {
    ZoneAnswers answers(zone);
    answers.fail({name(failing), dns::RecordType::txt});
    const std::string sender = failing == "_dmarc.strict.example" ? "strict" : "pass";
    const Story told = story(evaluation_of({.mail_from = "a@" + sender + ".example"}, answers));
    EXPECT_NE(all_of(told.to_do).find("the name servers of " + domain), std::string::npos)
        << all_of(told.to_do);
    const bool spf_is_known = failing.starts_with('_');
    EXPECT_EQ(std::ranges::any_of(told.steps, &StoryStep::fails), !spf_is_known) << failing;
  }
}

TEST(Story, MendsANearMiss) {
  Evaluation evaluation = evaluation_of({.mail_from = "a@near.example"});
  evaluation.near_miss = near_miss("1v=spf1 mx -all");
  const Story told = story(evaluation);
  EXPECT_NE(all_of(told.meaning).find("was meant to be its SPF record"), std::string::npos);
  EXPECT_EQ(told.to_do.front().quote, "v=spf1 mx -all");
}

TEST(Story, OfKeptFactsIsInThePastAndAsksNothingOfAnybody) {
  const std::string time = "2026-11-24T10:00:00Z";
  const struct {
    Asked asked;
    std::string got;
  } rows[] = {{{.mail_from = "a@pass.example"}, "pass"},
              {{.ip = "198.51.100.1", .mail_from = "a@pass.example"}, "fail"},
              {{.mail_from = "a@nowhere.example"}, "none"}};
  for (const auto& row : rows) {
    Evaluation evaluation = evaluation_of(row.asked);
    evaluation.dmarc.reset();
    evaluation.asked_at = time;
    const Story told = story(evaluation);
    EXPECT_EQ(told.conclusion, "A receiver that asked at " + time + " got " + row.got + " for " +
                                   row.asked.mail_from + " from " + row.asked.ip + ".");
    for (const std::string_view word : {" is ", " hold ", " now "}) {
      EXPECT_EQ(all_of(told.meaning).find(word), std::string::npos) << all_of(told.meaning);
    }
    EXPECT_TRUE(told.to_do.empty());
    EXPECT_FALSE(told.steps.empty());
  }
}

TEST(Story, IsPrintableWhateverTheDnsSays) {
  ZoneAnswers answers(zone);
  answers.publish("hostile.example", "v=spf1 include:\x1b[2J.example \x07 -all");
  answers.publish("_dmarc.hostile.example", "v=DMARC1; p=\x1b[2J; rua=mailto:a@b.example");
  const Story told = story(evaluation_of({.mail_from = "\x1b[2J@hostile.example"}, answers));
  std::string sentences = told.conclusion;
  for (const StoryStep& step : told.steps) sentences += step.passage.text;
  for (const auto* passages : {&told.meaning, &told.dmarc, &told.to_do}) {
    for (const Passage& passage : *passages) sentences += passage.text;
  }
  EXPECT_TRUE(std::ranges::all_of(sentences, [](char c) { return c >= 0x20 && c < 0x7f; }))
      << sentences;
}

}  // namespace
}  // namespace mandate::advice
