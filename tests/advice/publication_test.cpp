#include "advice/publication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mandate/spf/record.h"

namespace mandate::advice {
namespace {

using Verdict = Publication::Verdict;

dns::Name provider() {
  return dns::Name::parse("p.example").value();
}

dns::Fact answer(const std::vector<std::string>& texts) {
  dns::Fact fact;
  fact.question = {dns::Name::parse("customer.example").value(), dns::RecordType::txt};
  fact.status = texts.empty() ? dns::Fact::Status::no_data : dns::Fact::Status::found;
  for (const std::string& text : texts) {
    dns::TxtData data;
    for (std::size_t at = 0; at < text.size(); at += 255) {
      data.strings.push_back(text.substr(at, 255));
    }
    fact.records.emplace_back(std::move(data));
  }
  return fact;
}

Publication advise(const std::vector<std::string>& texts) {
  return publication(answer(texts), provider());
}

struct Row {
  std::string today;
  std::string value;
};

// The cases 2 to 9, 11, 12 and 17 of the catalogue of edits, and their kin.
TEST(Publication, EditsOneRecordAndKeepsTheRestByteForByte) {
  for (const Row& row : std::vector<Row>{
           {"v=spf1 mx ~all", "v=spf1 mx include:p.example ~all"},
           {"v=spf1 -all", "v=spf1 include:p.example -all"},
           {"v=spf1 redirect=_s.x.example", "v=spf1 include:p.example redirect=_s.x.example"},
           {"v=spf1 a redirect=_s.x.example ~all",
            "v=spf1 a include:p.example redirect=_s.x.example ~all"},
           {"v=spf1 a ~all include:p.example", "v=spf1 a include:p.example ~all"},
           {"v=spf1 a -all mx", "v=spf1 a include:p.example -all mx"},
           {"v=spf1 ?include:p.example -all", "v=spf1 include:p.example -all"},
           {"v=spf1 -include:p.example -all", "v=spf1 include:p.example -all"},
           {"v=spf1 ~include:P.Example. -all", "v=spf1 include:P.Example. -all"},
           {"v=spf1; mx ~all", "v=spf1 mx include:p.example ~all"},
           {"v=spf1 include=p.example ~all", "v=spf1 include:p.example ~all"},
           {"v=spf1 ?include=p.example ~all", "v=spf1 include:p.example ~all"},
           {"v=spf1 ~all include=p.example", "v=spf1 include:p.example ~all"},
           {"v=spf1 include: p.example ~all", "v=spf1 include:p.example ~all"},
           {"v=spf1 p.example ~all", "v=spf1 include:p.example ~all"},
           {"V=SPF1 MX ~ALL", "V=SPF1 MX include:p.example ~ALL"},
           {"v=spf1", "v=spf1 include:p.example"},
           {"v=spf1 ", "v=spf1 include:p.example "},
           {"v=spf1 mx", "v=spf1 mx include:p.example"},
           {"v=spf1   mx   a  ", "v=spf1   mx   a include:p.example  "},
           {"v=spf1 mx  exp=e.x.example redirect=_s.x.example",
            "v=spf1 mx  include:p.example exp=e.x.example redirect=_s.x.example"},
           {"v=spf1 exp=e.x.example mx -all", "v=spf1 exp=e.x.example mx include:p.example -all"},
           {"v=spf1 moo=%{i} Mx/24 +A:%{d2} ?all ~all",
            "v=spf1 moo=%{i} Mx/24 +A:%{d2} include:p.example ?all ~all"},
           {"v=spf1 include:evilp.example -all",
            "v=spf1 include:evilp.example include:p.example -all"},
           {"v=spf1 include:p.example.evil.example -all",
            "v=spf1 include:p.example.evil.example include:p.example -all"},
           {"v=spf1 ~all include:p.example mx include:p.example",
            "v=spf1 include:p.example ~all mx"},
           {"v=spf1 mx \xE2\x80\x93"
            "all",
            "v=spf1 mx include:p.example -all"},
           {"1v=spf1 mx -all", "v=spf1 mx include:p.example -all"},
           {"mx -all", "v=spf1 mx include:p.example -all"},
           {"v=spf1 inlude:x.example -all", "v=spf1 include:x.example include:p.example -all"},
           {"1v=spf1 include:p.example -all", "v=spf1 include:p.example -all"},
       }) {
    const auto advice = advise({row.today, "an unrelated text"});
    EXPECT_EQ(text(advice.verdict), "change")
        << row.today << ": " << testing::PrintToString(advice.notes);
    EXPECT_EQ(advice.value, row.value) << row.today;
    EXPECT_EQ(advice.observed.size(), 1U) << row.today;
  }
}

TEST(Publication, WhatIsInForceIsLeftAlone) {
  for (const std::string today :
       {"v=spf1 include:p.example ~all", "v=spf1 mx +INCLUDE:P.EXAMPLE. -all",
        "v=spf1 include:p.example", "v=spf1 include:p.example ?include:p.example -all",
        "v=spf1 include:p.example ~all include:p.example", "v=spf1 redirect=p.example",
        "v=spf1 a include:p.example include=p.example redirect=_s.x.example"}) {
    const auto advice = advise({today});
    EXPECT_EQ(text(advice.verdict), "nothing_to_do") << today;
    EXPECT_EQ(advice.value, today);
    EXPECT_THAT(advice.observed, testing::ElementsAre(today));
  }
}

TEST(Publication, AFirstRecordComesWithTheWarningAndTheArticlesBareForm) {
  for (auto fact : {answer({}), answer({"google-site-verification=x"})}) {
    const auto advice = publication(fact, provider());
    EXPECT_EQ(text(advice.verdict), "add");
    EXPECT_EQ(advice.value, "v=spf1 include:p.example ~all");
    EXPECT_TRUE(advice.observed.empty());
    ASSERT_EQ(advice.notes.size(), 2U);
    EXPECT_THAT(advice.notes[0], testing::HasSubstr("softfail"));
    EXPECT_THAT(advice.notes[1], testing::HasSubstr("`v=spf1 include:p.example` without"));
  }
  auto fact = answer({});
  fact.status = dns::Fact::Status::no_such_name;
  EXPECT_THAT(publication(fact, provider()).notes.back(), testing::HasSubstr("does not exist"));
}

TEST(Publication, ADomainThatDeclaresItSendsNoMailIsAskedToConfirm) {
  EXPECT_THAT(advise({"v=spf1 -all"}).notes.front(), testing::HasSubstr("confirm"));
  EXPECT_THAT(advise({"v=spf1 mx -all"}).notes,
              testing::Not(testing::Contains(testing::HasSubstr("confirm"))));
}

TEST(Publication, SaysWhatStaysWithoutEffect) {
  EXPECT_THAT(advise({"v=spf1 a -all mx"}).notes,
              testing::Contains(testing::HasSubstr("behind `all` are never read")));
  EXPECT_THAT(advise({"v=spf1 a redirect=_s.x.example ~all"}).notes,
              testing::Contains(testing::HasSubstr("without effect beside `all`")));
  EXPECT_THAT(advise({"v=spf1 redirect=_s.x.example"}).notes,
              testing::Contains(testing::HasSubstr("still decided by the redirect")));
}

struct Several {
  std::vector<std::string> today;
  std::string value;
};

// The shorter first: an answer has no order.
TEST(Publication, SeveralRecordsBecomeOneAndASecondIsNeverProposed) {
  for (const Several& row : std::vector<Several>{
           {{"v=spf1 mx -all", "v=spf1 include:g.example ~all"},
            "v=spf1 mx include:g.example include:p.example ~all"},
           {{"v=spf1 mx -all", "v=spf1 a -all"}, "v=spf1 a mx include:p.example -all"},
           {{"v=spf1 mx -all", "v=spf1 MX include:p.example -all"},
            "v=spf1 mx include:p.example -all"},
           {{"v=spf1 mx -all", "v=spf1 include:p.example"}, "v=spf1 mx include:p.example ~all"},
           {{"v=spf1 mx", "v=spf1 include:p.example"}, "v=spf1 mx include:p.example"},
           {{"v=spf1 mx ~all a", "v=spf1 include:p.example ~all"},
            "v=spf1 mx include:p.example ~all"},
           {{"v=spf1 mx redirect=_s.x.example", "v=spf1 a exp=e.x.example"},
            "v=spf1 a mx include:p.example redirect=_s.x.example exp=e.x.example"},
           {{"V=SPF1 mx ~all", "v=spf1 ?include:p.example ~all", "v=spf1 x=y ~all"},
            "V=SPF1 mx include:p.example x=y ~all"},
           {{"1v=spf1 mx ~all", "v=spf1; a ~all"}, "v=spf1 a mx include:p.example ~all"},
       }) {
    const auto advice = advise(row.today);
    EXPECT_EQ(text(advice.verdict), "change") << advice.notes.front();
    EXPECT_EQ(advice.value, row.value);
    EXPECT_THAT(advice.observed, testing::UnorderedElementsAreArray(row.today));
    EXPECT_THAT(advice.notes, testing::Contains(testing::HasSubstr("delete the others")));
    const std::vector<std::string> turned(row.today.rbegin(), row.today.rend());
    EXPECT_EQ(advise(turned).value, row.value) << "the order of the answer is not to matter";
  }
}

TEST(Publication, WhereAllDiffersAPersonIsAsked) {
  const auto has_question = testing::Contains(testing::HasSubstr("end differently"));
  EXPECT_THAT(advise({"v=spf1 mx -all", "v=spf1 a ~all"}).notes, has_question);
  EXPECT_THAT(advise({"v=spf1 mx -all", "v=spf1 a"}).notes, has_question);
  EXPECT_THAT(advise({"v=spf1 mx -all", "v=spf1 a -all"}).notes, testing::Not(has_question));
}

TEST(Publication, ANearMissBesideARecordIsNamedAndHasNoPartInTheEdit) {
  const auto advice = advise({"v=spf1 mx ~all", "1v=spf1 ip4:192.0.2.0/24 -all"});
  EXPECT_EQ(advice.value, "v=spf1 mx include:p.example ~all");
  EXPECT_EQ(advice.observed.size(), 2U);
  EXPECT_THAT(advice.notes.front(), testing::HasSubstr("delete it"));
}

TEST(Publication, WhatCannotBeEditedSaysWhy) {
  struct Cannot {
    std::vector<std::string> today;
    std::string why;
  };
  for (const Cannot& row : std::vector<Cannot>{
           {{"v=spf1 ip4:192.0.2 -all"}, "`ip4:192.0.2` (octets 8 to 18)"},
           {{"v=spf1 mx ip4:192.0.2.0/33 -all"}, "RFC 7208 section 5.6"},
           {{"v=spf1 redirect=a.example redirect=b.example"}, "redirect="},
           {{"1v=spf1 ip4:192.0.2 -all"}, "ip4:192.0.2"},
           {{"v=spf1 mx -all", "v=spf1 nonsense"}, "nonsense"},
           {{"v=spf1 redirect=a.example", "v=spf1 mx -all"}, "exclude each other"},
           {{"v=spf1 redirect=a.example", "v=spf1 redirect=b.example"}, "exclude each other"},
           {{"v=spf1 a mx ptr a:a.example a:b.example a:c.example a:d.example a:e.example "
             "a:f.example a:g.example -all"},
            "11 DNS lookups"},
       }) {
    const auto advice = advise(row.today);
    EXPECT_EQ(text(advice.verdict), "cannot") << row.why << ": " << advice.value;
    EXPECT_EQ(advice.value, "");
    EXPECT_THAT(advice.observed, testing::UnorderedElementsAreArray(row.today));
    EXPECT_THAT(advice.notes, testing::Contains(testing::HasSubstr(row.why)));
  }
}

TEST(Publication, AFailedAnswerIsNoAnswer) {
  dns::Fact fact = answer({});
  fact.status = dns::Fact::Status::failed;
  fact.detail = "SERVFAIL\x1B[31m";
  const auto advice = publication(fact, provider());
  EXPECT_EQ(text(advice.verdict), "cannot");
  EXPECT_TRUE(advice.observed.empty());
  ASSERT_EQ(advice.notes.size(), 1U);
  EXPECT_THAT(advice.notes[0], testing::HasSubstr("could not be asked"));
  EXPECT_THAT(advice.notes[0], testing::HasSubstr("SERVFAIL\\027[31m"));
}

TEST(Publication, ALongRecordSaysHowItIsSplit) {
  std::string today = "v=spf1";
  for (int i = 0; today.size() < 240; ++i) today += " ip4:203.0.113." + std::to_string(i);
  const auto advice = advise({today + " -all"});
  EXPECT_GT(advice.value.size(), 255U);
  EXPECT_EQ(advice.value, today + " include:p.example -all");
  EXPECT_THAT(advice.notes, testing::Contains(testing::HasSubstr("several character-strings")));
}

TEST(Publication, TheArticlesExampleIsMendedAndEdited) {
  const std::string terms =
      "ip4:38.74.192.64/27 ip4:38.122.106.8/30 ip4:38.102.153.129/27 ip4:38.122.152.32/29 "
      "ip4:159.63.54.50/30 ip4:64.215.193.192/27 include:spf.protection.outlook.com "
      "include:outlook.com a mx ";
  const auto advice = publication(answer({"1v=spf1 " + terms + "-all"}),
                                  dns::Name::parse("mailer.kaltura.com").value());
  EXPECT_EQ(text(advice.verdict), "change");
  EXPECT_EQ(advice.value, "v=spf1 " + terms + "include:mailer.kaltura.com -all");
  EXPECT_THAT(advice.notes.front(), testing::HasSubstr("`1` stands in front"));
}

TEST(Publication, AnIncludeNameThatNoRecordCanCarryIsSaid) {
  const auto odd = dns::Name::parse("a\\032b.example").value();
  for (const auto& today : {std::vector<std::string>{}, {"v=spf1 mx -all"}}) {
    const auto advice = publication(answer(today), odd);
    EXPECT_EQ(text(advice.verdict), "cannot");
    EXPECT_FALSE(advice.notes.empty());
  }
}

void expect_printable(const Publication& advice) {
  for (const auto* texts : {&advice.observed, &advice.notes}) {
    for (const std::string& text : *texts) {
      for (const char c : text) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << text;
    }
  }
  for (const char c : advice.value) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << advice.value;
}

TEST(Publication, HostileTextIsShownEscaped) {
  std::string controls;
  for (int c = 0; c < 256; ++c) controls += static_cast<char>(c);
  for (const std::string& today :
       {"v=spf1 " + controls + " -all", "1v=spf1 mx" + controls, "v=spf1 x=" + controls,
        "v=spf1 " + std::string(65'000, 'a'), std::string("v=spf1 \x1B]0;owned\x07 -all")}) {
    const auto advice = advise({today});
    expect_printable(advice);
    EXPECT_EQ(text(advice.verdict), "cannot");
    for (const std::string& note : advice.notes) EXPECT_LT(note.size(), 3000U);
  }
  EXPECT_THAT(advise({"v=spf1 \x1B\\"}).observed, testing::ElementsAre("v=spf1 \\027\\\\"));
}

TEST(Publication, SixtyFourKibibytesOfTermsAreEditedInTime) {
  std::string huge = "v=spf1";
  while (huge.size() < 65'000) huge += " ip4:192.0.2." + std::to_string(huge.size() % 256);
  EXPECT_EQ(advise({huge}).value, huge + " include:p.example");
  EXPECT_EQ(text(advise({huge, huge + " mx"}).verdict), "change");
  std::string bare = "v=spf1";
  while (bare.size() < 65'000) bare += " p.example";
  EXPECT_LT(advise({bare}).notes.size(), 10U);
}

// Whatever is proposed is a valid record, needs nothing more, and has every term of before.
TEST(Publication, AppliedToItsOwnValueThereIsNothingToDo) {
  std::mt19937 random(7208);
  const std::vector<std::string> terms = {"a",
                                          "mx",
                                          "-all",
                                          "~all",
                                          "?all",
                                          "+all",
                                          "include:p.example",
                                          "?include:p.example",
                                          "include=p.example",
                                          "include:g.example",
                                          "redirect=_s.x.example",
                                          "exp=e.x.example",
                                          "ip4:192.0.2.0/24",
                                          "p.example",
                                          "include:",
                                          "-INCLUDE:P.example.",
                                          "moo=bar",
                                          "A/24",
                                          "",
                                          "redirect=p.example",
                                          "nonsense"};
  const std::vector<std::string> versions = {"v=spf1", "V=SPF1", "1v=spf1", "v=spf1;", "v=spf"};
  int proposed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> today;
    for (std::size_t n = 1 + (random() % 6 == 0 ? 1 : 0); n > 0; --n) {
      std::string record = versions[random() % 4 == 0 ? random() % versions.size() : 0];
      for (std::size_t k = random() % 6; k > 0; --k) record += " " + terms[random() % terms.size()];
      today.push_back(std::move(record));
    }
    const auto advice = advise(today);
    expect_printable(advice);
    if (advice.verdict == Verdict::cannot) {
      ASSERT_FALSE(advice.notes.empty());
      continue;
    }
    ++proposed;
    ASSERT_TRUE(spf::parse_record(advice.value)) << advice.value;
    const auto again = advise({advice.value});
    ASSERT_EQ(text(again.verdict), "nothing_to_do") << advice.value << " from " << today.front();
    ASSERT_EQ(again.value, advice.value);
  }
  EXPECT_GT(proposed, 5000);
}

}  // namespace
}  // namespace mandate::advice
