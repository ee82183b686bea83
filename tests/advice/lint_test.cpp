// The rules of lint: each has a record that triggers it and one near it that does not.
#include "advice/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "advice/pasted_record.h"

namespace mandate::advice {
namespace {

std::vector<std::string> ids(const Lint& lint) {
  std::vector<std::string> out;
  for (const Finding& finding : lint.findings) out.emplace_back(finding.rule->id);
  return out;
}

/// A text given by a person, or its strings when it is a TXT as zone files show it.
Lint lint_given(std::string_view text, const Rule& rule) {
  const auto txt = pasted_record(text);
  return txt && rule.needs == Needs::strings ? lint(*txt).lint : lint(text);
}

bool finds(std::string_view text, const Rule& rule) {
  const auto found = ids(lint_given(text, rule));
  return std::ranges::find(found, rule.id) != found.end();
}

std::string example_of(const Rule& rule) {
  if (!rule.example.empty()) return std::string(rule.example);
  const bool in_quotes = rule.id == "string-over-255";
  const std::size_t size = in_quotes ? 256 : rule.id == "record-over-512" ? 520 : 460;
  std::string out = "v=spf1";
  while (out.size() + 5 < size) out += " a:x" + std::to_string(out.size()) + ".example.com";
  out += " -all";
  return in_quotes ? "\"" + out + "\"" : out;
}

TEST(LintRules, EachIsTriggeredByItsExampleAndNotByWhatIsNearIt) {
  for (const Rule& rule : rules()) {
    if (rule.needs_dns()) continue;  // see LintOfAnAnswer, LintOfAName and LintOfATree
    const std::string example = example_of(rule);
    EXPECT_TRUE(finds(example, rule)) << rule.id << ": " << example << " gives "
                                      << testing::PrintToString(ids(lint_given(example, rule)));
    EXPECT_FALSE(!rule.near_by.empty() && finds(rule.near_by, rule)) << rule.id;
  }
}

TEST(LintRules, EachHasAnIdOfItsOwnASectionAndAReason) {
  std::set<std::string_view> seen;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(seen.insert(rule.id).second) << rule.id;
    EXPECT_TRUE(rule.section.starts_with("RFC ")) << rule.id;
    EXPECT_TRUE(rule.why.ends_with('.')) << rule.id;
    EXPECT_EQ(find_rule(rule.id), &rule);
  }
}

struct Row {
  std::string text;
  std::vector<std::string> ids;
  std::string fixed;  // empty: none is offered
};

TEST(Lint, NamesEveryFaultAndMendsWhatNeedsNoDecision) {
  const std::vector<Row> rows = {
      {"v=spf1 mx -all", {}, ""},
      {"v=spf1 -all", {}, ""},
      {"v=spf1 redirect=spf.example.com", {}, ""},
      {"v=spf1 include: spf.example.com mx - all",
       {"space-after-colon", "split-qualifier"},
       "v=spf1 include:spf.example.com mx -all"},
      {"v=spf1 include= spf.example.com redirect: x.example.com",
       {"space-after-colon", "space-after-colon"},
       "v=spf1 include:spf.example.com redirect=x.example.com"},
      {"v=spf1 mx,a,ip4=8.8.8.8;~all", {"separator"}, ""},
      {"v=spf1 a; mx; ~all;", {"separator", "separator", "separator"}, "v=spf1 a mx ~all"},
      {"v=spf1 ip:8.8.8.8 ipv6:2a00:1450::/32 8.8.4.4 ~al",
       {"ipv4-name", "ipv4-name", "bare-host", "bad-all"},
       "v=spf1 ip4:8.8.8.8 ip6:2a00:1450::/32 ip4:8.8.4.4 ~all"},
      {"v=spf1 include:a@spf.example.com --all",
       {"url-or-email-argument", "split-qualifier"},
       "v=spf1 include:spf.example.com -all"},
      {"v=spf1 ip4:2a00:1450:4000::1 ip6:8.8.8.8 -all",
       {"bad-address", "bad-address"},
       "v=spf1 ip6:2a00:1450:4000::1 ip4:8.8.8.8 -all"},
      {"v=spf1 ip4:8.8.8.8/33 -all", {"bad-prefix-length"}, ""},
      {"v=spf1 ip4:8.8.8.0/024 -all", {"bad-prefix-length"}, "v=spf1 ip4:8.8.8.0/24 -all"},
      {"v=spf1 exp=a.example.com redirect=b.example.com redirect=c.example.com",
       {"duplicate-modifier"},
       "v=spf1 exp=a.example.com redirect=b.example.com"},
      {"v=spf1 a -all mx ~all redirect=x.example.com",
       {"after-all", "multiple-all", "redirect-dead"},
       "v=spf1 a -all mx"},
      {"v=spf1 a -all ~mx", {"after-all"}, "v=spf1 a -all"},
      {"v=spf1 moo", {"syntax"}, ""},
      {"v=spf1 include:x.example-all", {"glued-terms"}, "v=spf1 include:x.example -all"},
      {"v=spf1 redirect=x.example-all", {"glued-terms"}, "v=spf1 redirect=x.example -all"},
      {"v=spf1 include:x-all.example -all", {}, ""},
      {"v=spf1 a ~all v=spf1 mx -all", {"version-twice", "after-all", "multiple-all"}, ""},
      {"v=spf1 a v=spf1 mx -all", {"version-twice"}, "v=spf1 a mx -all"},
      {"v=spf1 a ", {"no-all"}, "v=spf1 a ~all"},
      // The same twice, and another name for it.
      {"v=spf1 a include:x.example.com a ?include:X.EXAMPLE.COM. -all",
       {"overlap", "include-not-pass", "conflict"},
       "v=spf1 a include:x.example.com ?include:X.EXAMPLE.COM. -all"},
      {"v=spf1 a a/24 a:x.example.com mx -all", {}, ""},
      {"v=spf1 include:spf.protection.outlook.com include:outlook.com -all",
       {"generic-include"},
       "v=spf1 include:spf.protection.outlook.com -all"},
      // The ranges of services with many customers, and parts of them.
      {"v=spf1 include:_cloud-netblocks.googleusercontent.com -all", {"shared-cloud"}, ""},
      {"v=spf1 ip6:2606:4700::/32 ip4:104.16.0.0/14 -ip4:23.235.32.0/20 -all",
       {"shared-cloud", "broad-prefix"},
       ""},
      {"v=spf1 a:1.2.3.4 %% -all", {"bad-domain", "macro-syntax"}, ""},
      {"V=SPF1 +A ?ALL",
       {"uppercase", "noise", "uppercase", "neutral-all", "uppercase"},
       "v=spf1 a ?all"},
  };
  for (const Row& row : rows) {
    const Lint found = lint(row.text);
    EXPECT_EQ(ids(found), row.ids) << row.text;
    EXPECT_EQ(found.fixed.value_or(""), row.fixed) << row.text;
  }
}

struct Told {
  std::string text;
  std::string id;
  std::string message;
};

TEST(Lint, LeavesToAPersonWhetherSendersAreToPass) {
  for (const Told& row : std::vector<Told>{
           {"v=spf1 -include:blocked.example mx -all", "include-not-pass",
            "`-include:blocked.example` gives its senders fail, not pass: write `include:` if "
            "those senders are to pass; if not, it may be removed, unless a later term would let "
            "them pass."},
           {"v=spf1 -all include:x.example", "after-all",
            "`include:x.example` stands behind `-all`: move it in front if its senders are to "
            "pass, or remove it."},
       }) {
    const Lint found = lint(row.text);
    ASSERT_EQ(ids(found), std::vector<std::string>{row.id}) << row.text;
    EXPECT_EQ(found.findings[0].message, row.message);
    EXPECT_FALSE(found.findings[0].fix || found.fixed) << row.text;
  }
}

TEST(Lint, SaysOnceWhatIsWrong) {
  for (const Told& row : std::vector<Told>{
           {"v=spf1 mx mx -all", "overlap", "`mx` stands here twice."},
           {"v=spf1 a:a.test A:A.test -all", "overlap", "`A:A.test` stands here twice."},
           {"v=spf1 ip4:8.8.0.0/16 ip4:8.8.8.8 -all", "overlap",
            "All of `ip4:8.8.8.8` lies in `ip4:8.8.0.0/16` before it."},
           {"v=spf1 mx -mx -all", "conflict",
            "All of `-mx` lies in `mx` before it, which gives pass."},
           {"v=spf1 a:1.2.3.4 -all", "bad-domain", "`1.2.3.4` is no domain name."},
       }) {
    const Lint found = lint(row.text);
    const auto told = std::ranges::find(found.findings, row.message, &Finding::message);
    ASSERT_NE(told, found.findings.end()) << row.text;
    EXPECT_EQ(told->rule->id, row.id) << row.text;
    EXPECT_FALSE(told->rule->why.contains("is no domain name")) << told->rule->why;
  }
}

// The record that the article shows, typed as it stands there.
TEST(Lint, FindsWhatIsWrongWithTheArticlesRecord) {
  const std::string article =
      "v=spf1 include:outlook.com include:mailer.example.com ip4:38.102.153.129/27 "
      "ip4:159.63.54.50/30 ~all";
  EXPECT_EQ(ids(lint("1" + article)), (std::vector<std::string>{"version-prefix"}));
  EXPECT_EQ(ids(lint(article)),
            (std::vector<std::string>{"generic-include", "host-bits", "host-bits"}));
  EXPECT_EQ(lint(article).fixed,
            "v=spf1 include:spf.protection.outlook.com include:mailer.example.com "
            "ip4:38.102.153.128/27 ip4:159.63.54.48/30 ~all");
}

dns::Fact answer(const std::vector<std::string>& texts) {
  dns::Fact fact;
  fact.status = texts.empty() ? dns::Fact::Status::no_data : dns::Fact::Status::found;
  for (const std::string& text : texts) fact.records.emplace_back(dns::TxtData{{text}});
  return fact;
}

TEST(LintOfAnAnswer, TakesRecordsAndWhatWasMeantToBeOne) {
  struct Answer {
    std::vector<std::string> texts;
    std::vector<std::vector<std::string>> ids;
  };
  const std::vector<Answer> rows = {
      {{}, {{"no-record"}}},
      {{"google-site-verification=1"}, {{"no-record"}}},
      {{"hello", "v=spf1 mx -all"}, {{}}},
      {{"v=spf1 mx -all", "v=spf1 a ?all"}, {{"multiple-records"}, {"neutral-all"}}},
      {{"1v=spf1 a -all", "v=spf1 mx -all", "v=spf1 -all"},
       {{"version-prefix"}, {"multiple-records"}, {}}},
      {{"1v=spf1 mx -all", "v=spf1 a -all"}, {{"version-prefix"}, {}}},
      {{"spf2.0/pra -all", "v=spf1 a -all"}, {{"sender-id"}, {}}},
  };
  for (const Answer& row : rows) {
    std::vector<std::vector<std::string>> found;
    for (const LintedText& linted : lint(answer(row.texts))) found.push_back(ids(linted.lint));
    EXPECT_EQ(found, row.ids);
  }
}

TEST(LintOfAnAnswer, ListsSeveralRecordsOnce) {
  const auto found = lint(answer({"v=spf1 mx -all", "hello", "v=spf1 a -all"}));
  ASSERT_EQ(found.size(), 2U);
  ASSERT_EQ(found[0].lint.findings.size(), 1U);
  EXPECT_EQ(found[0].lint.findings[0].message,
            "The name has 2 SPF records; merge them into one: `v=spf1 mx -all`, `v=spf1 a -all`.");
}

TEST(LintOfAnAnswer, FindsStringsThatMeetWithoutASpace) {
  struct Strings {
    std::vector<std::string> strings;
    std::vector<std::string> ids;
    std::string fixed;
  };
  const std::vector<Strings> rows = {
      {{"v=spf1 a:x.example.com", "include:y.example.com -all"},
       {"glued-strings"},
       "v=spf1 a:x.example.com include:y.example.com -all"},
      {{"v=spf1 mx", "-all"}, {"glued-strings"}, "v=spf1 mx -all"},
      {{"v=spf1", "mx -all"}, {"glued-strings"}, "v=spf1 mx -all"},
      {{"v=spf1 m", "x -all"}, {}, ""},
      {{"v=spf1 mx ", "-all"}, {}, ""},
      {{"v=spf1 mx", " -all"}, {}, ""},
      {{"v=spf1 mx ip4:8.8.8", ".8 -all"}, {}, ""},
      // Every word a string, as where the quotation marks are missing.
      {{"v=spf1", "include:x.example.com", "-all"},
       {"unquoted-in-zone"},
       "v=spf1 include:x.example.com -all"},
      {{"V=SPF1", "-all"}, {"unquoted-in-zone"}, "V=SPF1 -all"},
  };
  for (const Strings& row : rows) {
    dns::Fact fact;
    fact.status = dns::Fact::Status::found;
    fact.records.emplace_back(dns::TxtData{row.strings});
    const auto found = lint(fact);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(ids(found[0].lint), row.ids) << found[0].text;
    EXPECT_EQ(found[0].lint.fixed.value_or(""), row.fixed) << found[0].text;
  }
}

TEST(LintOfAnAnswer, FindsAStringThatIsTooLongAndWhereItStands) {
  const auto over = [](std::size_t octets) {
    std::vector<spf::Span> out;
    const auto found = lint(dns::TxtData{{"v=spf1 a ", std::string(octets, ' '), "-all"}});
    for (const Finding& finding : found.lint.findings) {
      if (finding.rule->id == "string-over-255") out.push_back(finding.span);
    }
    return out;
  };
  EXPECT_EQ(over(255), std::vector<spf::Span>{});
  EXPECT_EQ(over(256), (std::vector<spf::Span>{{9, 265}}));
}

TEST(Lint, TellsWhatIsLeftOnceAnUnreadableTextIsFixed) {
  const Lint found = lint("1v=spf1 mx +all a");
  EXPECT_EQ(ids(found), (std::vector<std::string>{"version-prefix"}));
  ASSERT_EQ(found.left.size(), 2U);
  EXPECT_EQ(found.left[0].rule->id, "plus-all");
  EXPECT_EQ(found.left[0].span.in(*found.fixed), "+all");
  EXPECT_EQ(found.left[1].rule->id, "after-all");
  EXPECT_FALSE(found.left_fixed);
  EXPECT_EQ(lint("1v=spf1 mx +all -a").left_fixed, "v=spf1 mx +all");
  EXPECT_TRUE(lint("v=spf1 mx +all a").left.empty());
  EXPECT_FALSE(lint("1v=spf1 mx +all").left_fixed);
}

TEST(Lint, SaysWhenTheMeaningIsNotLookedAt) {
  EXPECT_TRUE(lint("v=spf1 moo +all").meaning_unknown);
  EXPECT_FALSE(lint("v=spf1 +all").meaning_unknown);
}

TEST(LintProperty, AnyTextHasFindingsInsideItAndAFixThatCanBeRead) {
  std::mt19937_64 random(4);
  const std::vector<std::string> pieces = {
      "v=spf1",       " ",       "  ",       "include:", "include",     ":",       "=",
      "redirect=",    "exp=",    "ip4:",     "ip6:",     "/24",         "//64",    "1.2.3.4",
      "a::1",         "all",     "-",        "~",        "+",           "?",       "a",
      "mx",           "ptr",     "%{i}",     "%",        "example.com", ",",       ";",
      "\t",           "\xff",    "\xc2\xa0", "\"",       "exists:",     "v=spf1 ", "@",
      "https://",     "x.test.", "..",       "(",        "%{p}",        "all.",    "\n",
      "\xe2\x80\x93", "0",       "moo"};
  std::size_t mended = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text = round % 4 == 0 ? "" : "v=spf1 ";
    for (std::size_t left = random() % 12; left > 0; --left) {
      text += pieces[random() % pieces.size()];
      if (random() % 3 == 0) text += ' ';
    }
    const Lint found = lint(text);
    for (const Finding& finding : found.findings) {
      ASSERT_LE(finding.span.begin, finding.span.end) << text;
      ASSERT_LE(finding.span.end, text.size()) << text;
      ASSERT_TRUE(std::ranges::all_of(finding.message, [](char c) {
        return c >= 0x20 && c < 0x7f;
      })) << finding.message;
    }
    const auto record =
        spf::is_spf_record(text) ? spf::parse_record(text) : std::unexpected(spf::SyntaxError{});
    ASSERT_EQ(found.meaning_unknown, !record.has_value()) << text;
    if (spf::is_spf_record(text) && !record) {
      ASSERT_EQ(worst(found), Severity::error) << text;
    }
    if (!found.fixed) continue;
    ++mended;
    ASSERT_TRUE(spf::is_spf_record(*found.fixed) && spf::parse_record(*found.fixed)) << text;
  }
  EXPECT_GT(mended, 5'000U);
}

}  // namespace
}  // namespace mandate::advice
