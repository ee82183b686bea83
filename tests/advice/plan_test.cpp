// The edit, its table of cases, and that what it proves is so.
#include "advice/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "advice/character_strings.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// P is p.test; its pool is 192.0.2.0/28 and 2001:db8:25::/64.
const char* const zone = R"($ORIGIN test.
$TTL 300
p            TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
*.p          TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
d            A 198.51.100.1
d            MX 10 mail.d
mail.d       A 198.51.100.2
mail.d       AAAA 2001:db8:d::2
_s.x         TXT "v=spf1 ip4:198.51.100.64/26 ~all"
g            TXT "v=spf1 ip4:203.0.113.0/24 ~all"
nested       TXT "v=spf1 include:p.test -all"
_k7          TXT "v=spf1 include:k7.p.test -all"
broken       TXT "v=spf1 moo"
_own.d       TXT "v=spf1 ip4:198.51.100.7 ip4:198.51.100.8/31 -all"
s0 TXT "v=spf1 ip4:203.0.113.0 -all"
s1 TXT "v=spf1 ip4:203.0.113.1 -all"
s2 TXT "v=spf1 ip4:203.0.113.2 -all"
s3 TXT "v=spf1 ip4:203.0.113.3 -all"
s4 TXT "v=spf1 ip4:203.0.113.4 -all"
s5 TXT "v=spf1 ip4:203.0.113.5 -all"
s6 TXT "v=spf1 ip4:203.0.113.6 -all"
s7 TXT "v=spf1 ip4:203.0.113.7 -all"
s8 TXT "v=spf1 ip4:203.0.113.8 -all"
s9 TXT "v=spf1 ip4:203.0.113.9 -all"
)";

Plan plan_for(const std::vector<std::string>& today, std::string_view include = "p.test",
              std::optional<dns::Name> shared = std::nullopt) {
  ZoneAnswers dns(zone);
  for (const std::string& text : today) dns.publish("d.test", text);
  PlanRequest request{name("d.test"), name(include), {}, std::move(shared)};
  return dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
}

struct Row {
  int number;  // in the table of the edit
  std::vector<std::string> today;
  std::string verdict;
  std::string value;
};

TEST(Plan, TheTableOfCases) {
  const std::string long_record =
      "v=spf1 ip4:198.51.100.10 ip4:198.51.100.20 ip4:198.51.100.30 "
      "ip4:198.51.100.40 ip4:198.51.100.50 ip4:198.51.100.60 "
      "ip4:198.51.100.70 ip4:198.51.100.80 ip4:198.51.100.90 "
      "ip4:198.51.100.100 ip4:198.51.100.110 ip4:198.51.100.120";
  const std::vector<Row> rows = {
      {1, {}, "add", "v=spf1 include:p.test ~all"},
      {2, {"v=spf1 mx ~all"}, "change", "v=spf1 mx include:p.test ~all"},
      {3, {"v=spf1 -all"}, "change", "v=spf1 include:p.test -all"},
      {4, {"v=spf1 redirect=_s.x.test"}, "change", "v=spf1 include:p.test redirect=_s.x.test"},
      {5,
       {"v=spf1 a redirect=_s.x.test ~all"},
       "change",
       "v=spf1 a include:p.test redirect=_s.x.test ~all"},
      {6, {"v=spf1 a ~all include:p.test"}, "change", "v=spf1 a include:p.test ~all"},
      {7, {"v=spf1 a -all mx"}, "change", "v=spf1 a include:p.test -all mx"},
      {8, {"v=spf1 ?include:p.test -all"}, "change", "v=spf1 include:p.test -all"},
      {9,
       {"v=spf1 -ip4:192.0.2.0/24 mx -all"},
       "change",
       "v=spf1 include:p.test -ip4:192.0.2.0/24 mx -all"},
      {9,
       {"v=spf1 mx -ip4:192.0.2.4 include:p.test -all"},
       "change",
       "v=spf1 mx include:p.test -ip4:192.0.2.4 -all"},
      {10,
       {"v=spf1 mx -all", "v=spf1 include:g.test ~all"},
       "change",
       "v=spf1 mx include:g.test include:p.test ~all"},
      {11, {"v=spf1; mx ~all"}, "change", "v=spf1 mx include:p.test ~all"},
      {12, {"v=spf1 include=p.test ~all"}, "change", "v=spf1 include:p.test ~all"},
      {14, {long_record + " ~all"}, "change", long_record + " include:p.test ~all"},
      {16, {"v=spf1 include:nested.test -all"}, "nothing_to_do", "v=spf1 include:nested.test -all"},
      {17, {"V=SPF1 MX ~ALL"}, "change", "V=SPF1 MX include:p.test ~ALL"},
      // Beyond the table.
      {0, {"v=spf1 include:p.test -all"}, "nothing_to_do", "v=spf1 include:p.test -all"},
      {0, {"v=spf1 redirect=p.test"}, "nothing_to_do", "v=spf1 redirect=p.test"},
      {0,
       {"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"},
       "nothing_to_do",
       "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"},
      {0, {"v=spf1 +all"}, "change", "v=spf1 include:p.test +all"},
      {0,
       {"v=spf1 ipv4:198.51.100.9 a,mx -all"},
       "change",
       "v=spf1 ip4:198.51.100.9 a mx include:p.test -all"},
      {0,
       {"v=spf1 exists:%{i}.x.test -all"},
       "change",
       "v=spf1 include:p.test exists:%{i}.x.test -all"},
  };
  for (const Row& row : rows) {
    const Plan found = plan_for(row.today);
    SCOPED_TRACE(::testing::PrintToString(row.today) + " row " + std::to_string(row.number) +
                 ::testing::PrintToString(found.notes));
    EXPECT_EQ(text(found.verdict), row.verdict);
    EXPECT_EQ(found.value, row.value);
    EXPECT_EQ(found.proof.has_value(), row.verdict != "nothing_to_do");
    if (found.proof) {
      EXPECT_TRUE(found.proof->holds());
      EXPECT_EQ(found.proof->after.octets, row.value.size());
    }
  }
}

TEST(Plan, PlannedOnItsOwnValueThereIsNothingToDo) {
  for (const char* today :
       {"v=spf1 mx ~all", "v=spf1 -ip4:192.0.2.0/24 mx -all", "v=spf1 +all", "1v=spf1 a -all",
        "v=spf1 exists:%{i}.x.test -all", "v=spf1 redirect=_s.x.test"}) {
    const Plan first = plan_for({today});
    ASSERT_EQ(text(first.verdict), "change") << today;
    const Plan second = plan_for({first.value});
    EXPECT_EQ(text(second.verdict), "nothing_to_do") << first.value;
    EXPECT_EQ(second.value, first.value);
  }
}

TEST(Plan, TheProofSaysWhatChangesAndWhatItCosts) {
  const Plan found = plan_for({"v=spf1 mx -all"});
  ASSERT_TRUE(found.proof.has_value());
  const Proof& proof = *found.proof;
  EXPECT_EQ(proof.before, (Cost{1, 0, 14}));
  EXPECT_EQ(proof.after, (Cost{2, 0, 29}));
  ASSERT_EQ(proof.gained.size(), 2U);  // through two terms of the provider's record
  EXPECT_EQ(proof.gained[0].before.result, spf::Result::fail);
  EXPECT_EQ(proof.gained[0].after.term, "ip4:192.0.2.0/28");
  EXPECT_EQ(proof.gained[0].after.domain, "p.test");
  EXPECT_EQ(range_text(proof.gained[0].ranges.at(0)), "192.0.2.0/28");
  EXPECT_EQ(range_text(proof.gained[1].ranges.at(0)), "2001:db8:25::/64");
  EXPECT_TRUE(proof.broken.empty());
  EXPECT_TRUE(proof.undecided.empty());
}

TEST(Plan, AFirstRecordRepairsNobodysStandingInSilence) {
  const Plan found = plan_for({});
  ASSERT_TRUE(found.proof.has_value());
  ASSERT_FALSE(found.proof->repaired.empty());
  EXPECT_EQ(found.proof->repaired[0].before.result, spf::Result::none);
  EXPECT_EQ(found.proof->repaired[0].after.result, spf::Result::softfail);
  EXPECT_THAT(found.notes, Contains(HasSubstr("from none into softfail")));
}

TEST(Plan, WhatIsDynamicIsSaidToBeUndecided) {
  const Plan found = plan_for({"v=spf1 exists:%{i}.x.test -all"});
  ASSERT_TRUE(found.proof.has_value());
  EXPECT_FALSE(found.proof->undecided.empty());
  EXPECT_TRUE(found.proof->undecided[0].before.dynamic);
}

TEST(Plan, TheAccountsOwnNameTakesThePlaceOfTheSharedOne) {
  const struct {
    std::string today;
    std::string value;
  } rows[] = {
      {"v=spf1 mx include:p.test -all", "v=spf1 mx include:k7.p.test -all"},
      {"v=spf1 mx -all", "v=spf1 mx include:k7.p.test -all"},
      {"v=spf1 include:nested.test -all", "v=spf1 include:nested.test include:k7.p.test -all"},
      {"v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 include:k7.p.test -all"},
      {"v=spf1 include:k8.p.test -all", "v=spf1 include:k8.p.test include:k7.p.test -all"},
      {"v=spf1 redirect=k7.p.test", "v=spf1 include:k7.p.test redirect=k7.p.test"},
      {"v=spf1 redirect=nested.test", "v=spf1 include:k7.p.test redirect=nested.test"},
  };
  for (const auto& row : rows) {
    const Plan found = plan_for({row.today}, "k7.p.test", name("p.test"));
    EXPECT_EQ(text(found.verdict), "change") << row.today << ::testing::PrintToString(found.notes);
    EXPECT_EQ(found.value, row.value);
    const Plan again = plan_for({found.value}, "k7.p.test", name("p.test"));
    EXPECT_EQ(text(again.verdict), "nothing_to_do") << found.value;
  }
}

// What else lets the pool pass in front of it may go, and the account's mail still passes.
TEST(Plan, NothingIsToDoWhereTheOwnNameIsIncludedWhateverStandsInFrontOfIt) {
  for (const char* today :
       {"v=spf1 include:k7.p.test -all", "v=spf1 include:p.test include:k7.p.test -all",
        "v=spf1 include:k8.p.test include:K7.p.test. ~all",
        "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:k7.p.test -all",
        "v=spf1 include:nested.test include:k7.p.test -all", "v=spf1 redirect=_k7.test"}) {
    const Plan found = plan_for({today}, "k7.p.test", name("p.test"));
    EXPECT_EQ(text(found.verdict), "nothing_to_do") << today;
    EXPECT_EQ(found.value, today);
    EXPECT_THAT(found.notes, ::testing::IsEmpty()) << today;
  }
}

TEST(Plan, WhatTheProviderHasFromAnotherAccountIsNotEveryAccounts) {
  const struct {
    std::string today;
    std::string value;
  } rows[] = {
      {"v=spf1 include:k8.p.test -all", "v=spf1 include:k8.p.test include:p.test -all"},
      {"v=spf1 redirect=_k7.test", "v=spf1 include:p.test redirect=_k7.test"},
      {"v=spf1 include:k8.p.test include:p.test -all", ""},
      {"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", ""},
      {"v=spf1 include:nested.test -all", ""},
  };
  for (const auto& row : rows) {
    ZoneAnswers dns(zone);
    dns.publish("d.test", row.today);
    PlanRequest request{name("d.test"), name("p.test"), {}, {}};
    request.for_any_account = true;
    const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
    EXPECT_EQ(text(found.verdict), row.value.empty() ? "nothing_to_do" : "change") << row.today;
    EXPECT_EQ(found.value, row.value.empty() ? row.today : row.value);
    request.for_any_account = false;
    const Plan as_it_is = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
    EXPECT_EQ(text(as_it_is.verdict), "nothing_to_do") << row.today;
  }
}

TEST(Plan, NothingToDoSaysWhoseRecordItDependsOn) {
  EXPECT_TRUE(plan_for({"v=spf1 include:p.test -all"}).notes.empty());
  EXPECT_THAT(plan_for({"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"}).notes,
              Contains(HasSubstr("in the record of d.test itself, which has to be edited when the "
                                 "sending pool changes")));
  EXPECT_THAT(plan_for({"v=spf1 include:nested.test -all"}).notes,
              ::testing::ElementsAre("192.0.2.0/28 passes by way of the record of nested.test: it "
                                     "depends on that record."));
}

// Case 14: 250 octets already.
TEST(Plan, BeyondOneStringTheSpaceStaysInsideOne) {
  std::string today = "v=spf1";
  for (int i = 10; today.size() < 240; ++i) today += " ip4:198.51.100." + std::to_string(i);
  const Plan found = plan_for({today + " ~all"});
  ASSERT_EQ(found.value, today + " include:p.test ~all");
  const auto strings = character_strings(found.value);
  ASSERT_EQ(strings.size(), 2U);
  EXPECT_TRUE(strings.front().ends_with(' ') || strings.back().starts_with(' '));
  EXPECT_EQ(strings.front() + strings.back(), found.value);
}

// Case 15: a CNAME at the name.
TEST(Plan, AnAliasIsNotEditedButItsTargetOrAnEnvelopeSubdomain) {
  ZoneAnswers dns(std::string(zone) + "www.d CNAME g\n");
  const PlanRequest request{name("www.d.test"), name("p.test"), {}, {}};
  const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  EXPECT_EQ(text(found.verdict), "cannot");
  EXPECT_THAT(found.notes, Contains(HasSubstr("Have the record of g.test changed")));
  EXPECT_THAT(found.notes, Contains(HasSubstr("`mandate plan bounce.d.test`")));
}

TEST(Plan, AnAliasByWhichThePoolPassesNeedsNoEdit) {
  ZoneAnswers dns(std::string(zone) + "www.d CNAME nested\n");
  const PlanRequest request{name("www.d.test"), name("p.test"), {}, {}};
  const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  EXPECT_EQ(text(found.verdict), "nothing_to_do");
  EXPECT_EQ(found.value, "v=spf1 include:p.test -all");
  EXPECT_THAT(found.notes, ::testing::ElementsAre("www.d.test is an alias (CNAME) of nested.test, "
                                                  "whose record this is."));
}

TEST(Plan, AnAliasDependsOnTheRecordOfItsTarget) {
  ZoneAnswers dns(
      std::string(zone) +
      "www.d CNAME wide\nwide TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all\"\n");
  const PlanRequest request{name("www.d.test"), name("p.test"), {}, {}};
  const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  EXPECT_EQ(text(found.verdict), "nothing_to_do");
  EXPECT_THAT(found.notes, Contains(HasSubstr("in the record of wide.test itself")));
}

TEST(Plan, WhatAWildcardAnswersIsNoRecordOfTheName) {
  ZoneAnswers dns(std::string(zone) + "*.d TXT \"v=spf1 mx -all\"\n" +
                  "own.d TXT \"v=spf1 a -all\"\n");
  const auto plan_at = [&](const char* domain) {
    const PlanRequest request{name(domain), name("p.test"), {}, {}};
    return dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  };
  const Plan made = plan_at("any.d.test");
  EXPECT_TRUE(made.by_wildcard);
  EXPECT_EQ(text(made.verdict), "add");
  EXPECT_EQ(made.value, "v=spf1 mx include:p.test -all");
  EXPECT_THAT(made.notes, Contains(HasSubstr("seems to come from the wildcard *.d.test")));
  const Plan own = plan_at("own.d.test");
  EXPECT_FALSE(own.by_wildcard);
  EXPECT_EQ(text(own.verdict), "change");
}

TEST(Plan, WhatCannotBeDoneSaysWhy) {
  const struct {
    const char* records;
    const char* include;
    const char* why;
  } rows[] = {
      {"d2 CNAME g", "p.test", "is an alias (CNAME) of g.test"},
      {"d2 TXT \"v=spf1 mx -all\"", "none.test", "does not let any address pass"},
      {"d2 TXT \"v=spf1 mx -all\"", "broken.test", "does not let any address pass"},
      {"d2 TXT \"v=spf1 moo\"", "p.test", "moo"},
  };
  for (const auto& row : rows) {
    ZoneAnswers dns(std::string(zone) + row.records + "\n");
    const PlanRequest request{name("d2.test"), name(row.include), {}, {}};
    const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
    EXPECT_EQ(text(found.verdict), "cannot") << row.records;
    EXPECT_EQ(found.value, "");
    ASSERT_FALSE(found.notes.empty());
    EXPECT_THAT(found.notes.front(), HasSubstr(row.why));
  }
}

TEST(Plan, APoolThatTheProvidersRecordDoesNotLetPassIsTheProvidersToMend) {
  ZoneAnswers dns(zone);
  dns.publish("d.test", "v=spf1 mx -all");
  const PlanRequest request{name("d.test"), name("p.test"), {prefix("192.0.2.0/27")}, {}};
  const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  EXPECT_EQ(text(found.verdict), "cannot");
  EXPECT_THAT(found.notes.front(), HasSubstr("192.0.2.16/28"));
}

TEST(Plan, ADnsThatCannotBeAskedProvesNothing) {
  {
    ZoneAnswers dns(zone);
    dns.fail({name("d.test"), dns::RecordType::txt});
    const PlanRequest request{name("d.test"), name("p.test"), {}, {}};
    const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
    EXPECT_EQ(text(found.verdict), "cannot");
    EXPECT_THAT(found.notes.front(), HasSubstr("could not be asked"));
    EXPECT_TRUE(found.unanswered);
  }
  {
    ZoneAnswers dns(zone);
    dns.fail({name("p.test"), dns::RecordType::txt});
    const PlanRequest request{name("d.test"), name("p.test"), {}, {}};
    const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
    EXPECT_EQ(text(found.verdict), "cannot");
    EXPECT_THAT(found.notes.front(), HasSubstr("The record of p.test could not be read"));
    EXPECT_TRUE(found.unanswered);
  }
  ZoneAnswers dns(zone);
  dns.publish("d.test", "v=spf1 include:g.test -all");
  dns.fail({name("g.test"), dns::RecordType::txt});
  const PlanRequest request{name("d.test"), name("p.test"), {}, {}};
  const Plan found = dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  ASSERT_TRUE(found.proof.has_value());
  EXPECT_TRUE(found.unanswered);
  EXPECT_FALSE(found.proven());
  EXPECT_THAT(found.notes, Contains(HasSubstr("could not be asked")));
}

// Case 13: ten lookups are used already.

std::string record_of(const std::string& terms, int includes) {
  std::string out = "v=spf1 " + terms;
  for (int i = 0; i < includes; ++i) out += " include:s" + std::to_string(i) + ".test";
  return out + " -all";
}

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> out;
  for (const Remedy& remedy : plan.remedies) out.emplace_back(remedy.id);
  return out;
}

const Remedy& remedy(const Plan& plan, std::string_view id) {
  const auto found = std::ranges::find(plan.remedies, id, &Remedy::id);
  if (found == plan.remedies.end()) throw std::runtime_error("no remedy " + std::string(id));
  return *found;
}

TEST(Plan, OverTenLookupsTheNaiveEditIsRefusedAndRemediesAreProven) {
  const Plan found = plan_for({record_of("a mx", 8)});
  EXPECT_EQ(text(found.verdict), "cannot");
  EXPECT_EQ(found.value, "");
  EXPECT_THAT(found.notes.front(), HasSubstr("takes 11 DNS lookups, and receivers stop at 10"));
  EXPECT_EQ(ids(found), (std::vector<std::string>{"addresses-for-hosts", "envelope-subdomain",
                                                  "include-first"}));
  const Remedy& hosts = remedy(found, "addresses-for-hosts");
  EXPECT_THAT(hosts.value, HasSubstr("v=spf1 ip4:198.51.100.1 ip4:198.51.100.2 ip6:2001:db8:d::2 "
                                     "include:s0.test"));
  EXPECT_EQ(hosts.proof.after.lookups, 9);
  EXPECT_TRUE(hosts.proof.holds());
  const Remedy& subdomain = remedy(found, "envelope-subdomain");
  EXPECT_EQ(subdomain.name.text(), "bounce.d.test");
  EXPECT_EQ(subdomain.value, "v=spf1 include:p.test ~all");
  EXPECT_TRUE(subdomain.proof.holds());
  const Remedy& first = remedy(found, "include-first");
  EXPECT_TRUE(first.proof.pool_passes());
  EXPECT_FALSE(first.proof.holds());
  ASSERT_FALSE(first.proof.broken.empty());
  EXPECT_EQ(first.proof.broken[0].after.result, spf::Result::permerror);
}

TEST(Plan, TermsWithoutWhichNobodyStandsWorseAreDroppedFirst) {
  const struct {
    std::string today;
    std::string value;
    std::size_t steps;
  } rows[] = {
      // A duplicate, one that is covered, one whose target has no record, one that is broken.
      {record_of("include:s0.test", 9), record_of("", 9), 1},
      {record_of("ip4:203.0.113.0/24 include:g.test", 9), "v=spf1 ip4:203.0.113.0/24 -all", 10},
      {record_of("include:none.test", 9), record_of("", 9), 1},
      {record_of("include:broken.test", 9), record_of("", 9), 1},
  };
  for (const auto& row : rows) {
    const Plan found = plan_for({row.today});
    ASSERT_THAT(ids(found), Contains("drop-needless")) << row.today;
    const Remedy& drop = remedy(found, "drop-needless");
    std::string expected = row.value;
    expected.insert(expected.size() - 4, "include:p.test ");
    if (expected.starts_with("v=spf1  ")) expected.erase(6, 1);
    EXPECT_EQ(drop.value, expected);
    EXPECT_EQ(drop.steps.size(), row.steps);
    EXPECT_TRUE(drop.proof.holds()) << row.today;
    EXPECT_TRUE(drop.proof.broken.empty());
  }
}

TEST(Plan, IncludesOfTheDomainsOwnRecordsAreFlattened) {
  const Plan found = plan_for({record_of("include:_own.d.test", 9)});
  const Remedy& flat = remedy(found, "flatten-own");
  EXPECT_THAT(flat.value, HasSubstr("v=spf1 ip4:198.51.100.7 ip4:198.51.100.8/31 include:s0"));
  EXPECT_TRUE(flat.proof.holds());
  EXPECT_THAT(ids(plan_for({record_of("include:g.test", 9)})),
              ::testing::Not(Contains("flatten-own")));
}

}  // namespace
}  // namespace mandate::advice
