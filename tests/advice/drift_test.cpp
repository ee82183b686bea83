// What changed between two times: said for people, exact for programs, and silent where nothing
// did.
#include "advice/drift.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../spf/random_policy.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const dns::Name kDomain = name("customer.test");
const std::vector<dns::Prefix> kPool{prefix("192.0.2.0/28")};

/// Everything that the policy asks for, out of a zone text.
dns::Facts facts_of(std::string_view zone, const std::vector<dns::Question>& failing = {},
                    const dns::Name& domain = kDomain) {
  ZoneAnswers dns(zone);
  for (const dns::Question& question : failing) dns.fail(question);
  dns.settle([&](const dns::Facts& facts) { return policy_of(domain, facts); });
  return dns.facts();
}

/// A zone of the world of these tests, with some of its lines replaced.
struct World {
  std::string own = "v=spf1 include:mailer.test include:agency.test a:web.customer.test ~all";
  std::string partner = "v=spf1 ip4:198.51.100.0/24 -all";
  std::string web = "web.customer.test. 60 A 203.0.113.9\n";
  std::string more;
  std::string text() const {
    return fmt::format(
        "customer.test. 60 TXT \"{}\"\nmailer.test. 60 TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n"
        "agency.test. 60 TXT \"v=spf1 include:_spf.partner.test -all\"\n"
        "_spf.partner.test. 60 TXT \"{}\"\n{}{}",
        own, partner, web, more);
  }
};

std::vector<std::string> told(const World& before, const World& after) {
  return drift(kDomain, facts_of(before.text()), facts_of(after.text()), kPool).sentences;
}

struct Row {
  World after;
  std::vector<std::string> sentences;
};

const std::string kOwn = World{}.own.substr(0, World{}.own.size() - 5);
const std::string kPartner =
    "_spf.partner.test, which customer.test includes by way of agency.test, ";
const std::string kWeb =
    "web.customer.test, which customer.test names with `a:web.customer.test`, ";

TEST(Drift, IsToldByNameWayAndEffect) {
  const std::vector<Row> rows = {
      {{.partner = "v=spf1 ip4:198.51.100.0/24 ip4:203.0.112.0/24 -all"},
       {kPartner + "now lists `ip4:203.0.112.0/24` as well: 256 IPv4 addresses gain a pass."}},
      {{.partner = "v=spf1 ip4:198.51.100.0/24 include:q.test -all",
        .more = "q.test. 60 TXT \"v=spf1 ip4:203.0.113.7 -all\"\n"},
       {kPartner + "now lists `include:q.test` as well: 1 IPv4 address gains a pass; the lookups "
                   "went from 4 to 5."}},
      {{.partner = "v=spf1 ip4:198.51.100.128/25 -all"},
       {kPartner + "now lists `ip4:198.51.100.128/25` in the place of `ip4:198.51.100.0/24`: 128 "
                   "IPv4 addresses lose their pass."}},
      {{.partner = "hello"},
       {kPartner + "has no SPF record any more; it was `v=spf1 ip4:198.51.100.0/24 -all`: "
                   "4294967280 IPv4 and all IPv6 addresses come to an error (_spf.partner.test has "
                   "no SPF record, so it cannot be included)."}},
      {{.own = "v=spf1 include:agency.test a:web.customer.test ~all"},
       {"customer.test no longer lists `include:mailer.test`: 16 IPv4 addresses lose their pass; "
        "the lookups went from 4 to 3; of the sending pool no addresses pass, where 16 IPv4 "
        "addresses did."}},
      {{.own = kOwn + " -all"},
       {"customer.test now lists `-all` in the place of `~all`: 4294967023 IPv4 and all IPv6 "
        "addresses come to fail instead of softfail."}},
      {{.own = "v=spf1 a:web.customer.test -ip4:198.51.100.0/24 include:mailer.test "
               "include:agency.test ~all"},
       {"customer.test now lists `a:web.customer.test` and `-ip4:198.51.100.0/24` in the place of "
        "`a:web.customer.test`: 256 IPv4 addresses lose their pass."}},
      {{.own = "v=spf1 ~all include:mailer.test include:agency.test a:web.customer.test"},
       {"customer.test now has its terms in another order: `v=spf1 ~all include:mailer.test "
        "include:agency.test a:web.customer.test`: 273 IPv4 addresses lose their pass; the lookups "
        "went from 4 to 0; the lookups that find nothing went from 1 to 0; of the sending pool no "
        "addresses pass, where 16 IPv4 addresses did."}},
      {{.own = kOwn + " exists:%{i}.list.test ~all"},
       {"customer.test now lists `exists:%{i}.list.test` as well: what depends on the sender may "
        "come to another result; the lookups went from 4 to 5."}},
      {{.own = "v=spf1 redirect=agency.test"},
       {"customer.test now lists `redirect=agency.test` in the place of `include:mailer.test`, "
        "`include:agency.test`, `a:web.customer.test` and `~all`: 17 IPv4 addresses lose their "
        "pass; 4294967023 IPv4 and all IPv6 addresses come to fail instead of softfail; the "
        "lookups went from 4 to 2; the lookups that find nothing went from 1 to 0; of the sending "
        "pool no addresses pass, where 16 IPv4 addresses did."}},
      {{.web = "web.customer.test. 60 A 203.0.113.8\nweb.customer.test. 60 A 203.0.113.9\n"},
       {kWeb + "now has the address `203.0.113.8` as well: 1 IPv4 address gains a pass."}},
      {{.web = "web.customer.test. 60 AAAA 2001:db8::9\n"},
       {kWeb + "no longer has the address `203.0.113.9`.",
        kWeb + "now has the address `2001:db8::9` as well.",
        "Together: 1 IPv6 address gains a pass; 1 IPv4 address loses its pass."}},
      {{.web = ""},
       {kWeb + "no longer has the address `203.0.113.9`: 1 IPv4 address loses its pass."}},
      {{.more = "customer.test. 60 TXT \"v=spf1 -all\"\n"},
       {"customer.test now has 2 SPF records, which is an error: `v=spf1 -all` and `v=spf1 "
        "include:mailer.test include:agency.test a:web.customer.test ~all`: all IPv4 and all IPv6 "
        "addresses come to an error (customer.test has more than one SPF record; keep one); the "
        "lookups went from 4 to 0; the lookups that find nothing went from 1 to 0; of the sending "
        "pool no addresses pass, where 16 IPv4 addresses did."}},
      {{.own = "v=spf1 include:mailer.test include:agency.test ip4:203.0.113.1 ~all",
        .partner = "v=spf1 ip4:198.51.100.0/25 -all"},
       {"customer.test now lists `ip4:203.0.113.1` in the place of `a:web.customer.test`.",
        kPartner + "now lists `ip4:198.51.100.0/25` in the place of `ip4:198.51.100.0/24`.",
        "Together: 1 IPv4 address gains a pass; 129 IPv4 addresses lose their pass; the lookups "
        "went from 4 to 3; the lookups that find nothing went from 1 to 0."}},
  };
  for (const Row& row : rows) EXPECT_EQ(told(World{}, row.after), row.sentences);
}

TEST(Drift, OfMailExchangersAndRedirectsNamesTheWay) {
  const auto zone = [](std::string_view exchangers, std::string_view last) {
    return fmt::format(
        "customer.test. 60 TXT \"v=spf1 mx redirect=tail.test\"\n{}"
        "m1.customer.test. 60 A 192.0.2.1\nm2.customer.test. 60 A 192.0.2.2\n"
        "tail.test. 60 TXT \"v=spf1 {}\"\n",
        exchangers, last);
  };
  const std::string one = "customer.test. 60 MX 10 m1.customer.test.\n";
  const std::string two = one + "customer.test. 60 MX 20 m2.customer.test.\n";
  const auto facts = [](const std::string& text) { return facts_of(text); };
  EXPECT_THAT(
      drift(kDomain, facts(zone(one, "-all")), facts(zone(two, "-all")), kPool).sentences,
      ElementsAre("customer.test now has the mail exchanger `m2.customer.test` as well: 1 IPv4 "
                  "address gains a pass; of the sending pool 2 IPv4 addresses pass, where 1 IPv4 "
                  "address did."));
  EXPECT_THAT(
      drift(kDomain, facts(zone(two, "-all")),
            facts("m2.customer.test. 60 A 203.0.113.2\n" + zone(two, "-all")), kPool)
          .sentences,
      ElementsAre("m2.customer.test, which customer.test names with `mx`, now has the address "
                  "`203.0.113.2` as well: 1 IPv4 address gains a pass."));
  EXPECT_THAT(drift(kDomain, facts(zone(one, "-all")), facts(zone(one, "?all")), kPool).sentences,
              ElementsAre("tail.test, to which customer.test redirects, now lists `?all` in the "
                          "place of `-all`: 4294967295 IPv4 and all IPv6 addresses come to neutral "
                          "instead of fail."));
}

TEST(Drift, OfVeryManyChangesTheFirstAreTold) {
  const auto zone = [](int last) {
    std::string own = "v=spf1";
    std::string hosts;
    for (int i = 0; i < 10; ++i) {
      own += fmt::format(" a:h{}.test", i);
      hosts += fmt::format("h{0}.test. 60 A 203.0.113.{1}\nh{0}.test. 60 AAAA 2001:db8::1\n", i,
                           10 * i + last);
    }
    return fmt::format("customer.test. 60 TXT \"{} -all\"\n{}", own, hosts);
  };
  const auto sentences = drift(kDomain, facts_of(zone(1)), facts_of(zone(2)), kPool).sentences;
  ASSERT_EQ(sentences.size(), 10U);
  EXPECT_EQ(sentences[8], "2 more answers changed.");
  EXPECT_EQ(sentences[9],
            "Together: 10 IPv4 addresses gain a pass; 10 IPv4 addresses lose their pass.");
}

TEST(Drift, SaysThatANameBecameAnAliasOrCeasedToBe) {
  const std::string provider =
      "abc.p.test. 60 TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n"
      "xyz.p.test. 60 TXT \"v=spf1 ip4:192.0.2.0/27 -all\"\n";
  const std::string own = "customer.test. 60 TXT \"v=spf1 include:abc.p.test -all\"\n";
  const std::string to_abc = "customer.test. 60 CNAME abc.p.test.\n";
  const std::string to_xyz = "customer.test. 60 CNAME xyz.p.test.\n";
  const struct {
    std::string before;
    std::string after;
    std::string begin;
  } rows[] = {
      {own, to_abc, "customer.test, now an alias (CNAME) of abc.p.test, now lists"},
      {to_abc, own, "customer.test, no longer an alias (CNAME) of abc.p.test, now lists"},
      {to_abc, to_xyz,
       "customer.test, now an alias (CNAME) of xyz.p.test and no longer of abc.p.test, now lists"},
  };
  const auto with_alias = [&](const std::string& zone) {
    dns::Facts facts = facts_of(provider + zone);
    dns::ZoneData zones;
    EXPECT_TRUE(zones.add_file(provider + zone, "z").has_value());
    facts.add(zones.lookup({kDomain, dns::RecordType::cname}, {}));
    return facts;
  };
  for (const auto& row : rows) {
    const Drift found = drift(kDomain, with_alias(row.before), with_alias(row.after), kPool);
    EXPECT_THAT(found.sentences, ElementsAre(::testing::StartsWith(row.begin)));
    const Drift unknown =
        drift(kDomain, facts_of(provider + row.before), with_alias(row.after), kPool);
    EXPECT_THAT(unknown.sentences, ElementsAre(::testing::Not(::testing::HasSubstr("now an"))))
        << "what was not asked is not told";
  }
}

TEST(Drift, TextFromOutsideIsShownEscaped) {
  const World hostile{.partner = "v=spf1 x\\027\\010=y moo"};
  for (const std::string& sentence : told(World{}, hostile)) {
    EXPECT_TRUE(std::ranges::all_of(sentence, [](char c) { return c >= ' ' && c <= '~'; }))
        << sentence;
  }
  EXPECT_FALSE(told(World{}, hostile).empty());
}

TEST(Drift, IsNoneWhereNothingIsDone) {
  World order{.web = "web.customer.test. 9 A 203.0.113.9\n"};
  const World both{.web = order.web + "web.customer.test. 9 A 203.0.113.8\n"};
  const World turned{.web =
                         "web.customer.test. 7 A 203.0.113.8\nweb.customer.test. 7 A "
                         "203.0.113.9\n"};
  EXPECT_THAT(told(both, turned), IsEmpty()) << "order and TTL";
  const std::vector<World> same = {
      {},
      order,
      {.own = "v=spf1 include:mailer.test include:agency.test a:web.customer.test ~all x=y"},
      {.own = "V=SPF1  INCLUDE:mailer.test include:AGENCY.test a:web.customer.test ~ALL"},
      {.own = "v=spf1 include:agency.test include:mailer.test a:web.customer.test ~all"},
      {.partner = "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 -all"},
      {.partner = "v=spf1 ip4:198.51.100.0/24 ~all"},
      {.more = "customer.test. 60 TXT \"site-verification=1\"\n"},
      {.more = "other.test. 60 TXT \"v=spf1 +all\"\n"},
  };
  for (const World& world : same) EXPECT_THAT(told(World{}, world), IsEmpty()) << world.text();
}

TEST(Drift, WhatFailedOrWasNotAskedIsTakenForUnchanged) {
  const World changed{.partner = "v=spf1 ip4:203.0.113.0/24 -all"};
  const dns::Facts whole = facts_of(World{}.text());
  const std::vector<dns::Question> away = {{kDomain, dns::RecordType::txt},
                                           {name("agency.test"), dns::RecordType::txt},
                                           {name("_spf.partner.test"), dns::RecordType::txt}};
  for (const dns::Question& question : away) {
    const dns::Facts failed = facts_of(changed.text(), {question});
    EXPECT_FALSE(drift(kDomain, whole, failed, kPool).any()) << dns::text(question);
    EXPECT_FALSE(drift(kDomain, failed, whole, kPool).any()) << dns::text(question);
    EXPECT_FALSE(drift(kDomain, failed, failed, kPool).any()) << dns::text(question);
  }
  dns::Facts pool_only;
  ZoneAnswers dns(changed.text());
  dns.settle([&](const dns::Facts& facts) {
    return spf::compile(kDomain.text(), facts, {.within = kPool});
  });
  EXPECT_EQ(dns.facts().find(away[2]), nullptr);
  EXPECT_FALSE(drift(kDomain, dns.facts(), whole, kPool).any());
  EXPECT_FALSE(drift(kDomain, {}, whole, kPool).any());
  EXPECT_FALSE(drift(kDomain, whole, {}, kPool).any());

  const World also{.own = kOwn + " -all", .partner = changed.partner};
  EXPECT_THAT(
      drift(kDomain, whole, facts_of(also.text(), {away[2]}), kPool).sentences,
      ElementsAre("customer.test now lists `-all` in the place of `~all`: 4294967023 IPv4 and all "
                  "IPv6 addresses come to fail instead of softfail."))
      << "what is known still counts";
}

// Properties, over random policies and edits of them.

struct Known {
  dns::Facts facts;
  Policy policy;
};

Known known(const std::string& zone) {
  ZoneAnswers dns(zone);
  const dns::Name domain = name(spf::RandomPolicies::kDomain);
  Policy policy = dns.settle([&](const dns::Facts& facts) { return policy_of(domain, facts); });
  return {dns.facts(), std::move(policy)};
}

TEST(DriftProperty, IsWhatTheMapsDifferInAndNothingBetweenEqualPolicies) {
  spf::RandomPolicies random(7208);
  const dns::Name domain = name(spf::RandomPolicies::kDomain);
  int drifted = 0;
  int equal = 0;
  for (int round = 0; round < 400; ++round) {
    const spf::RandomPolicy policy = random.next();
    const Known before = known(policy.zone);
    const Known after = known(random.changed(policy).zone);
    const auto difference = spf::difference(before.policy.map, after.policy.map);
    const Drift found = drift(domain, before.facts, after.facts, kPool);
    const bool same_cost = before.policy.cost.lookups == after.policy.cost.lookups &&
                           before.policy.cost.voids == after.policy.cost.voids;
    if (!found.any()) {
      ASSERT_THAT(difference.changes, IsEmpty());
      ASSERT_TRUE(same_cost);
      ++equal;
      continue;
    }
    ++drifted;
    ASSERT_TRUE(!difference.changes.empty() || !difference.undecided.empty() || !same_cost);
    ASSERT_FALSE(found.sentences.empty());
    std::vector<std::pair<dns::IpAddress, dns::IpAddress>> told;
    for (const Shift& shift : found.shift.changes) {
      for (const auto& range : shift.ranges) told.emplace_back(range.first, range.last);
    }
    spf::AddressCount in_shifts;
    for (const auto& [first, last] : told) in_shifts.add({first, last});
    spf::AddressCount in_maps;
    for (const spf::PolicyChange& change : difference.changes) in_maps.add(change.range);
    ASSERT_EQ(in_shifts, in_maps);
    for (const spf::PolicyChange& change : difference.changes) {
      ASSERT_TRUE(std::ranges::any_of(told, [&](const auto& range) {
        return range.first <= change.range.first && change.range.last <= range.second;
      }));
    }
  }
  EXPECT_GT(drifted, 100);
  EXPECT_GT(equal, 10);
}

TEST(DriftProperty, OrderAndTtlOfTheAnswersAreNone) {
  spf::RandomPolicies random(4408);
  std::mt19937 shuffle(9);
  const dns::Name domain = name(spf::RandomPolicies::kDomain);
  for (int round = 0; round < 300; ++round) {
    const Known policy = known(random.next().zone);
    dns::Facts turned;
    for (const auto& [question, fact] : policy.facts) {
      dns::Fact other = fact;
      std::ranges::shuffle(other.records, shuffle);
      other.ttl = fact.ttl / 2;
      turned.add(std::move(other));
    }
    ASSERT_FALSE(drift(domain, policy.facts, turned, kPool).any());
  }
}

}  // namespace
}  // namespace mandate::advice
