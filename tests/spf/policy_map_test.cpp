#include "mandate/spf/policy_map.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "zone_check.h"

namespace mandate::spf {
namespace {

PolicyMap compiled(std::string_view zone, CompileOptions options = {},
                   std::string_view domain = "example.com") {
  const dns::ZoneData data = zones(zone);
  dns::Facts facts;
  for (;;) {
    auto outcome = compile(domain, facts, options);
    if (auto* map = std::get_if<PolicyMap>(&outcome)) return std::move(*map);
    for (const dns::Question& question : std::get<Questions>(outcome)) {
      EXPECT_EQ(facts.find(question), nullptr) << "asked twice: " << dns::text(question);
      facts.add(data.lookup(question, {}));
    }
  }
}

dns::IpAddress ip(std::string_view text) {
  return dns::IpAddress::parse(text).value();
}

/// `FIRST-LAST RESULT TERM LOOKUPS/VOIDS`
std::string told(const PolicyMap& map, const PolicyMap::Piece& piece) {
  const auto term = map.decided_by(*piece.outcome);
  return fmt::format("{}-{} {} {} {}/{}", piece.range.first.text(), piece.range.last.text(),
                     piece.outcome->dynamic ? "dynamic" : text(piece.outcome->result),
                     term ? term->term() : "", piece.outcome->lookups, piece.outcome->voids);
}

std::vector<std::string> told(const PolicyMap& map, const std::vector<PolicyMap::Piece>& pieces) {
  std::vector<std::string> out;
  for (const auto& piece : pieces) out.push_back(told(map, piece));
  return out;
}

std::vector<std::string> texts(const std::vector<dns::Prefix>& prefixes) {
  std::vector<std::string> out;
  for (const dns::Prefix& prefix : prefixes) out.push_back(prefix.text());
  return out;
}

using Texts = std::vector<std::string>;

TEST(PolicyMap, TellsTheTermThatDecidesEachAddress) {
  const PolicyMap map = compiled(R"(
example.com. TXT "v=spf1 ip4:192.0.2.0/24 include:b.example.com -all"
b.example.com. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all"
)");
  EXPECT_EQ(
      told(map, map.pieces()),
      (Texts{"0.0.0.0-192.0.1.255 fail -all 1/0", "192.0.2.0-192.0.2.255 pass ip4:192.0.2.0/24 0/0",
             "192.0.3.0-198.51.99.255 fail -all 1/0",
             "198.51.100.0-198.51.100.255 pass ip4:198.51.100.0/24 1/0",
             "198.51.101.0-255.255.255.255 fail -all 1/0", "::-::fffe:ffff:ffff fail -all 1/0",
             "::1:0:0:0-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff fail -all 1/0",
             "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff pass ip6:2001:db8::/32 1/0",
             "2001:db9::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fail -all 1/0"}));
  const auto term = map.decided_by(map.at(ip("198.51.100.7")));
  ASSERT_TRUE(term.has_value());
  EXPECT_EQ(term->domain(), "b.example.com");
  EXPECT_EQ(term->path, (Texts{"example.com", "b.example.com"}));
  EXPECT_EQ(term->span.in(term->record), "ip4:198.51.100.0/24");
}

TEST(PolicyMap, ABranchThatMatchedEarlySpendsNoLookupsBehindIt) {
  // The limit is met only by those who get past the first include.
  const PolicyMap map = compiled(R"(
example.com. TXT "v=spf1 ip4:192.0.2.0/24 include:a.example.com include:b.example.com -all"
a.example.com. TXT "v=spf1 ip4:198.51.100.0/24 -all"
b.example.com. TXT "v=spf1 ip4:203.0.113.0/24 -all"
)",
                                 {.limits = {.lookups = 1}});
  EXPECT_EQ(map.at(ip("192.0.2.1")).result, Result::pass);
  EXPECT_EQ(map.at(ip("198.51.100.1")).result, Result::pass);
  const auto& over = map.at(ip("203.0.113.1"));
  EXPECT_EQ(over.result, Result::permerror);
  EXPECT_EQ(over.lookups, 2);
  EXPECT_EQ(map.problem(over), "include:b.example.com needs a DNS lookup more than the 1 allowed");
}

TEST(PolicyMap, VoidsAreThoseOfTheClientsFamily) {
  const PolicyMap map = compiled(R"(
example.com. TXT "v=spf1 a:h1.example.com a:h2.example.com a:h3.example.com -all"
h1.example.com. A 192.0.2.1
h2.example.com. A 192.0.2.2
h3.example.com. A 192.0.2.3
)");
  EXPECT_EQ(map.at(ip("203.0.113.1")).result, Result::fail);
  EXPECT_EQ(map.at(ip("203.0.113.1")).voids, 0);
  EXPECT_EQ(map.at(ip("2001:db8::1")).result, Result::permerror);
  EXPECT_EQ(map.at(ip("2001:db8::1")).voids, 3);
}

TEST(PolicyMap, AMappedClientIsTheIPv4OneEverywhere) {
  const PolicyMap map = compiled(R"(example.com. TXT "v=spf1 ip4:192.0.2.1 ip6:::/0 -all")");
  EXPECT_EQ(map.at(ip("::ffff:192.0.2.1")).result, Result::pass);
  EXPECT_EQ(map.at(ip("::ffff:192.0.2.2")).result, Result::fail);
  EXPECT_EQ(map.at(ip("::fffe:ffff:ffff")).result, Result::pass);
  const dns::Prefix mapped(ip("::ffff:192.0.2.0"), 126);
  EXPECT_EQ(told(map, map.cover({&mapped, 1})), (Texts{"192.0.2.0-192.0.2.0 fail -all 0/0",
                                                       "192.0.2.1-192.0.2.1 pass ip4:192.0.2.1 0/0",
                                                       "192.0.2.2-192.0.2.3 fail -all 0/0"}));
  // 2^32 fail but for one; every IPv6 client passes, the mapped ones being IPv4.
  EXPECT_EQ(map.count(Result::fail), (AddressCount{.v4 = 0xffff'ffff}));
  EXPECT_EQ(map.count(Result::pass).v6_text(), "340282366920938463463374607427473244160");
}

TEST(PolicyMap, WhatDependsOnMoreThanTheAddressIsDynamicAndOnlyThat) {
  struct Case {
    const char* term;
    bool dynamic;
  };
  const Case cases[] = {
      {"exists:%{i}.example.com", true},
      {"exists:%{ir}.x.example.com", true},
      {"exists:%{l}.example.com", true},
      {"exists:%{s}.example.com", true},
      {"a:%{h}", true},
      {"ptr", true},
      {"mx:%{p}.example.com", true},
      {"exists:%{d}.x.test", false},
      {"exists:%{o}.x.test", false},
      {"exists:%{v}.x.test", false},
      {"include:%{d2}.policies.test", false},
      {"a:h.example.com", false},
      {"exists:%%.x.test", false},
  };
  for (const Case& test : cases) {
    const PolicyMap map =
        compiled(fmt::format("example.com. TXT \"v=spf1 ip4:192.0.2.1 {} -all\"\n"
                             "example.com.policies.test. TXT \"v=spf1 -all\"\n",
                             test.term));
    EXPECT_FALSE(map.at(ip("192.0.2.1")).dynamic) << test.term << " stands behind what matches";
    EXPECT_EQ(map.at(ip("192.0.2.2")).dynamic, test.dynamic) << test.term;
    EXPECT_EQ(map.is_dynamic(), test.dynamic) << test.term;
    EXPECT_EQ(map.problem(map.at(ip("192.0.2.2"))).empty(), !test.dynamic) << test.term;
  }
}

TEST(PolicyMap, AnExplanationMakesNothingDynamicAndIsNotAskedFor) {
  const PolicyMap map =
      compiled("example.com. TXT \"v=spf1 ip4:192.0.2.1 -all exp=%{i}.%{l}.explain.test\"\n");
  EXPECT_FALSE(map.is_dynamic());
  EXPECT_EQ(map.at(ip("192.0.2.2")).result, Result::fail);
}

TEST(PolicyMap, TheTimeToLiveIsTheLeastOfTheFactsOnTheWay) {
  const PolicyMap map = compiled(R"(
example.com. 3600 TXT "v=spf1 ip4:192.0.2.1 include:b.example.com -all"
b.example.com. 60 TXT "v=spf1 a:h.example.com -all"
h.example.com. 7 A 192.0.2.9
)");
  EXPECT_EQ(map.at(ip("192.0.2.1")).ttl, 3600U);
  EXPECT_EQ(map.at(ip("192.0.2.9")).ttl, 7U);
}

TEST(PolicyMap, ADomainWithoutAPolicyIsOnePieceAFamily) {
  struct Case {
    const char* zone;
    Result result;
  };
  const Case cases[] = {
      {"example.com. TXT \"hello\"\n", Result::none},
      {"other.test. TXT \"v=spf1 -all\"\n", Result::none},
      {"example.com. TXT \"v=spf1 -all\"\nexample.com. TXT \"v=spf1 +all\"\n", Result::permerror},
      {"example.com. TXT \"v=spf1 ip4:192.0.2.1 moo -all\"\n", Result::permerror},
  };
  for (const Case& test : cases) {
    const PolicyMap map = compiled(test.zone);
    EXPECT_EQ(map.size(), 2U);
    EXPECT_EQ(map.at(ip("192.0.2.1")).result, test.result);
    EXPECT_FALSE(map.problem(map.at(ip("2001:db8::1"))).empty());
    EXPECT_FALSE(map.decided_by(map.at(ip("192.0.2.1"))).has_value());
  }
}

TEST(PolicyMap, PrintsTheShortestPrefixList) {
  const PolicyMap map = compiled(
      "example.com. TXT \"v=spf1 -ip4:10.0.0.5 ip4:10.0.0.0/25 ip4:10.0.0.128/25 ip4:10.0.1.0/24 "
      "-all\"\n");
  EXPECT_EQ(texts(map.prefixes(Result::pass)),
            (Texts{"10.0.0.0/30", "10.0.0.4/32", "10.0.0.6/31", "10.0.0.8/29", "10.0.0.16/28",
                   "10.0.0.32/27", "10.0.0.64/26", "10.0.0.128/25", "10.0.1.0/24"}));
}

TEST(PolicyMap, ADifferenceSaysWhatChangesAndWhatNobodyCanSay) {
  const PolicyMap before = compiled("example.com. TXT \"v=spf1 ip4:192.0.2.0/24 ~all\"\n");
  const PolicyMap after = compiled(
      "example.com. TXT \"v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.0/24 exists:%{i}.x.test ~all\"\n",
      {.within = {dns::Prefix(ip("192.0.2.0"), 25), dns::Prefix(ip("198.51.100.0"), 24)}});
  const auto found = difference(before, after);
  ASSERT_EQ(found.changes.size(), 1U);
  EXPECT_EQ(found.changes[0].range.first.text(), "198.51.100.0");
  EXPECT_EQ(found.changes[0].range.last.text(), "198.51.100.255");
  EXPECT_EQ(found.changes[0].before->result, Result::softfail);
  EXPECT_EQ(found.changes[0].after->result, Result::pass);
  EXPECT_FALSE(found.undecided.empty());
}

TEST(PolicyMap, BeyondWhatWasAskedForItIsDynamic) {
  const PolicyMap map = compiled("example.com. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n",
                                 {.within = {dns::Prefix(ip("192.0.2.128"), 25)}});
  EXPECT_TRUE(map.at(ip("192.0.2.127")).dynamic);
  EXPECT_FALSE(map.at(ip("192.0.2.128")).dynamic);
  EXPECT_FALSE(map.at(ip("192.0.2.255")).dynamic);
  EXPECT_TRUE(map.at(ip("192.0.3.0")).dynamic);
  EXPECT_FALSE(map.is_cut()) << "nothing of what was asked for is missing";
}

/// A record of alternating single addresses, in strings of up to 255 octets.
std::string fragmented(int terms) {
  std::string record = "v=spf1";
  for (int i = 0; i < terms; ++i) record += fmt::format(" ip4:10.{}.{}.1", i >> 8, i & 255);
  record += " -all";
  std::string out = "example.com. TXT";
  for (std::size_t at = 0; at < record.size(); at += 250) {
    out += fmt::format(" \"{}\"", record.substr(at, 250));
  }
  return out + "\n";
}

TEST(PolicyMap, AHostilePolicyIsCutAtTheBoundOnPiecesAndOnWork) {
  const std::string zone = fragmented(2000);
  const PolicyMap by_pieces = compiled(zone, {.max_pieces = 100});
  EXPECT_TRUE(by_pieces.is_cut());
  EXPECT_LE(by_pieces.size(), 102U);
  EXPECT_FALSE(by_pieces.at(ip("10.0.0.1")).dynamic) << "what was compiled stays";
  EXPECT_TRUE(by_pieces.at(ip("255.0.0.1")).dynamic);
  EXPECT_FALSE(by_pieces.problem(by_pieces.at(ip("255.0.0.1"))).empty());
  const PolicyMap by_work = compiled(zone, {.max_work = 50'000});
  EXPECT_TRUE(by_work.is_cut());
  EXPECT_LT(by_work.size(), 60U);
  EXPECT_FALSE(compiled(zone).is_cut());
}

TEST(PolicyMap, AsksForEverythingThatOneRoundCanTell) {
  const dns::ZoneData data = zones(R"(
example.com. TXT "v=spf1 a mx a:h.example.com include:b.example.com -all"
b.example.com. TXT "v=spf1 ip4:192.0.2.1 -all"
example.com. A 192.0.2.3
example.com. MX 10 mx.example.com.
mx.example.com. A 192.0.2.4
h.example.com. A 192.0.2.5
)");
  dns::Facts facts;
  int rounds = 0;
  for (;; ++rounds) {
    auto outcome = compile("example.com", facts, {});
    if (std::holds_alternative<PolicyMap>(outcome)) break;
    for (const auto& question : std::get<Questions>(outcome)) facts.add(data.lookup(question, {}));
  }
  EXPECT_LE(rounds, 8);
}

TEST(PolicyMap, LoadSaysWhatIsWrongWithTheOctetsAndWhere) {
  const std::string good = compiled("example.com. TXT \"v=spf1 -all\"\n").serialise();
  struct Case {
    std::string octets;
    const char* says;
  };
  const Case cases[] = {
      {"", "MPM1"},
      {"MPM2" + good.substr(4), "MPM1"},
      {good.substr(0, good.size() - 1), "at octet"},
      {good + "x", "at octet"},
      {"MPM1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "at octet"},
      {"MPM1" + std::string(std::size_t{256} << 20, '\0'), "256 MiB"},
  };
  for (const Case& test : cases) {
    const auto loaded = PolicyMap::load(test.octets);
    ASSERT_FALSE(loaded.has_value()) << test.octets.size();
    EXPECT_NE(loaded.error().find(test.says), std::string::npos) << loaded.error();
  }
}

TEST(PolicyMap, AViewReadsACopyOfItsOctets) {
  std::vector<std::uint64_t> room;
  const auto tell = [&] {
    const PolicyView view(reinterpret_cast<const std::byte*>(room.data()));  // NOLINT: its octets
    const auto term = view.decided_by(view.at(ip("2001:db8::1")));
    return fmt::format("{} {} {}", view.domain(), view.size(), term ? term->term() : "");
  };
  {
    const PolicyMap map = compiled("example.com. TXT \"v=spf1 ip6:2001:db8::/32 -all\"\n");
    room.resize(map.octets().size() / sizeof(std::uint64_t) + 1);
    std::memcpy(room.data(), map.octets().data(), map.octets().size());
    EXPECT_EQ(PolicyView(reinterpret_cast<const std::byte*>(room.data())),
              map);  // NOLINT: as above
  }
  EXPECT_EQ(tell(), "example.com 4 ip6:2001:db8::/32");
}

TEST(PolicyMap, ACopyStandsForItselfAndAMapMayBeMovedAndAssigned) {
  PolicyMap map = compiled("example.com. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n");
  const PolicyMap other = compiled("example.com. TXT \"v=spf1 ip4:192.0.2.1 ~all\"\n");
  const PolicyMap copy = map;
  EXPECT_EQ(copy, map);
  EXPECT_NE(copy, other);
  const PolicyMap moved = std::move(map);
  EXPECT_EQ(moved, copy);
  map = other;
  EXPECT_EQ(map, other);
  EXPECT_EQ(map.at(ip("192.0.2.2")).result, Result::softfail);
  EXPECT_EQ(moved, copy);
}

TEST(AddressCount, CountsToAllOfBothFamilies) {
  AddressCount count;
  count.add(dns::whole(dns::Family::v4));
  count.add(dns::AddressRange{ip("::"), ip("7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")});
  count.add(dns::AddressRange{ip("8000::"), ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe")});
  EXPECT_EQ(count.v4, std::uint64_t{1} << 32);
  EXPECT_EQ(count.v6_text(), "340282366920938463463374607431768211455");
  EXPECT_EQ(AddressCount{}.v6_text(), "0");
  EXPECT_EQ((AddressCount{.v6_high = 1}).v6_text(), "18446744073709551616");
}

}  // namespace
}  // namespace mandate::spf
