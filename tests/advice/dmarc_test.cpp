// DMARC policies read, discovered and applied (RFC 7489).
#include "advice/dmarc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

TEST(DmarcRecord, BeginsWithItsVersion) {
  for (const std::string_view text :
       {"v=DMARC1", "v=DMARC1;", "v=DMARC1; p=none", "V = DMARC1 ;p=none", "v=DMARC1\t;p=none"}) {
    EXPECT_TRUE(is_dmarc_record(text)) << text;
  }
  for (const std::string_view text :
       {"", " v=DMARC1; p=none", "p=none; v=DMARC1", "v=dmarc1; p=none", "v=DMARC10; p=none",
        "v=DMARC1 p=none", "v=DMARC2; p=none", "\"v=DMARC1; p=none\"", "DMARC1; p=none",
        "v=spf1 -all", "va=DMARC1; p=none"}) {
    EXPECT_FALSE(is_dmarc_record(text)) << text;
  }
}

TEST(DmarcRecord, IsMissedForOneReason) {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"v=DMARC1, p=reject", "behind `v=DMARC1` a `;` has to part it from the next tag"},
           {"v=DMARC1 p=reject", "behind `v=DMARC1` a `;` has to part it from the next tag"},
           {"p=reject; v=DMARC1", "it has to begin with `v=DMARC1`, with nothing in front"},
           {" v=DMARC1; p=none", "it has to begin with `v=DMARC1`, with nothing in front"},
           {"\"v=DMARC1; p=none\"", "it has to begin with `v=DMARC1`, with nothing in front"},
           {"v=dmarc1; p=reject", "`v=DMARC1` has to be written exactly so, in capitals"},
           {"p=reject; rua=mailto:a@b.example", "it has to begin with `v=DMARC1`"},
           {"v=DMARC2; p=none", "it has to begin with `v=DMARC1`"}}) {
    EXPECT_EQ(dmarc_near_miss(text), why) << text;
  }
  for (const std::string_view text : {"v=DMARC1; p=none", "v=DMARC1", "", "hello", "p=maybe",
                                      "v=spf1 include:dmarc1.example -all"}) {
    EXPECT_EQ(dmarc_near_miss(text), std::nullopt) << text;
  }
}

struct ReadRow {
  std::string text;
  DmarcPolicy policy;
  std::optional<DmarcPolicy> subdomain_policy;
  Alignment spf;
  Alignment dkim;
  int percent;
  std::size_t reports;
  std::size_t faults;
};

TEST(DmarcRecord, IsReadWithDefaultsForWhatIsNotThereOrNotRead) {
  using enum DmarcPolicy;
  using enum Alignment;
  for (const ReadRow& row : std::vector<ReadRow>{
           {"v=DMARC1; p=none", none, {}, relaxed, relaxed, 100, 0, 0},
           {"v=DMARC1;p=reject;", reject, {}, relaxed, relaxed, 100, 0, 0},
           {"v=DMARC1 ; P = Quarantine ; SP=REJECT", quarantine, reject, relaxed, relaxed, 100, 0,
            0},
           {"v=DMARC1; p=reject; aspf=s; adkim=S; pct=0", reject, {}, strict, strict, 0, 0, 0},
           {"v=DMARC1; p=reject; aspf=r; pct=007", reject, {}, relaxed, relaxed, 7, 0, 0},
           {"v=DMARC1; p=none; rua=mailto:a@b.example,https://c.example/r!10m",
            none,
            {},
            relaxed,
            relaxed,
            100,
            2,
            0},
           {"v=DMARC1; p=none; rua=mailto:a@b.example, a@b.example",
            none,
            {},
            relaxed,
            relaxed,
            100,
            1,
            0},
           // What is unknown is ignored, wherever it stands.
           {"v=DMARC1; x=1; p=reject; t=y; np=reject; =; ;; fo=1:d",
            reject,
            {},
            relaxed,
            relaxed,
            100,
            0,
            0},
           {"v=DMARC1; p=reject; aspf=strict", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; adkim=", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; pct=101", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; pct=-1", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; pct=0050", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; pct=50%", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; rua=reports@b.example", reject, {}, relaxed, relaxed, 100, 0, 1},
           {"v=DMARC1; p=reject; p=none", reject, {}, relaxed, relaxed, 100, 0, 1},
           // RFC 7489 section 6.6.3, step 6.1: with reports asked for it counts as `p=none`.
           {"v=DMARC1; p=rejct; rua=mailto:a@b.example", none, {}, relaxed, relaxed, 100, 1, 1},
           {"v=DMARC1; rua=mailto:a@b.example", none, {}, relaxed, relaxed, 100, 1, 1},
           {"v=DMARC1; p=reject; sp=all; rua=mailto:a@b.example",
            none,
            {},
            relaxed,
            relaxed,
            100,
            1,
            1},
       }) {
    ASSERT_TRUE(is_dmarc_record(row.text)) << row.text;
    const auto record = parse_dmarc_record(row.text);
    ASSERT_TRUE(record.has_value()) << row.text << ": " << record.error();
    EXPECT_EQ(record->policy, row.policy) << row.text;
    EXPECT_EQ(record->subdomain_policy, row.subdomain_policy) << row.text;
    EXPECT_EQ(record->spf, row.spf) << row.text;
    EXPECT_EQ(record->dkim, row.dkim) << row.text;
    EXPECT_EQ(record->percent, row.percent) << row.text;
    EXPECT_EQ(record->reports.size(), row.reports) << row.text;
    EXPECT_EQ(record->faults.size(), row.faults) << row.text;
  }
}

/// RFC 7489 section 6.6.3, step 6.2.
TEST(DmarcRecord, IsNotAppliedWithoutAPolicyThatCanBeRead) {
  for (const auto& [text, error] : std::vector<std::pair<std::string, std::string>>{
           {"v=DMARC1", "`p=` is missing"},
           {"v=DMARC1; p:reject", "`p=` is missing"},
           {"v=DMARC1; p=", "`p=` is not `none`, `quarantine` or `reject`"},
           {"v=DMARC1; p=reject aspf=s",
            "`p=reject aspf=s` is not `none`, `quarantine` or `reject`"},
           {"v=DMARC1; p=\x1b[2J", "`p=\\027[2J` is not `none`, `quarantine` or `reject`"},
           {"v=DMARC1; p=reject; sp=", "`sp=` is not `none`, `quarantine` or `reject`"},
           {"v=DMARC1; p=reject; sp=no; rua=nobody",
            "`sp=no` is not `none`, `quarantine` or `reject`"}}) {
    const auto record = parse_dmarc_record(text);
    ASSERT_FALSE(record.has_value()) << text;
    EXPECT_EQ(record.error(), error) << text;
  }
}

TEST(DmarcRecord, StaysPrintableAndSmallWhateverTheOctets) {
  std::mt19937 random(7489);
  std::uniform_int_distribution<int> octet(0, 255);
  for (int round = 0; round < 200; ++round) {
    std::string noise = "v=DMARC1; p=";
    for (int i = 0; i < 400; ++i) noise += i % 7 == 0 ? ';' : static_cast<char>(octet(random));
    const auto record = parse_dmarc_record(noise + "; aspf=" + noise + "; pct=" + noise +
                                           "; rua=mailto:a@b.example");
    ASSERT_TRUE(record.has_value());
    EXPECT_LE(record->faults.size(), 6U);
    for (const std::string& fault : record->faults) {
      EXPECT_TRUE(std::ranges::all_of(fault, [](char c) { return c >= 0x20 && c < 0x7f; }));
      EXPECT_LT(fault.size(), 2000U);
    }
  }
}

const char* const zone = R"($TTL 300
_dmarc.one.example.          TXT "v=DMARC1; p=reject; sp=quarantine; aspf=s"
_dmarc.own.one.example.      TXT "v=DMARC1; p=none"
_dmarc.plain.example.        TXT "v=DMARC1; p=reject"
_dmarc.two.example.          TXT "v=DMARC1; p=none"
_dmarc.two.example.          TXT "v=DMARC1; p=reject"
_dmarc.others.example.       TXT "v=spf1 -all"
_dmarc.others.example.       TXT "v=DMARC1; p=" "quarantine"
_dmarc.bad.example.          TXT "v=DMARC1; p=all"
_dmarc.bad.two.example.      TXT "v=DMARC1; p=all"
_dmarc.stray.one.example.    TXT "this is no policy"
_dmarc.shop.co.uk.           TXT "v=DMARC1; p=reject"
_dmarc.co.uk.                TXT "v=DMARC1; p=none"
_dmarc.customer.github.io.   TXT "v=DMARC1; p=quarantine"
_dmarc.alias.example.        CNAME _dmarc.plain.example.
)";

struct DiscoveryRow {
  std::string from;
  DmarcDiscovery::Status status;
  std::string holder;
  DmarcPolicy requested;
};

/// RFC 7489 section 6.6.3: the domain of From first, then its organizational domain.
TEST(DmarcDiscovery, TakesTheDomainOfFromAndThenItsOrganizationalDomain) {
  using enum DmarcDiscovery::Status;
  for (const DiscoveryRow& row : std::vector<DiscoveryRow>{
           {"one.example", found, "one.example", DmarcPolicy::reject},
           {"own.one.example", found, "own.one.example", DmarcPolicy::none},
           {"news.one.example", found, "one.example", DmarcPolicy::quarantine},
           {"a.b.c.one.example", found, "one.example", DmarcPolicy::quarantine},
           // Not that of the domain in between: this is not a walk up the tree.
           {"news.own.one.example", found, "one.example", DmarcPolicy::quarantine},
           {"news.plain.example", found, "plain.example", DmarcPolicy::reject},
           {"stray.one.example", found, "one.example", DmarcPolicy::quarantine},
           {"others.example", found, "others.example", DmarcPolicy::quarantine},
           {"alias.example", found, "alias.example", DmarcPolicy::reject},
           {"two.example", several, "two.example", DmarcPolicy::none},
           {"news.two.example", several, "two.example", DmarcPolicy::none},
           {"bad.example", unusable, "bad.example", DmarcPolicy::none},
           // Its own record decides, though nothing comes of it.
           {"bad.two.example", unusable, "bad.two.example", DmarcPolicy::none},
           {"absent.example", absent, "absent.example", DmarcPolicy::none},
           {"news.absent.example", absent, "absent.example", DmarcPolicy::none},
           // Public suffixes: each customer of one is an organization.
           {"news.shop.co.uk", found, "shop.co.uk", DmarcPolicy::reject},
           {"other.co.uk", absent, "other.co.uk", DmarcPolicy::none},
           {"www.customer.github.io", found, "customer.github.io", DmarcPolicy::quarantine},
           {"someone.github.io", absent, "someone.github.io", DmarcPolicy::none},
       }) {
    ZoneAnswers answers(zone);
    const DmarcDiscovery found_policy = answers.settle(
        [&](const dns::Facts& facts) { return discover_dmarc(name(row.from), facts); });
    EXPECT_EQ(text(found_policy.status), text(row.status)) << row.from;
    EXPECT_EQ(found_policy.holder.text(), row.holder) << row.from;
    EXPECT_EQ(found_policy.requested(), row.requested) << row.from;
    EXPECT_EQ(found_policy.problem.empty(), row.status == found) << row.from;
    EXPECT_EQ(found_policy.record.has_value(), row.status == found) << row.from;
  }
}

TEST(DmarcDiscovery, EndsAtAnAnswerThatFails) {
  const dns::Question own{name("_dmarc.news.one.example"), dns::RecordType::txt};
  const dns::Question above{name("_dmarc.one.example"), dns::RecordType::txt};
  for (const dns::Question& failing : {own, above}) {
    ZoneAnswers answers(zone);
    answers.fail(failing);
    const DmarcDiscovery found = answers.settle(
        [&](const dns::Facts& facts) { return discover_dmarc(name("news.one.example"), facts); });
    EXPECT_EQ(text(found.status), "failed");
    EXPECT_EQ(found.problem, dns::text(failing) + " could not be looked up: no answer in time");
  }
}

TEST(DmarcDiscovery, AsksNothingOfANameThatIsTooLong) {
  const std::string label(63, 'a');
  const std::string longest =
      label + "." + label + "." + label + "." + std::string(45, 'b') + ".one.example";
  ZoneAnswers answers(zone);
  const DmarcDiscovery found =
      answers.settle([&](const dns::Facts& facts) { return discover_dmarc(name(longest), facts); });
  EXPECT_EQ(found.holder.text(), "one.example");
  EXPECT_EQ(answers.facts().size(), 1U);
}

struct AlignmentRow {
  std::string authenticated;
  std::string from;
  bool relaxed;
  bool strict;
};

/// RFC 7489 sections 3.1.2 and 3.2.
TEST(Alignment, IsOfTheOrganizationalDomainOrOfTheVeryOne) {
  for (const AlignmentRow& row : std::vector<AlignmentRow>{
           {"one.example", "one.example", true, true},
           {"ONE.example", "one.EXAMPLE", true, true},
           {"bounce.one.example", "one.example", true, false},
           {"one.example", "news.one.example", true, false},
           {"a.one.example", "b.one.example", true, false},
           {"one.example", "two.example", false, false},
           {"evilone.example", "one.example", false, false},
           {"one.example.evil.example", "one.example", false, false},
           {"shop.co.uk", "other.co.uk", false, false},
           {"mail.shop.co.uk", "shop.co.uk", true, false},
           {"co.uk", "shop.co.uk", false, false},
           {"a.github.io", "b.github.io", false, false},
           {"x.a.github.io", "a.github.io", true, false},
           {"github.io", "a.github.io", false, false},
           {"github.io", "github.io", true, true},
       }) {
    EXPECT_EQ(aligned(name(row.authenticated), name(row.from), Alignment::relaxed), row.relaxed)
        << row.authenticated << " and " << row.from;
    EXPECT_EQ(aligned(name(row.authenticated), name(row.from), Alignment::strict), row.strict)
        << row.authenticated << " and " << row.from;
    EXPECT_EQ(aligned(name(row.from), name(row.authenticated), Alignment::relaxed), row.relaxed);
  }
}

TEST(SendingModes, AreBothAlignedRelaxedAndOneOfThemStrictly) {
  const auto modes = sending_modes(name("news.shop.co.uk"));
  ASSERT_EQ(modes.size(), 2U);
  EXPECT_EQ(modes[0].id, "apex_include");
  EXPECT_EQ(modes[0].mail_from.text(), "news.shop.co.uk");
  EXPECT_TRUE(modes[0].relaxed && modes[0].strict);
  EXPECT_EQ(modes[1].id, "return_path");
  EXPECT_EQ(modes[1].mail_from.text(), "bounce.news.shop.co.uk");
  EXPECT_TRUE(modes[1].relaxed && !modes[1].strict);
  // Below a public suffix `bounce` is somebody else's.
  EXPECT_FALSE(sending_modes(name("github.io")).back().relaxed);
}

struct OutcomeRow {
  std::string from;
  spf::Result result;
  std::string authenticated;  // empty: none
  DmarcOutcome::Status status;
  DmarcPolicy requested;
};

TEST(DmarcOutcome, IsPassOnlyWhereSpfPassesAndIsAligned) {
  using enum spf::Result;
  using Status = DmarcOutcome::Status;
  for (const OutcomeRow& row : std::vector<OutcomeRow>{
           {"one.example", pass, "one.example", Status::passes, DmarcPolicy::reject},
           {"one.example", pass, "bounce.one.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", pass, "bounce.plain.example", Status::passes, DmarcPolicy::reject},
           {"plain.example", pass, "provider.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", pass, "", Status::fails, DmarcPolicy::reject},
           {"news.one.example", fail, "news.one.example", Status::fails, DmarcPolicy::quarantine},
           {"plain.example", softfail, "plain.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", neutral, "plain.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", none, "plain.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", permerror, "plain.example", Status::fails, DmarcPolicy::reject},
           {"plain.example", temperror, "plain.example", Status::unknown, DmarcPolicy::reject},
           {"plain.example", temperror, "two.example", Status::fails, DmarcPolicy::reject},
           {"own.one.example", fail, "own.one.example", Status::fails, DmarcPolicy::none},
           {"absent.example", pass, "absent.example", Status::not_applied, DmarcPolicy::none},
           {"absent.example", temperror, "absent.example", Status::not_applied, DmarcPolicy::none},
           {"two.example", pass, "two.example", Status::not_applied, DmarcPolicy::none},
           {"bad.example", fail, "bad.example", Status::not_applied, DmarcPolicy::none},
       }) {
    ZoneAnswers answers(zone);
    const DmarcDiscovery found = answers.settle(
        [&](const dns::Facts& facts) { return discover_dmarc(name(row.from), facts); });
    const auto authenticated =
        row.authenticated.empty() ? std::nullopt : std::optional(name(row.authenticated));
    const DmarcOutcome outcome = dmarc_outcome(found, row.result, authenticated);
    EXPECT_EQ(text(outcome.status), text(row.status)) << row.from << " " << row.authenticated;
    EXPECT_EQ(outcome.requested, row.requested) << row.from;
  }
}

TEST(DmarcOutcome, IsUnknownWhileThePolicyIs) {
  ZoneAnswers answers(zone);
  answers.fail({name("_dmarc.one.example"), dns::RecordType::txt});
  const DmarcDiscovery found = answers.settle(
      [&](const dns::Facts& facts) { return discover_dmarc(name("one.example"), facts); });
  EXPECT_EQ(dmarc_outcome(found, spf::Result::pass, name("one.example")).status,
            DmarcOutcome::Status::unknown);
}

}  // namespace
}  // namespace mandate::advice
